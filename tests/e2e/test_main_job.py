"""The main job on real parts: the real claude, the real weights, the real voice, a real sound server, a real terminal.

Only Anthropic's server is played by the loopback Messages API.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from engine.models import models_folder
from tests.support.answers import Text
from tests.support.claude import ClaudeHome, find_claude
from tests.support.loopback_api import LoopbackApi, in_order
from tests.support.pulse import RATE, loud_spans, needs_sound, pulse_null_sink
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
    """`streamtts-tui` in tmux, the events it writes down, and the recorder at its loudspeaker."""

    def __init__(self, terminal: TmuxTerminal, folder: Path) -> None:
        self.terminal = terminal
        self._events = folder / "events.jsonl"

    def start(self, home: ClaudeHome, environment: dict[str, str]) -> None:
        command = [str(Path(sys.executable).with_name("streamtts-tui")), "--command", str(find_claude())]
        arguments = ["--events", str(self._events)]
        self.terminal.start([*command, *arguments], env=environment, cwd=home.project, cols=160, rows=45)
        self.terminal.wait_for("❯")
        self.wait_until(lambda: self.events("ready"), "ready")

    def ask(self, prompt: str) -> None:
        self.terminal.type(prompt)
        self.terminal.wait_for(prompt)
        self.terminal.send("Enter")

    def leave(self) -> int:
        self.terminal.send("C-]", "q", "C-]", "q")
        return self.terminal.wait_for_exit()

    def events(self, kind: str) -> list[dict[str, Any]]:
        lines = self._events.read_text(encoding="utf-8").splitlines() if self._events.exists() else []
        return [event for line in lines if (event := json.loads(line))["event"] == kind]

    def finals(self) -> dict[int, str]:
        return {event["id"]: event["state"] for event in self.events("speech") if event["state"] != "started"}

    def wait_until(self, condition: Callable[[], object], what: str, timeout_s: float = 180.0) -> None:
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < deadline, f"no {what}; {self.finals()}; the screen was:\n{self.terminal.screen()}"
            time.sleep(0.1)

    def workers(self) -> list[psutil.Process]:
        """The processes that hold the models, by what they were started with."""
        needle = str(self._events)
        [program] = [p for p in psutil.process_iter(["cmdline"]) if _is_companion(p.info["cmdline"] or [], needle)]
        return [child for child in program.children() if "engine.worker.child" in child.cmdline()]


def _is_companion(command: list[str], needle: str) -> bool:
    return needle in command and Path(command[0]).name.startswith("python")


@pytest.fixture
def companion(tmp_path: Path) -> Iterator[Companion]:
    """A companion that is ready: Claude shows its prompt, and translator and voice are loaded."""
    home = ClaudeHome.create(tmp_path / "home")
    with (
        LoopbackApi(in_order([Text(ANSWER)], [Text("It is done.")])) as api,
        pulse_null_sink(tmp_path) as pulse,
        tmux_terminal() as terminal,
        pulse.record(tmp_path / "heard.wav"),
    ):
        running = Companion(terminal, tmp_path)
        running.start(home, home.environment(api.url) | pulse.env | {"STREAMTTS_CACHE": str(models_folder().parent)})
        yield running


def test_claude_is_read_and_heard_in_japanese(companion: Companion, tmp_path: Path) -> None:
    companion.ask("How did it go?")
    companion.wait_until(lambda: len(companion.finals()) == len(ENGLISH), "end")
    screen = companion.terminal.screen()
    # What was played a moment ago is still on its way through the server and the recorder.
    time.sleep(2)
    assert companion.leave() == 0
    assert [event["en"] for event in companion.events("sentence")] == ENGLISH
    assert set(companion.finals().values()) == {"finished"}
    assert_japanese(companion)
    assert_on_screen(screen, companion)
    assert_heard(tmp_path / "heard.raw", companion)


def test_killing_the_models_in_mid_answer_loses_no_sentence_and_claude_never_notices(companion: Companion) -> None:
    companion.ask("How did it go?")
    companion.wait_until(lambda: companion.events("translation"), "translation")
    workers = companion.workers()
    assert len(workers) == 2
    for worker in workers:
        worker.kill()
    companion.wait_until(lambda: len(companion.finals()) == len(ENGLISH), "end")
    assert set(companion.finals().values()) == {"finished"}
    assert {event["code"] for event in companion.events("notice")} >= {"translator_restarting", "speech_restarting"}
    companion.ask("And now?")
    companion.wait_until(lambda: len(companion.finals()) == len(ENGLISH) + 1, "second answer")
    assert companion.events("sentence")[-1]["en"] == "It is done."
    assert companion.leave() == 0


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
    samples = np.fromfile(recording, dtype="<i2").astype(np.float32) / np.float32(32768)
    said_s = sum(event["audio_s"] for event in companion.events("speech") if event["state"] == "finished")
    spans = loud_spans(samples, RATE, min_gap_ms=100)
    heard_s = sum(end - start for start, end in spans)
    assert float(np.abs(samples).max()) > 0.1
    # Between the loud stretches lie the pauses of speech itself, which the sentences' own length counts too.
    assert said_s > 5
    assert 0.7 * said_s <= heard_s <= 1.1 * said_s
