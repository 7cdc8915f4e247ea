"""A whole session without a mouse: ask, mute, replay, switch voice and translator, search, export, change theme, quit.

The real claude in a real terminal; Anthropic's server, the translator's and the voices' are played on the loopback.
"""

from __future__ import annotations

import json
import re
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.answers import Text
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import LoopbackApi, in_order
from tests.support.services import SOUND_S, answers, services
from tests.support.tmux import TmuxTerminal, needs_tmux, tmux_terminal

pytestmark = [pytest.mark.e2e, pytest.mark.claude, *needs_tmux]

LEADER = "C-]"
PATIENCE_S = 120.0
PROMPT = re.compile(r"[│┃║]/")
"""where one types what to search for"""
ENGLISH = ["The build has failed.", "The retry helps a little.", "The cache is empty now.", "The tests pass again."]
JAPANESE = dict(
    zip(
        ENGLISH,
        [
            "ビルドが失敗しました。",
            "再試行は少し役に立ちます。",
            "キャッシュは今は空です。",
            "テストは再び成功しています。",
        ],
        strict=True,
    )
)


class Session:
    """`streamtts-tui` in tmux, and the events that it writes down."""

    def __init__(self, terminal: TmuxTerminal, folder: Path) -> None:
        self.terminal = terminal
        self.sound = folder / "heard.wav"
        self._events = folder / "events.jsonl"

    def start(self, claude: Path, home: ClaudeHome, environment: dict[str, str]) -> None:
        program = [str(Path(sys.executable).with_name("streamtts-tui")), "--command", str(claude)]
        choices = ["--translator", "none:none", "--voice", "openai:alloy", "--sink", f"wav:{self.sound}"]
        command = [*program, *choices, "--events", str(self._events)]
        self.terminal.start(command, env=environment, cwd=home.project, cols=160, rows=45)
        self.terminal.wait_for("❯")
        self.wait_until(lambda: self.events("ready"), "ready")

    def press(self, *keys: str) -> None:
        """Keys after the leader, which work while Claude has the keyboard."""
        self.terminal.send(LEADER, *keys)

    def ask(self, prompt: str) -> dict[str, Any]:
        """Ask Claude; return how its one sentence ended."""
        number = len(self.finals()) + 1
        self.terminal.type(prompt)
        self.terminal.wait_for(prompt)
        self.terminal.send("Enter")
        self.wait_until(lambda: len(self.finals()) == number, f"end of sentence {number}")
        return self.finals()[-1]

    def events(self, kind: str) -> list[dict[str, Any]]:
        lines = self._events.read_text(encoding="utf-8").split("\n")[:-1] if self._events.exists() else []
        return [event for line in lines if (event := json.loads(line))["event"] == kind]

    def finals(self) -> list[dict[str, Any]]:
        return [event for event in self.events("speech") if event["state"] != "started"]

    def voices(self) -> list[str]:
        return [event["voice"] for event in self.events("speech") if event["state"] == "started"]

    def translated_by(self) -> list[str]:
        return [event["translator"] for event in self.events("translation") if event["final"]]

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, f"no {what}; the screen was:\n{self.terminal.screen()}"
            time.sleep(0.1)


@pytest.fixture
def session(claude_binary: Path, claude_home: ClaudeHome, tmp_path: Path) -> Iterator[Session]:
    replies = [[Text(f"{english} ")] for english in ENGLISH]
    with LoopbackApi(in_order(*replies)) as api, services(answers(JAPANESE)) as server, tmux_terminal() as terminal:
        running = Session(terminal, tmp_path)
        environment = claude_home.environment(api.url) | {
            "STREAMTTS_TRANSLATE_HTTP_URL": f"{server.url}/v1",
            "STREAMTTS_SPEECH_OPENAI_URL": f"{server.url}/v1",
            "STREAMTTS_SPEECH_OPENAI_VOICES": "alloy, nova",
        }
        running.start(claude_binary, claude_home, environment)
        yield running


def test_everything_goes_by_keys(session: Session, claude_home: ClaudeHome) -> None:
    terminal = session.terminal
    session.ask("How did it go?")
    assert session.translated_by() == ["none"]
    choose_translator(session)

    assert session.ask("What now?")["state"] == "finished"
    assert session.translated_by()[1] == "http:openai"
    terminal.wait_for(JAPANESE[ENGLISH[1]])

    terminal.send("F2")
    terminal.wait_for("muted")
    assert session.ask("And the cache?")["state"] == "muted"
    terminal.send("F2")
    terminal.wait_for(lambda screen: "muted" not in screen)

    before = session.sound.stat().st_size
    terminal.send("F5")
    session.wait_until(lambda: session.sound.stat().st_size > before, "replay")

    choose_voice(session)
    assert session.ask("Is all well?")["state"] == "finished"
    assert session.voices()[-1] == "openai:nova"

    search(session)
    exported = export(session, claude_home)
    assert JAPANESE[ENGLISH[3]] in exported.read_text(encoding="utf-8")

    session.press("t")
    terminal.wait_for("Theme: light")

    session.press("q")
    terminal.wait_for("again to end it and leave")
    session.press("q")
    assert terminal.wait_for_exit() == 0
    assert_heard(session)


def choose_translator(session: Session) -> None:
    session.press("T")
    session.terminal.wait_for("Esc leave")
    session.terminal.type("http:openai")
    session.terminal.wait_for("licence: the server's")  # Of the line that is chosen.
    session.terminal.send("Enter")
    session.terminal.wait_for("⇄ http:openai")


def choose_voice(session: Session) -> None:
    session.terminal.send("F9")
    session.terminal.wait_for("Esc leave")
    session.terminal.type("nova")
    session.terminal.wait_for(lambda screen: "openai:nova" in screen and "openjtalk:mei" not in screen)
    session.terminal.send("Enter")
    session.terminal.wait_for("Voice: openai:nova")


def search(session: Session) -> None:
    session.press("/")
    session.terminal.wait_for(PROMPT.search)
    session.terminal.type("役に立ち")
    session.terminal.wait_for("1 of 1")
    session.terminal.send("Escape")
    session.terminal.wait_for(lambda screen: not PROMPT.search(screen))


def export(session: Session, home: ClaudeHome) -> Path:
    """The first shape, a Markdown document, under the name that is proposed."""
    session.press("e")
    session.terminal.wait_for("English and Japanese side by side")
    session.terminal.send("Enter")
    session.wait_until(lambda: list(home.project.glob("*how-did-it-go.md")), "exported file")
    (exported,) = home.project.glob("*how-did-it-go.md")
    return exported


def assert_heard(session: Session) -> None:
    """All that was spoken is in the sound, and what was said again twice."""
    with wave.open(str(session.sound)) as heard:
        heard_s = heard.getnframes() / heard.getframerate()
    said_s = sum(event["audio_s"] for event in session.finals() if event["state"] == "finished")
    assert heard_s > said_s + SOUND_S * 0.5
