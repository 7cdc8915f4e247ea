"""When the screen is looked at: after each repaint, and at the clock only while something is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.capture.claude_process import ClaudeProcess
from engine.capture.screen import IDLE_S, SETTLE_S
from engine.capture.screen_follow import AFTER_PAINT_S, ScreenFollower
from engine.capture.screen_reading import ScreenReading
from engine.capture.screen_view import ScreenView, WatchedScreen
from engine.source import SourceEvent, TextDelta, TurnEnd, TurnStart
from tests.support.recordings import heard

ROWS, COLS = 20, 60
RULE = "─" * 40
BUSY = "✻ Working… (3s · esc to interrupt)"
SENTENCE = "One sentence is here."


def claude(*rows: str, is_busy: bool = True) -> list[str]:
    """Claude's screen with these rows above its input box."""
    box = [*([BUSY, ""] if is_busy else []), RULE, "❯ ", RULE]
    return [*rows, *[""] * (ROWS - len(rows) - len(box)), *box]


class Terminal:
    """Shows rows, and counts how often it is looked at."""

    def __init__(self) -> None:
        self.screen = WatchedScreen(self._read)
        self.rows: list[str] = []
        self.is_at_prompt = True
        self.looks = 0

    def show(self, rows: list[str], *, is_at_prompt: bool = True) -> None:
        self.rows, self.is_at_prompt = rows, is_at_prompt
        self.screen.drawn()

    def _read(self) -> ScreenView | None:
        self.looks += 1
        cursor_row = self.rows.index("❯ ") if self.is_at_prompt else 1
        return ScreenView(self.rows, COLS, cursor_row, is_held=False)


class Events:
    """What the follower says; others wait for it."""

    def __init__(self) -> None:
        self.said: list[SourceEvent] = []
        self._news = asyncio.Event()

    def append(self, event: SourceEvent) -> None:
        self.said.append(event)
        self._news.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self._news.clear()
            await self._news.wait()


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def events() -> Events:
    return Events()


async def test_it_looks_after_a_repaint_and_ends_the_turn_when_time_has_passed(
    terminal: Terminal, events: Events
) -> None:
    follower = ScreenFollower(events.append, terminal.screen)
    await follower.start()
    terminal.show(claude("❯ go"))
    terminal.show(claude("❯ go", "", f"● {SENTENCE}", "", "● Another"))
    await events.until(lambda: heard(events.said) == [SENTENCE])
    terminal.show(claude("❯ go", "", f"● {SENTENCE}", "", "● Another one.", is_busy=False))
    await events.until(lambda: isinstance(events.said[-1], TurnEnd))
    assert heard(events.said) == [SENTENCE, "Another one."]
    await follower.close()


async def test_many_repaints_in_a_row_are_one_look(terminal: Terminal, events: Events) -> None:
    follower = ScreenFollower(events.append, terminal.screen)
    await follower.start()
    for number in range(100):
        terminal.show(claude("❯ go", "", f"● Number {number}"))
    await events.until(lambda: bool(events.said))
    assert terminal.looks == 1
    await follower.close()


async def test_while_claude_works_it_waits_for_nothing_but_repaints(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    timers: list[float] = []
    call_later = loop.call_later

    def noted(delay: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        timers.append(delay)
        return call_later(delay, callback)

    monkeypatch.setattr(loop, "call_later", noted)
    is_heard = asyncio.Event()
    follower = ScreenFollower(lambda event: is_heard.set() if heard([event]) else None, terminal.screen)
    await follower.start()
    terminal.show(claude("❯ go", "", f"● {SENTENCE}", "", "● Another"))
    await is_heard.wait()
    assert timers == [AFTER_PAINT_S]
    await follower.close()


async def test_a_repaint_that_ends_elsewhere_is_read_once_it_has_settled(terminal: Terminal, events: Events) -> None:
    follower = ScreenFollower(events.append, terminal.screen)
    await follower.start()
    terminal.show(claude("❯ go"))
    await events.until(lambda: any(isinstance(event, TurnStart) for event in events.said))
    terminal.show(claude("❯ go", "", f"● {SENTENCE}", "", "● Another"), is_at_prompt=False)
    await events.until(lambda: heard(events.said) == [SENTENCE])
    await follower.close()


async def test_the_end_takes_a_last_look_and_says_what_was_not_finished(terminal: Terminal, events: Events) -> None:
    follower = ScreenFollower(events.append, terminal.screen)
    await follower.start()
    terminal.show(claude("❯ go"))
    await events.until(lambda: any(isinstance(event, TurnStart) for event in events.said))
    terminal.show(claude("❯ go", "", "● The last words", is_busy=False))
    await follower.close()
    await follower.close()
    assert heard(events.said) == ["The last words"]
    assert isinstance(events.said[-1], TurnEnd)
    looks = terminal.looks
    terminal.show(claude("❯ go", "", "● The last words", "", "● Too late."))
    await asyncio.sleep(0)
    assert terminal.looks == looks


def test_a_session_id_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a session id"):
        ScreenFollower(lambda event: None, WatchedScreen(), projects=tmp_path, claude=ClaudeProcess("../x"))


def test_time_alone_is_waited_for_only_where_it_changes_something() -> None:
    events: list[SourceEvent] = []
    reading = ScreenReading(events.append)

    def feed(rows: list[str], now: float, *, cursor_row: int) -> None:
        reading.feed(ScreenView(rows, COLS, cursor_row, is_held=False), now)

    assert reading.due_at is None
    busy = claude("❯ go", "", f"● {SENTENCE}")
    feed(busy, 10.0, cursor_row=busy.index("❯ "))
    assert reading.due_at is None
    done = claude("❯ go", "", f"● {SENTENCE}", is_busy=False)
    feed(done, 11.0, cursor_row=1)
    assert reading.due_at == 11.0 + SETTLE_S
    reading.tick(11.0 + SETTLE_S)
    due_at = reading.due_at
    assert due_at == 11.0 + SETTLE_S + IDLE_S
    reading.tick(due_at)
    assert reading.due_at is None
    assert [event.text for event in events if isinstance(event, TextDelta)] == [SENTENCE]
    assert isinstance(events[-1], TurnEnd)
