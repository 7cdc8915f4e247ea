from __future__ import annotations

import asyncio
import time

import pytest

from tui.terminal.pacing import FLOOD_FRAME_S, FRAME_S, DrawClock


class _Screen:
    def __init__(self) -> None:
        self.count = 0
        self.drawn = asyncio.Event()
        self.drawn_at: list[float] = []

    def draw(self) -> None:
        self.count += 1
        self.drawn_at.append(time.monotonic())
        self.drawn.set()


async def test_the_first_output_is_drawn_at_once_and_a_burst_once_more() -> None:
    screen = _Screen()
    clock = DrawClock(screen.draw)
    clock.request(is_held=False)
    assert screen.count == 1
    screen.drawn.clear()
    for _ in range(100):
        clock.request(is_held=False)
    await screen.drawn.wait()
    assert screen.count == 2


async def test_the_answer_to_a_key_does_not_wait() -> None:
    screen = _Screen()
    clock = DrawClock(screen.draw)
    clock.request(is_held=False)
    clock.expect_answer()
    clock.request(is_held=False)
    assert screen.count == 2


async def test_a_held_update_is_drawn_when_it_ends() -> None:
    screen = _Screen()
    clock = DrawClock(screen.draw)
    clock.request(is_held=True)
    assert screen.count == 0
    clock.request(is_held=False)
    assert screen.count == 1


async def test_a_program_cannot_hold_the_screen_for_ever() -> None:
    screen = _Screen()
    DrawClock(screen.draw).request(is_held=True)
    await screen.drawn.wait()
    assert screen.count == 1


async def test_nothing_is_drawn_after_the_end() -> None:
    screen = _Screen()
    clock = DrawClock(screen.draw)
    clock.request(is_held=True)
    clock.cancel()
    clock.request(is_held=True)
    clock.cancel()
    assert screen.count == 0


async def test_in_a_flood_it_draws_less_often_but_answers_at_once() -> None:
    screen = _Screen()
    clock = DrawClock(screen.draw)
    clock.request(is_held=False)
    for _ in range(1_000_000):
        if screen.count > 1:
            break
        clock.request(is_held=False, is_flood=True)
        await asyncio.sleep(0)
    assert screen.count == 2
    assert screen.drawn_at[1] - screen.drawn_at[0] > 2 * FRAME_S
    clock.request(is_held=False, is_flood=True)
    clock.expect_answer()
    clock.request(is_held=False, is_flood=True)
    assert screen.count == 3


@pytest.mark.parametrize("is_followed", [True, False])
async def test_the_end_of_a_flood_does_not_wait_for_the_floods_frame(is_followed: bool) -> None:
    happened: list[str] = []
    floods_frame = asyncio.Event()

    def end_frame() -> None:
        happened.append("frame")
        floods_frame.set()

    clock = DrawClock(lambda: happened.append("drawn"))
    clock.request(is_held=False)
    clock.request(is_held=False, is_flood=True)
    asyncio.get_running_loop().call_later(FLOOD_FRAME_S, end_frame)
    if is_followed:
        clock.request(is_held=False)
    await floods_frame.wait()
    assert happened == ["drawn", "drawn", "frame"]
