"""In a real pseudo terminal: it is left as it was found, whatever ends the app."""

from __future__ import annotations

import signal
import sys
import textwrap
from pathlib import Path

import pexpect
import pytest

from tui.cli import CRASH_STATUS

ENTER_SCREEN, LEAVE_SCREEN = "\x1b[?1049h", "\x1b[?1049l"
ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
import engine.pipeline
from tests.support.fake_engine import FakeEngine
from tui import cli
from tui.app import StreamttsApp
from tui.session import CaptureSession

engine.pipeline.Engine = lambda settings: FakeEngine()
{patch}
sys.exit(cli.main(["--command", {claude!r}, "--", "--session-id", "abc"]))
"""
CRASH = """
def crash(self):
    raise RuntimeError("made to fail")

StreamttsApp._report_themes = crash
"""


@pytest.fixture
def claude(tmp_path: Path) -> Path:
    """A program named claude that says it is up, reads a line, and ends with status 7."""
    program = tmp_path / "claude"
    program.write_text("#!/bin/sh\necho CLAUDE IS UP\nread line\nexit 7\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def spawn(claude: Path, patch: str = "") -> pexpect.spawn:
    script = claude.parent / "run.py"
    script.write_text(textwrap.dedent(PROGRAM).format(patch=patch, claude=str(claude)), encoding="utf-8")
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(claude.parent),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "STREAMTTS_CONFIG": str(claude.parent / "none.toml"),
        "XDG_RUNTIME_DIR": str(claude.parent),
    }
    return pexpect.spawn(
        sys.executable, [str(script)], env=env, cwd=str(ROOT), dimensions=(30, 100), timeout=60, encoding="utf-8"
    )


def test_claudes_end_and_ours(claude: Path) -> None:
    child = spawn(claude)
    child.expect_exact(ENTER_SCREEN)
    child.expect_exact("CLAUDE IS UP")
    child.send("\r")
    child.expect_exact("status 7")
    child.send("q")
    child.expect_exact(LEAVE_SCREEN)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 7


def test_a_crash_of_ours(claude: Path) -> None:
    child = spawn(claude, CRASH)
    child.expect_exact(ENTER_SCREEN)
    child.expect_exact(LEAVE_SCREEN)
    child.expect_exact("made to fail")
    child.expect_exact("claude --resume abc")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == CRASH_STATUS


def test_being_told_to_end(claude: Path) -> None:
    child = spawn(claude)
    child.expect_exact("CLAUDE IS UP")
    child.kill(signal.SIGTERM)
    child.expect_exact(LEAVE_SCREEN)
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, child.signalstatus) == (0, None)
