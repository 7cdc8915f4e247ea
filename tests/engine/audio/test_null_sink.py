"""The null sink takes as long as a device would, on a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.audio.null import LEAD_S, NullSink
from engine.audio.player import Player
from tests.support.sound import Listener, level, noise, say


class Clock:
    """Time that passes only in sleep."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_it_keeps_the_pace_of_the_clock() -> None:
    clock = Clock()
    sink = NullSink(clock=clock, sleep=clock.sleep)
    for block in range(200):
        while not sink.wait_for_room():
            pass
        due = sink.write(level(0.01))
        assert due == pytest.approx(100.0 + block * 0.01)
        assert due - LEAD_S - 0.011 <= clock.now <= due + 1e-9
    assert clock.now == pytest.approx(102.0 - LEAD_S, abs=0.011)


def test_it_says_no_when_the_wait_would_be_long() -> None:
    clock = Clock()
    sink = NullSink(clock=clock, sleep=clock.sleep)
    sink.write(level(1.0))
    assert not sink.wait_for_room()
    assert clock.now == pytest.approx(100.05)


def test_silence_in_between_is_not_caught_up() -> None:
    clock = Clock()
    sink = NullSink(clock=clock, sleep=clock.sleep)
    sink.write(level(0.01))
    clock.now += 5
    assert sink.write(level(0.01)) == clock.now


def test_stop_forgets_what_is_ahead() -> None:
    clock = Clock()
    sink = NullSink(clock=clock, sleep=clock.sleep)
    sink.write(level(0.02))
    sink.write(level(0.02))
    clock.now += 0.01
    assert sink.stop() == pytest.approx(0.03)
    assert sink.stop() == 0.0
    assert sink.write(level(0.01)) == clock.now


def test_a_player_on_it_finishes_when_the_sound_would_have(
    start_player: Callable[..., Player], listener: Listener
) -> None:
    clock = Clock()
    player = start_player(NullSink(24_000, clock=clock, sleep=clock.sleep))
    say(player, 1, noise(2.0, 24_000))
    listener.wait_for_finals(1)
    assert clock.now == pytest.approx(102.0 - LEAD_S, abs=0.011)
