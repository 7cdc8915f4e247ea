"""The first start with the real claude, in a real terminal: what is chosen is kept, and what is typed is Claude's."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.answers import Text
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import LoopbackApi, in_order
from tests.support.tmux import TmuxTerminal, needs_tmux, tmux_terminal

pytestmark = [pytest.mark.e2e, pytest.mark.claude, *needs_tmux]

WELCOME = "Welcome to streamtts"
PROMPT = "is it there"


class FirstStart:
    """`streamtts-tui` as somebody starts it who has never done so; `claude` is found on PATH."""

    def __init__(self, terminal: TmuxTerminal, claude: Path, home: ClaudeHome, base_url: str, folder: Path) -> None:
        self.terminal = terminal
        self.config = folder / "settings" / "config.toml"
        self._events = folder / "events.jsonl"
        self._home = home
        home.state.unlink()
        programs = folder / "bin"
        programs.mkdir()
        (programs / "claude").symlink_to(claude)
        path = os.pathsep.join([str(programs), os.environ["PATH"]])
        own = {"PATH": path, "STREAMTTS_CONFIG": str(self.config), "HF_HUB_OFFLINE": "1"}
        self._environment = home.environment(base_url) | own

    def start(self) -> None:
        command = [
            str(Path(sys.executable).with_name("streamtts-tui")),
            "--sink",
            "null",
            "--events",
            str(self._events),
        ]
        self.terminal.start(command, env=self._environment, cwd=self._home.project, cols=120, rows=36)

    def sentences(self) -> list[str]:
        lines = self._events.read_text(encoding="utf-8").splitlines() if self._events.exists() else []
        return [event["en"] for line in lines if (event := json.loads(line))["event"] == "sentence"]

    def leave(self) -> int:
        self.terminal.send("C-]", "q", "C-]", "q")
        return self.terminal.wait_for_exit(60.0)


@pytest.fixture
def first(claude_binary: Path, claude_home: ClaudeHome, tmp_path: Path) -> Iterator[FirstStart]:
    with LoopbackApi(in_order([Text("It is there.")])) as api, tmux_terminal() as terminal:
        yield FirstStart(terminal, claude_binary, claude_home, api.url, tmp_path)


def test_what_is_chosen_is_kept(first: FirstStart) -> None:
    first.start()
    first.terminal.wait_for(WELCOME)
    first.terminal.send("Down")
    first.terminal.wait_for("translated into Simplified Chinese")
    first.terminal.send("Enter")
    first.terminal.wait_for(lambda screen: WELCOME not in screen and first.config.exists())
    assert tomllib.loads(first.config.read_text())["translate"]["to"] == "zh"
    first.terminal.wait_for("? for shortcuts")
    assert first.leave() == 0


def test_what_is_typed_is_claudes(first: FirstStart) -> None:
    first.start()
    first.terminal.wait_for(WELCOME)
    first.terminal.type(PROMPT)
    first.terminal.wait_for(lambda screen: PROMPT in screen and WELCOME not in screen)
    first.terminal.send("Enter")
    first.terminal.wait_for(lambda _: first.sentences() == ["It is there."])
    assert not first.config.exists()
    assert first.leave() == 0
