"""`streamtts bench --screen` leaves the measuring to a program of its own."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from engine.cli import main


@pytest.mark.parametrize(("flags", "passed_on"), [([], []), (["--json"], ["--json"])])
def test_it_is_run_with_what_was_asked_for(
    flags: list[str], passed_on: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []

    def run(command: list[str], **_: Any) -> SimpleNamespace:
        calls.append(command)
        return SimpleNamespace(returncode=1)

    monkeypatch.setattr(subprocess, "run", run)
    assert main(["bench", "--screen", *flags]) == 1
    assert calls == [[sys.executable, "-P", "-m", "tui.bench", "--screen", *passed_on]]


def test_one_thing_is_measured_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["bench", "--screen", "--terminal"])
    assert left.value.code == 2
    assert "not allowed with" in capsys.readouterr().err
