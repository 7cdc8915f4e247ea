"""The real claude in the pane, the pane in tmux: what a person types and selects."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.answers import Text
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import LoopbackApi, in_order
from tests.support.tmux import TmuxTerminal, needs_tmux, tmux_terminal

pytestmark = [pytest.mark.claude, *needs_tmux]

ROOT = Path(__file__).parents[3]
PROMPT = "日本語で質問します。「どう思いますか」"
ANSWER = "Chosen words 日本語の文 stand here."


@pytest.fixture
def claude(claude_binary: Path, claude_home: ClaudeHome) -> Iterator[TmuxTerminal]:
    """Claude, up and waiting for a prompt."""
    with LoopbackApi(in_order(*[[Text(ANSWER)]] * 3)) as api, tmux_terminal() as terminal:
        env = claude_home.environment(api.url) | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        argv = [sys.executable, "-m", "tests.support.terminal_host", f"exec '{claude_binary}'"]
        terminal.start(argv, env=env, cwd=claude_home.project, cols=130, rows=36)
        terminal.option("set-clipboard", "on")
        terminal.wait_for("❯")
        terminal.wait_for(lambda screen: "Claude Code" in terminal.tell("#{pane_title}"))
        yield terminal


def _ask(terminal: TmuxTerminal) -> None:
    """Type a prompt as an input method commits it, and wait for the answer."""
    terminal.type(PROMPT)
    terminal.wait_for(PROMPT)
    terminal.send("Enter")
    terminal.wait_for(ANSWER)


def _row_of(terminal: TmuxTerminal, text: str) -> int:
    """The row of the last line with a text, counted from 1 as mouse reports do."""
    return max(y for y, row in enumerate(terminal.screen().splitlines(), start=1) if text in row)


def _drag(terminal: TmuxTerminal, first: int, last: int, *, shift: bool = False) -> None:
    """Select columns of the answer, counted from its first."""
    y, bits = _row_of(terminal, ANSWER), 4 if shift else 0
    for button, x, end in ((bits, first, "M"), (bits + 32, first + 1, "M"), (bits + 32, last, "M"), (bits, last, "m")):
        terminal.type(f"\x1b[<{button};{x + 2};{y}{end}")


def test_the_outer_cursor_stands_behind_a_japanese_prompt(claude: TmuxTerminal) -> None:
    claude.type(PROMPT)
    claude.wait_for(PROMPT)
    expected = f"{2 + 2 * len(PROMPT)} {_row_of(claude, PROMPT) - 1}"
    claude.wait_for(lambda screen: claude.tell("#{cursor_x} #{cursor_y}") == expected)


def test_its_own_selection_and_ours_both_get_to_the_clipboard(claude: TmuxTerminal) -> None:
    _ask(claude)
    _drag(claude, 1, 12, shift=True)
    claude.wait_for("Copied")
    assert claude.copied() == "Chosen words"
    claude.wait_for(lambda screen: "Copied" not in screen)
    _drag(claude, 14, 21)
    claude.wait_for("via OSC 52")
    claude.wait_for(lambda screen: claude.copied() != "Chosen words")
    assert claude.copied().startswith("日本語")
