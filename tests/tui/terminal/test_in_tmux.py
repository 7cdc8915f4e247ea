"""The pane in a real terminal: input methods, the cursor, the window's title and bell, and its clipboard."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.tmux import TmuxTerminal, needs_tmux, tmux_terminal

pytestmark = needs_tmux

ROOT = Path(__file__).parents[3]
CONTROLS = "\x1b[D\x01\x7f\x1b[A\t"
"""what Left, Ctrl+A, Backspace, Up and Tab send"""
COMMITTED = "日本語の入力を、確定しました。「ありがとう」と書く　空白も。😀👨‍👩‍👧"

Run = Callable[[str], TmuxTerminal]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Runs a script in the pane, the pane in an app, the app in tmux."""
    with tmux_terminal() as terminal:

        def start(script: str) -> TmuxTerminal:
            env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
            argv = [sys.executable, "-m", "tests.support.terminal_host", script]
            terminal.start(argv, env=env, cwd=ROOT, cols=120, rows=30)
            terminal.option("set-clipboard", "on")
            terminal.wait_for("ready")
            return terminal

        yield start


def _reading(count: int, path: Path) -> str:
    """A program that keeps the first `count` bytes of what it is sent."""
    return f"stty raw -echo; printf 'ready\\r\\n'; head -c {count} > {path}"


def test_committed_text_is_what_the_program_reads(run: Run, tmp_path: Path) -> None:
    sent = COMMITTED * 20
    terminal = run(_reading(len(sent.encode()), tmp_path / "read"))
    for _ in range(20):
        terminal.type(COMMITTED)
    terminal.wait_for_exit()
    assert (tmp_path / "read").read_text(encoding="utf-8") == sent


def test_committed_text_and_keys_keep_their_order(run: Run, tmp_path: Path) -> None:
    sent = f"変換{CONTROLS}「確定」x\r" * 5
    terminal = run(_reading(len(sent.encode()), tmp_path / "read"))
    for _ in range(5):
        terminal.type("変換")
        terminal.send("Left", "C-a", "BSpace", "Up", "Tab")
        terminal.type("「確定」x")
        terminal.send("Enter")
    terminal.wait_for_exit()
    assert (tmp_path / "read").read_bytes().decode() == sent


def test_the_outer_cursor_is_where_the_programs_is(run: Run) -> None:
    terminal = run("stty raw -echo; printf 'ready\\033[5;9H'; cat")
    _wait_for_cursor(terminal, "8 4")
    terminal.type("日本")
    _wait_for_cursor(terminal, "12 4")
    terminal.type("\r")
    _wait_for_cursor(terminal, "0 4")


def _wait_for_cursor(terminal: TmuxTerminal, position: str) -> None:
    terminal.wait_for(lambda screen: terminal.tell("#{cursor_x} #{cursor_y}") == position)


def test_title_and_bell_go_out_and_the_windows_title_comes_back(run: Run) -> None:
    terminal = run(
        "stty raw -echo; printf '\\033]0;題名\\007\\007ready'; head -c 1 > /dev/null;"
        " printf '\\033]2;two\\033\\\\'; head -c 1"
    )
    terminal.wait_for(lambda screen: terminal.tell("#{pane_title}") == "streamtts · 題名")
    terminal.wait_for(lambda screen: terminal.tell("#{window_bell_flag}") == "1")
    terminal.type("x")
    terminal.wait_for(lambda screen: terminal.tell("#{pane_title}") == "streamtts · two")
    terminal.type("x")
    terminal.wait_for_exit()
    assert "streamtts" not in terminal.tell("#{pane_title}")


def test_what_is_selected_with_the_mouse_is_copied(run: Run) -> None:
    terminal = run("stty raw -echo; printf 'ready\\r\\n日本語 text'; cat")
    terminal.wait_for("text")
    for report in ("\x1b[<0;1;2M", "\x1b[<32;9;2M", "\x1b[<0;9;2m"):
        terminal.type(report)
    terminal.wait_for("Copied")
    assert terminal.copied() == "日本語 te"
