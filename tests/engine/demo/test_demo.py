"""The recorded session is whole, public, and plays with its own timing."""

from __future__ import annotations

import asyncio
import json
import time
from importlib import resources
from pathlib import Path

import pytest
from pyghostty import Terminal

from engine import demo
from engine.recording import open_built_in, play
from engine.source import SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart
from tests.support.recordings import heard

ANSWER = Path(__file__).parents[2] / "tools" / "demo_answer.md"


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


async def test_it_plays_with_its_own_timing(session: demo.DemoSession, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr("engine.recording.player.asyncio.sleep", sleep)
    monkeypatch.setattr("engine.recording.player.time.monotonic", lambda: now)
    data: list[tuple[float, bytes]] = []
    await play(open_built_in().steps(), lambda _: None, lambda piece: data.append((now - 100.0, piece)), speed=2.0)
    assert [t for t, _ in data] == pytest.approx([step.t / 2 for step in session.steps if step.data is not None])
    assert b"".join(piece for _, piece in data) == b"".join(step.data or b"" for step in session.steps)


async def test_what_is_played_is_heard_exactly_and_with_the_time_of_playing(session: demo.DemoSession) -> None:
    events: list[SourceEvent] = []
    before = time.monotonic()
    await play(open_built_in().steps(), events.append, speed=0.0)
    after = time.monotonic()
    assert heard(events) == [session.markdown]
    assert isinstance(events[0], SourceStatus)
    assert [event.prompt for event in events if isinstance(event, TurnStart)] == [session.prompt]
    assert isinstance(events[-1], TurnEnd)
    for delta in events:
        if isinstance(delta, TextDelta):
            assert delta.sent_at == delta.received_at
            assert before <= delta.received_at <= after


def test_its_size_is_that_of_its_terminal(session: demo.DemoSession) -> None:
    assert open_built_in().size == (session.cols, session.rows)


async def test_playing_can_be_stopped() -> None:
    data: list[bytes] = []
    playing = asyncio.create_task(play(open_built_in().steps(), lambda _: None, data.append))
    await asyncio.sleep(0)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert len(data) < 5
