"""`streamtts doctor`: a line for everything that must work, tried for real, with what to do where it does not."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

from engine.commands.console import ProgressLine
from engine.commands.doctor.check import Check, Finding, Patient, Verdict, failed
from engine.events import Loading
from engine.settings import SettingsError, load

EXAMPLES = """examples:
  streamtts doctor                  every check; plays a short tone
  streamtts doctor --quiet --json   for scripts: exit status 1 when something has failed
"""
_SIGNS = {Verdict.OK: "✓", Verdict.NOTE: "!", Verdict.FAILED: "✗"}
_WORDS = 17


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `doctor` takes."""
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--quiet", action="store_true", help="play no tone")
    parser.add_argument(
        "--patience",
        type=float,
        default=25.0,
        metavar="S",
        help="how long Claude and the translator may take, seconds; more for a slow or busy machine (default: 25)",
    )
    parser.add_argument(
        "--program", metavar="PROGRAM", default="claude", help="the Claude Code to try (default: claude)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Look at everything; 1 when something has failed, 2 when the settings are wrong."""
    try:
        patient = Patient(load(vars(arguments)), arguments.program, arguments.quiet, arguments.patience)
    except SettingsError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return 2
    findings = []
    for finding in examine(patient):
        findings.append(finding)
        if not arguments.json:
            print(_line(finding), flush=True)
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    return int(any(finding.verdict is Verdict.FAILED for finding in findings))


def examine(patient: Patient) -> Iterator[Finding]:
    """Every check's findings, in order. They all run at the same time: most of them only wait."""
    progress, checks = ProgressLine(sys.stderr), _checks()
    with ThreadPoolExecutor(len(checks)) as pool:
        running = [(check, pool.submit(_findings, check, patient)) for check in checks]
        for number, (check, future) in enumerate(running):
            what = check.__name__.replace("_", " ")
            progress.show(Loading(f"Checking {what}", number / len(running), f"{number} of {len(running)}"))
            findings = future.result()
            progress.clear()
            yield from findings


def _checks() -> Sequence[Check]:
    from engine.commands.doctor import claude, machine, models, reach, screen, sound

    return (
        *(machine.python, machine.packages, machine.disk, machine.folders, screen.terminal),
        *(sound.portaudio, sound.device, claude.claude, models.translator, models.voice),
        *(reach.gpu, reach.network_voices),
    )


def _findings(check: Check, patient: Patient) -> list[Finding]:
    findings: list[Finding] = []
    try:
        for finding in check(patient):
            findings.append(finding)
    except Exception as error:
        # A check that breaks is a finding too: the others must go on.
        name = check.__name__.replace("_", " ")
        findings.append(
            failed(name, f"{type(error).__name__}: {error}", "please report this with `streamtts doctor --json`")
        )
    return findings


def _line(finding: Finding) -> str:
    line = f"{_SIGNS[finding.verdict]} {finding.name:<{_WORDS}} {finding.detail}"
    return f"{line}\n  {'':<{_WORDS}} → {finding.fix}" if finding.fix else line
