"""`streamtts bench --all`: every part, one after the other, each in a process of its own.

So no part finds the memory or the caches of another, and one that cannot run here, or that crashes, costs only itself.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import IO, Any

from engine.commands.bench import machine
from engine.settings import fields, load

PARTS = {
    "stages": "Stages of a sentence, the speaker idle",
    "first_sound": "From a sentence to its first sound",
    "translators": "Translators",
    "voices": "Voices",
    "sound": "Sound",
    "terminal": "The terminal pane",
    "screen": "The screen while text streams",
}
"""Flags, and what stands above the figures. The stages are measured without a flag."""
OWN_PLOT = "first_sound"
NOTHING_RAN = 3


def run(arguments: argparse.Namespace) -> int:
    """Measure every part and print its figures; 0 when at least one could be measured. Raises SettingsError."""
    load(vars(arguments))
    report: dict[str, Any] = {}
    for name, title in PARTS.items():
        print(f"streamtts: {title} …", file=sys.stderr, flush=True)
        status, output, complaints = _measure(command(name, arguments))
        problem = f"{complaints[-1] if complaints else 'no reason given'} (exit status {status})" if status else ""
        if arguments.json:
            report[name] = {"error": problem} if problem else json.loads(output)
        else:
            report[name] = problem
            print(f"## {title}\n\n{f'Not measured: {problem}' if problem else output.strip()}\n", flush=True)
    if arguments.json:
        print(json.dumps({"machine": machine.describe(), "parts": report}, ensure_ascii=False))
    return NOTHING_RAN if all(map(_has_failed, report.values())) else 0


def command(name: str, arguments: argparse.Namespace) -> list[str]:
    """What measures one part, with the flags that were given."""
    given: Mapping[str, Any] = vars(arguments)
    # -P: a folder called `engine` where the user happens to be is not ours.
    words = [sys.executable, "-P", "-m", "engine.cli", "bench"]
    words += [] if name == "stages" else [f"--{name.replace('_', '-')}"]
    words += ["--json"] * arguments.json
    words += ["--plot", arguments.plot] if arguments.plot and name == OWN_PLOT else []
    words += ["--save"] if arguments.save and name == "translators" else []
    words += ["--sentences", str(arguments.sentences)] if arguments.sentences is not None else []
    words += ["--seconds", str(arguments.seconds)]
    for setting in fields():
        value = given.get(setting.name)
        if setting.flag is not None and value is not None:
            words += [setting.flag] if setting.type is bool else [setting.flag, str(value)]
    return words


def _measure(words: Sequence[str]) -> tuple[int, str, list[str]]:
    """Run it; return its status, what it printed, and what it complained of."""
    complaints: list[str] = []
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        passing_on = threading.Thread(target=_pass_on, args=(process.stderr, complaints), daemon=True)
        passing_on.start()
        output = process.stdout.read()
        passing_on.join()
    return process.returncode, output, complaints


def _pass_on(stream: IO[str], complaints: list[str]) -> None:
    for line in stream:
        print(line, end="", file=sys.stderr, flush=True)
        if line.strip():
            complaints.append(line.strip().removeprefix("streamtts: "))


def _has_failed(part: Any) -> bool:
    return bool(part) if isinstance(part, str) else "error" in part and len(part) == 1
