"""Typing to Claude while a voice speaks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.events import GaugesChanged
from engine.settings import Speech
from tests.support.fake_engine import FakeEngine
from tests.tui.conftest import RunApp
from tui.barge_in import QUIET_S, BargeIn, Manner
from tui.voice_control import VoiceControl


class Clock:
    """Timers that a test lets come."""

    def __init__(self) -> None:
        self.pending: list[Pending] = []

    def after(self, seconds: float, call: Callable[[], None]) -> Pending:
        assert seconds == QUIET_S
        self.pending.append(Pending(self, call))
        return self.pending[-1]

    def come(self) -> None:
        (timer,) = self.pending
        self.pending.clear()
        timer.call()


class Pending:
    def __init__(self, clock: Clock, call: Callable[[], None]) -> None:
        self.clock, self.call = clock, call

    def stop(self) -> None:
        self.clock.pending.remove(self)


class Desk:
    def __init__(self, manner: Manner) -> None:
        self.engine, self.clock = FakeEngine(), Clock()
        self.voice = VoiceControl.of(self.engine, Speech())
        self.barge_in = BargeIn(self.voice, manner, self.clock.after)

    def type(self, keys: int) -> None:
        for _ in range(keys):
            self.barge_in.typed()


@pytest.mark.parametrize(
    ("manner", "begin", "end"),
    [
        ("duck", [("set_ducked", True)], [("set_ducked", False)]),
        ("pause", [("set_paused", True)], [("set_paused", False)]),
        ("stop", [("stop",)], []),
        ("ignore", [], []),
    ],
)
def test_one_burst_of_keys_is_one_interruption(
    manner: Manner, begin: list[tuple[object, ...]], end: list[tuple[object, ...]]
) -> None:
    desk = Desk(manner)
    desk.type(20)
    assert desk.engine.calls == begin
    if manner != "ignore":
        desk.clock.come()
    assert desk.engine.calls == begin + end
    desk.type(1)
    assert desk.engine.calls == begin + end + begin


def test_a_voice_that_was_paused_by_hand_stays_paused() -> None:
    desk = Desk("pause")
    desk.voice.learn(GaugesChanged(is_paused=True))
    desk.type(3)
    desk.clock.come()
    assert desk.engine.calls == []


async def test_keys_for_claude_duck_the_voice_and_our_own_do_not(run_app: RunApp) -> None:
    async with run_app() as screen:
        screen.engine.calls.clear()
        await screen.press("f5")
        assert screen.engine.calls == [("replay", None)]
        await screen.press("h", "i")
        assert screen.engine.calls == [("replay", None), ("set_ducked", True)]
