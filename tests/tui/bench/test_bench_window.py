"""The window that programs are measured in, and the programs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui.bench import programs
from tui.bench.cpu import cpu_seconds, descendants
from tui.bench.measure import is_whole_frame, outer_environment
from tui.bench.window import BenchError, Window

ENV = outer_environment(os.environ)


def test_a_program_is_seen_and_hears_keys(tmp_path: Path) -> None:
    flood = tmp_path / "flood"
    assert programs.write_flood(flood, 300_000) >= 300_000
    with Window(programs.pane(flood), ENV) as window:
        window.wait_until(lambda rows: rows[0].startswith(programs.READY), "ready")
        pressed_at = window.press(b"x")
        assert window.wait_until(lambda rows: rows[0].startswith("x"), "x") > pressed_at
        window.press(programs.FLOOD_KEY)
        window.feed_until(programs.FLOOD_END.encode(), 20.0)


def test_what_does_not_come_is_said_with_what_came_instead() -> None:
    with Window(["sh", "-c", "echo only this; read line"], ENV) as window, pytest.raises(BenchError, match="only this"):
        window.wait_until(lambda rows: "that" in rows[0], "that", 0.5)


def test_a_program_that_ends_too_early_is_said(tmp_path: Path) -> None:
    with Window(["sh", "-c", "echo sorry"], ENV) as window, pytest.raises(BenchError, match=r"has ended.*sorry"):
        window.wait_until(lambda rows: "that" in rows[0], "that")


def test_claude_says_its_version_and_writes_its_first_moment(tmp_path: Path) -> None:
    program, stamp = tmp_path / "claude", tmp_path / "stamp"
    programs.write_claude(program, stamp)
    version = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout
    assert version == f"{programs.CLAUDE_VERSION} (Claude Code)\n"
    with Window([str(program), "--session-id", "x"], ENV) as window:
        shown_at = window.wait_until(lambda rows: programs.READY in rows[0], "ready")
        assert window.started_at < float(stamp.read_text()) < shown_at


def test_processor_time_counts_work_and_finds_children() -> None:
    busy = "import os, sys\nwhile os.times().user < 0.2: pass\nprint('done', flush=True)\nsys.stdin.read()"
    child = subprocess.Popen([sys.executable, "-c", busy], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        assert cpu_seconds(child.pid) >= 0.15
        assert "sys.stdin.read" in descendants(os.getpid())[child.pid]
        child.kill()


def test_a_blank_screen_is_no_frame() -> None:
    assert not is_whole_frame([""] * 5)
    assert not is_whole_frame(["│", "", "", "", ""])
    assert is_whole_frame(["      │ English", "", "", "", " F6 focus"])


def test_the_windows_environment_is_a_plain_one() -> None:
    ours = {"CLAUDE_CONFIG_DIR": "x", "ANTHROPIC_BASE_URL": "y", "TMUX": "z", "PYTHONDONTWRITEBYTECODE": "1"}
    outer = outer_environment(ours | {"HOME": "h", "TERM": "dumb"})
    assert outer == {"HOME": "h", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
