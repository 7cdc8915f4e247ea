"""`streamtts doctor`: what it finds on a machine that is well, and on one that is not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pexpect
import pytest

from engine.commands.doctor import claude as claude_check
from engine.commands.doctor import examine, machine, models, reach
from engine.commands.doctor.check import Check, Finding, Patient, Verdict
from engine.settings import Settings
from engine.worker import WorkerSpec
from tests.support.pulse import needs_sound, pulse_null_sink
from tests.support.weights import needs_weights

STREAMTTS = str(Path(sys.executable).with_name("streamtts"))


def patient(program: str = "claude", **speech: Any) -> Patient:
    # The machine may be busy with other tests.
    return Patient(Settings().replace("speech", **speech), program, is_quiet=True, patience_s=120.0)


def found(check: Check, who: Patient) -> dict[str, Finding]:
    return {finding.name: finding for finding in check(who)}


@pytest.mark.claude
def test_the_real_claude_is_heard_through_the_mod(claude_binary: Path) -> None:
    findings = found(claude_check.claude, patient(str(claude_binary)))
    assert findings["claude"].verdict is Verdict.OK
    assert findings["claude's text"].verdict is Verdict.OK, findings


@pytest.mark.claude
def test_an_older_claude_is_told_to_update_but_works(old_claude_binary: Path) -> None:
    text = found(claude_check.claude, patient(str(old_claude_binary)))["claude's text"]
    assert text.verdict is Verdict.NOTE
    assert "display hook" in text.detail
    assert text.fix == "claude update"


def test_without_claude_it_says_how_to_install_it() -> None:
    (finding,) = claude_check.claude(patient("no-such-claude"))
    assert finding.verdict is Verdict.FAILED
    assert "npm install" in finding.fix


def test_a_program_that_is_no_claude_is_seen(tmp_path: Path) -> None:
    program = tmp_path / "claude"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    (finding,) = claude_check.claude(patient(str(program)))
    assert finding.verdict is Verdict.FAILED
    assert "tells no version" in finding.detail


def test_a_claude_whose_mod_is_not_heard_is_a_failure(tmp_path: Path) -> None:
    program = tmp_path / "claude"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo 2.1.328 || echo "The doctor hears you."\n')
    program.chmod(0o755)
    text = found(claude_check.claude, patient(str(program)))["claude's text"]
    assert text.verdict is Verdict.FAILED
    assert "mod was not heard" in text.detail


def test_the_machine_of_the_tests_is_well() -> None:
    for check in (machine.python, machine.packages, machine.folders):
        (finding,) = check(patient())
        assert finding.verdict is Verdict.OK, finding


def test_a_missing_package_and_a_full_disk_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "importlib.metadata.requires", lambda _: ["no-such-package>=1", "numpy>=999", "x; extra == 'dev'"]
    )
    (packages,) = machine.packages(patient())
    assert packages.verdict is Verdict.FAILED
    assert "no-such-package is missing; numpy" in packages.detail
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    assert {finding.verdict for finding in machine.disk(patient())} == {Verdict.NOTE}


def test_a_folder_that_cannot_be_written_and_a_record_that_others_can_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    record = tmp_path / "history.sqlite3"
    record.touch(0o644)
    monkeypatch.setenv("STREAMTTS_HISTORY", str(record))
    (finding,) = machine.folders(patient())
    assert finding.fix == f"chmod 600 {record}"
    monkeypatch.setattr("os.access", lambda *_: False)
    (finding,) = machine.folders(patient())
    assert finding.verdict is Verdict.FAILED


def test_a_voice_is_tried_and_one_that_cannot_be_used_is_said() -> None:
    (finding,) = models.voice(patient())
    assert finding.verdict is Verdict.OK
    assert finding.detail.startswith("openjtalk:mei, first sound after")
    (finding,) = models.voice(patient(voice="openjtalk:nobody"))
    assert finding.verdict is Verdict.FAILED
    (finding,) = models.voice(patient(voice="none"))
    assert finding.verdict is Verdict.NOTE


class TestTranslation:
    pytestmark = needs_weights

    def test_a_sentence_is_translated(self) -> None:
        findings = found(models.translator, patient())
        assert findings["translation"].verdict is Verdict.OK, findings
        assert "ms on " in findings["translation"].detail


def test_a_translator_that_takes_too_long_is_said_and_left(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = WorkerSpec("slow", "tests.engine.worker.hosted_objects:create", {"load_s": 3600.0})
    monkeypatch.setattr(models, "translator_spec", lambda *_: spec)
    monkeypatch.setattr("engine.models.can_start", lambda _: True)
    settings = Settings().replace("translate", translator="llama:qwen2.5-coder-1.5b")
    findings = found(models.translator, Patient(settings, "claude", is_quiet=True, patience_s=0.2))
    assert findings["translation"].verdict is Verdict.FAILED
    assert "had not translated a sentence after" in findings["translation"].detail
    assert "--patience" in findings["translation"].fix


def test_weights_that_are_not_here_say_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    settings = Settings().replace("translate", translator="torch:nllb-600m")
    findings = found(models.translator, Patient(settings, "claude", is_quiet=True))
    assert findings["weights"].fix == "streamtts models pull torch:nllb-600m"


def test_a_chosen_cloud_voice_that_cannot_be_reached_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr("socket.create_connection", refuse)
    verdicts = {name: f.verdict for name, f in found(reach.network_voices, patient(voice="gtts:ja")).items()}
    assert verdicts["voice gtts"] is Verdict.FAILED
    assert verdicts["voice edge"] is Verdict.NOTE


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Patient) -> Any:
        raise RuntimeError("boom")

    monkeypatch.setattr("engine.commands.doctor._checks", lambda: (broken, machine.python))
    first, second = examine(patient())
    assert (first.verdict, first.detail) == (Verdict.FAILED, "RuntimeError: boom")
    assert second.verdict is Verdict.OK


class TestTone:
    pytestmark = needs_sound

    def test_it_is_played_and_heard(self, tmp_path: Path) -> None:
        code = (
            "from engine.commands.doctor.check import Patient\nfrom engine.commands.doctor.sound import device\n"
            "from engine.settings import Settings\n"
            "for found in device(Patient(Settings(), '', False)): print(found.name, found.verdict, found.detail)"
        )
        with pulse_null_sink(tmp_path) as pulse:
            heard = pulse.run_python(code)
            muted = pulse.run_python(
                "import subprocess; subprocess.run(['pactl', 'set-sink-mute', '@DEFAULT_SINK@', '1'])\n" + code
            )
        assert "tone ok played, and heard" in heard
        assert "tone failed played, but not heard" in muted


def test_json_is_for_scripts_and_a_failure_is_the_exit_status(tmp_path: Path) -> None:
    environment = os.environ | {"STREAMTTS_CACHE": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = [
        STREAMTTS,
        "doctor",
        "--json",
        "--quiet",
        "--translator",
        "torch:nllb-600m",
        "--program",
        "no-such-claude",
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    findings = json.loads(done.stdout)
    assert done.returncode == 1
    assert {"name", "verdict", "detail", "fix"} == set(findings[0])
    assert next(one for one in findings if one["name"] == "claude")["verdict"] == "failed"


@pytest.mark.parametrize(
    ("answer", "expected"), [("\x1b[1;3R", "2 wide"), ("\x1b[1;2R", "1 wide"), ("", "does not tell")]
)
def test_the_terminal_is_asked_how_wide_it_draws(answer: str, expected: str) -> None:
    code = (
        "from engine.commands.doctor.check import Patient\nfrom engine.commands.doctor.screen import terminal\n"
        "from engine.settings import Settings\n"
        "for finding in terminal(Patient(Settings(), '', True)): print(finding.name, finding.verdict, finding.detail,"
        " finding.fix)"
    )
    child = pexpect.spawn(sys.executable, ["-c", code], encoding="utf-8", dimensions=(30, 100), timeout=30)
    child.expect_exact("\x1b[6n")
    assert "100x30" in child.before
    child.send(answer)
    child.expect(pexpect.EOF)
    assert expected in child.before
    assert ("ambiguous_wide true" in child.before) is (expected == "2 wide")
