"""`streamtts bench --terminal` leaves the measuring to a program of its own."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from engine.cli import main


@pytest.mark.parametrize(("flags", "passed_on"), [([], []), (["--json"], ["--json"])])
def test_it_is_run_with_the_settings_that_were_given(
    flags: list[str], passed_on: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[list[str], dict[str, str]]] = []

    def run(command: list[str], *, env: dict[str, str], **_: Any) -> SimpleNamespace:
        calls.append((command, env))
        return SimpleNamespace(returncode=1)

    monkeypatch.setattr(subprocess, "run", run)
    assert main(["bench", "--terminal", "--voice", "none", *flags]) == 1
    [(command, env)] = calls
    assert command == [sys.executable, "-P", "-m", "tui.bench", *passed_on]
    assert env["STREAMTTS_SPEECH_VOICE"] == "none"
    assert "STREAMTTS_SCREEN_THEME" not in env
