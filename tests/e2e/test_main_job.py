"""The main job on real parts: the real claude, the real weights, the real voice, a real sound server, a real terminal.

Only Anthropic's server is played by the loopback Messages API.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.models import models_folder
from tests.support.answers import Text
from tests.support.claude import ClaudeHome, find_claude
from tests.support.loopback_api import LoopbackApi, in_order
from tests.support.pulse import loud_spans, needs_sound, pulse_null_sink, read_recording
from tests.support.tmux import TmuxTerminal, needs_tmux, tmux_terminal
from tests.support.weights import needs_weights

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.claude,
    pytest.mark.timeout(600),
    pytest.mark.skipif(find_claude() is None, reason="claude is not installed (make test installs it where npm is)"),
    *needs_sound,
    *needs_tmux,
    *needs_weights,
]

ANSWER = """## The result

The tests pass now. I moved the retry logic into `client.py` so that it can be tested alone.

- Run the migration first.
- Then restart the worker.

```python
retry(times=3)
```

Shall I open a pull request?
"""
ENGLISH = [
    "The result",
    "The tests pass now.",
    "I moved the retry logic into client.py so that it can be tested alone.",
    "Run the migration first.",
    "Then restart the worker.",
    "retry(times=3)",
    "Shall I open a pull request?",
]


class Companion:
    """`streamtts-tui` in tmux, and the events it writes down."""

    def __init__(self, terminal: TmuxTerminal, events: Path) -> None:
        self.terminal = terminal
        self._events = events

    def events(self, kind: str) -> list[dict[str, Any]]:
        lines = self._events.read_text(encoding="utf-8").splitlines() if self._events.exists() else []
        return [event for line in lines if (event := json.loads(line))["event"] == kind]

    def finals(self) -> dict[int, str]:
        return {event["id"]: event["state"] for event in self.events("speech") if event["state"] != "started"}

    def wait_until_final(self, count: int, timeout_s: float = 180.0) -> None:
        deadline = time.monotonic() + timeout_s
        while len(self.finals()) < count:
            assert time.monotonic() < deadline, f"only {self.finals()}; the screen was:\n{self.terminal.screen()}"
            time.sleep(0.2)


def test_claude_is_read_and_heard_in_japanese(tmp_path: Path) -> None:
    home = ClaudeHome.create(tmp_path / "home")
    events = tmp_path / "events.jsonl"
    with (
        LoopbackApi(in_order([Text(ANSWER)])) as api,
        pulse_null_sink(tmp_path) as pulse,
        tmux_terminal() as terminal,
        pulse.record(tmp_path / "heard.wav"),
    ):
        environment = home.environment(api.url) | pulse.env | {"STREAMTTS_CACHE": str(models_folder().parent)}
        command = [str(Path(sys.executable).with_name("streamtts-tui")), "--command", str(find_claude())]
        terminal.start([*command, "--events", str(events)], env=environment, cwd=home.project, cols=160, rows=45)
        companion = Companion(terminal, events)
        terminal.wait_for("❯")
        wait_for_event(companion, "ready")
        terminal.type("How did it go?")
        terminal.wait_for("How did it go?")
        terminal.send("Enter")
        companion.wait_until_final(len(ENGLISH))
        screen = terminal.screen()
        terminal.send("C-]", "q")
        terminal.send("C-]", "q")
        status = terminal.wait_for_exit()

    assert [event["en"] for event in companion.events("sentence")] == ENGLISH
    assert set(companion.finals().values()) == {"finished"}
    assert_japanese(companion)
    assert_on_screen(screen, companion)
    assert status == 0
    assert_heard(tmp_path / "heard.wav", companion)


def wait_for_event(companion: Companion, kind: str, timeout_s: float = 180.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not companion.events(kind):
        assert time.monotonic() < deadline, f"no {kind}; the screen was:\n{companion.terminal.screen()}"
        time.sleep(0.2)


def assert_japanese(companion: Companion) -> None:
    finals = {event["id"]: event for event in companion.events("translation") if event["final"]}
    assert {event["guard"] for event in finals.values()} <= {"ok", "retried"}
    for number in (2, 3, 4, 5, 7):
        kana = sum("ぁ" <= character <= "ヿ" for character in finals[number]["ja"])
        assert kana >= 3, finals[number]
    assert "client.py" in finals[3]["ja"]


def assert_on_screen(screen: str, companion: Companion) -> None:
    """English and the start of its Japanese stand on the screen, in one row or below each other."""
    [japanese] = [event["ja"] for event in companion.events("translation") if event["id"] == 7 and event["final"]]
    assert "Shall I open a pull request?" in screen
    assert japanese[:4] in screen


def assert_heard(recording: Path, companion: Companion) -> None:
    """The sound server played as much sound as the sentences say, and it is not silence."""
    samples, rate = read_recording(recording)
    said_s = sum(event["audio_s"] for event in companion.events("speech") if event["state"] == "finished")
    spans = loud_spans(samples, rate, min_gap_ms=100)
    heard_s = sum(end - start for start, end in spans)
    assert float(np.abs(samples).max()) > 0.1
    # Between the loud stretches lie the pauses of speech itself, which the sentences' own length counts too.
    assert said_s > 5
    assert 0.7 * said_s <= heard_s <= 1.1 * said_s
