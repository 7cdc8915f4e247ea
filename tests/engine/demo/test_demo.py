"""The recorded session is whole, public, and plays with its own timing."""

from __future__ import annotations

import asyncio
import json
import time
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from pyghostty import Terminal

from engine import demo
from engine.capture.mod_decoder import ModDecoder
from engine.source import SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart
from tests.support.recordings import heard

ANSWER = Path(__file__).parents[2] / "tools" / "demo_answer.md"


class Stage:
    """Takes what is played, at the times of a clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.data: list[tuple[float, bytes]] = []
        self.events: list[tuple[float, demo.ModEvent]] = []

    async def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds

    async def play(self, session: demo.DemoSession, speed: float = 1.0) -> None:
        await demo.play(session, self._bytes, self._events, speed=speed, sleep=self.sleep, clock=lambda: self.now)

    def _bytes(self, data: bytes) -> None:
        self.data.append((self.now - 100.0, data))

    def _events(self, events: Any) -> None:
        self.events += [(self.now - 100.0, event) for event in events]


@pytest.fixture(scope="module")
def session() -> demo.DemoSession:
    return demo.load()


def test_it_is_long_enough_to_show_and_small_enough_to_ship(session: demo.DemoSession) -> None:
    assert (session.cols, session.rows) == (80, 30)
    assert 20 <= session.duration_s <= 40
    files = [file for file in resources.files("engine.demo").iterdir() if file.is_file()]
    assert {"session.jsonl", "tty.raw"} <= {file.name for file in files}
    assert sum(len(file.read_bytes()) for file in files) < 300_000


def test_times_never_go_back(session: demo.DemoSession) -> None:
    times = [step.t for step in session.steps]
    assert times == sorted(times)
    assert times[0] == 0.0


def test_the_answer_is_the_one_that_was_written(session: demo.DemoSession) -> None:
    assert session.markdown == ANSWER.read_text(encoding="utf-8")


def test_nothing_of_the_machine_shows(session: demo.DemoSession) -> None:
    data = b"".join(step.data or b"" for step in session.steps)
    events = json.dumps([step.mod_event for step in session.steps]).encode()
    for private in (b"/work", b"/root", b"/tmp", b"/home/", b"/Users", b"root", b"sk-", b"127.0.0.1", b"localhost"):
        assert private not in data
        assert private not in events


def test_the_screen_goes_from_welcome_over_typing_to_the_answer(session: demo.DemoSession) -> None:
    terminal = Terminal(session.cols, session.rows)
    screens = []
    for step in session.steps:
        if step.data is not None:
            terminal.feed(step.data)
            screens.append(str(terminal.text()))
    typed = [session.prompt[:length] for length in range(5, len(session.prompt) + 1)]
    assert "Claude Code" in screens[1]
    assert all(any(f"❯ {part}" in screen for screen in screens) for part in typed)
    assert "Shall I write that test" in screens[-1]
    assert screens[-1].count("❯") == 1


async def test_it_plays_with_its_own_timing(session: demo.DemoSession) -> None:
    stage = Stage()
    await stage.play(session, speed=2.0)
    expected = {round(step.t / 2, 6) for step in session.steps if step.data is not None}
    assert {round(t, 6) for t, _ in stage.data} == expected
    assert b"".join(data for _, data in stage.data) == b"".join(step.data or b"" for step in session.steps)


async def test_what_is_played_is_heard_exactly_and_with_the_time_of_playing(session: demo.DemoSession) -> None:
    stage = Stage()
    before = time.time()
    await stage.play(session)
    after = time.time()
    assert all(before <= event["t"] / 1000 <= after for _, event in stage.events)
    decoder = ModDecoder()
    events: list[SourceEvent] = [out for _, event in stage.events for out in decoder.decode(event, time.monotonic())]
    assert decoder.ignored == 0
    assert heard(events) == [session.markdown]
    assert isinstance(events[0], SourceStatus)
    assert [event.prompt for event in events if isinstance(event, TurnStart)] == [session.prompt]
    assert isinstance(events[-1], TurnEnd)
    assert all(delta.sent_at is not None for delta in events if isinstance(delta, TextDelta))


async def test_late_steps_are_caught_up_with() -> None:
    steps = (demo.Step(0.0, b"a"), demo.Step(1.0, b"b"), demo.Step(2.0, b"c"))
    stage = Stage()
    waits = []

    async def slow(seconds: float) -> None:
        waits.append(seconds)
        stage.now += seconds + 0.75

    await demo.play(
        demo.DemoSession(80, 24, "", steps), stage._bytes, stage._events, sleep=slow, clock=lambda: stage.now
    )
    assert waits == [0.0, 0.25, 0.25]


async def test_playing_can_be_stopped(session: demo.DemoSession) -> None:
    stage = Stage()
    playing = asyncio.create_task(demo.play(session, stage._bytes, stage._events))
    await asyncio.sleep(0)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert len(stage.data) < 5
