"""The app with versions and settings of the real Claude Code that have no mods: text all the same."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.support.answers import Text
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import LoopbackApi, in_order
from tests.support.tmux import TmuxTerminal, needs_tmux, tmux_terminal

pytestmark = [pytest.mark.e2e, pytest.mark.claude, *needs_tmux]

ANSWER = "# A plan\n\nHello there. It has **bold** text.\n\n1. Read it.\n2. Run it.\n\nShall I go on?\n"
SENTENCES = ["A plan", "Hello there.", "It has bold text.", "Read it.", "Run it.", "Shall I go on?"]


def sentences(events: Path) -> list[str]:
    lines = events.read_text(encoding="utf-8").splitlines() if events.exists() else []
    return [event["en"] for line in lines if (event := json.loads(line))["event"] == "sentence"]


def start(
    terminal: TmuxTerminal, home: ClaudeHome, base_url: str, events: Path, ours: list[str], arguments: list[str]
) -> None:
    """Run the app without translator and voice: the English is what matters here."""
    program = str(Path(sys.executable).with_name("streamtts-tui"))
    without = ["--voice", "none", "--sink", "null", "--translator", "none:none", "--events", str(events)]
    environment = home.environment(base_url)
    terminal.start([program, *without, *ours, "--", *arguments], env=environment, cwd=home.project, cols=160, rows=45)


@pytest.mark.parametrize("case", ["old", "safe", "elsewhere"])
def test_text_comes_without_a_mod(
    old_claude_binary: Path, claude_binary: Path, claude_home: ClaudeHome, tmp_path: Path, case: str
) -> None:
    events = tmp_path / "events.jsonl"
    # By name, because a busy machine may not tell its version in the time that the automatic choice waits for it.
    old = ["--command", str(old_claude_binary), "--source", "hook"]
    safe = ["--command", str(claude_binary)]
    # As with `ssh host claude`, only the terminal is known.
    elsewhere = ["--command", f"sh -c 'exec {claude_binary}'"]
    ours, arguments, source = {
        "old": (old, [], "hook"),
        "safe": (safe, ["--safe-mode"], "screen"),
        "elsewhere": (elsewhere, [], "screen"),
    }[case]
    with LoopbackApi(in_order([Text(ANSWER)])) as api, tmux_terminal() as terminal:
        start(terminal, claude_home, api.url, events, ours, arguments)
        terminal.wait_for("? for shortcuts")
        terminal.type("please answer")
        terminal.wait_for("please answer")
        terminal.send("Enter")
        terminal.wait_for(lambda screen: sentences(events) == SENTENCES)
        terminal.wait_for(f"● {source}")
