from __future__ import annotations

import asyncio

from tui.throttle import Throttle

LONG_S = 1000.0


async def test_the_first_value_is_acted_on_at_once_and_the_next_ones_wait() -> None:
    done: list[int] = []
    throttle = Throttle(done.append, LONG_S)
    for value in range(5):
        throttle.give(value)
    assert done == [0]


async def test_at_the_end_the_last_value_is_acted_on_and_those_between_never() -> None:
    done: list[int] = []
    throttle = Throttle(done.append, LONG_S)
    for value in range(5):
        throttle.give(value)
    throttle.finish()
    assert done == [0, 4]
    throttle.finish()
    assert done == [0, 4]


async def test_without_an_end_the_last_value_comes_after_a_while() -> None:
    done: asyncio.Queue[int] = asyncio.Queue()
    throttle = Throttle(done.put_nowait, 0.01)
    for value in range(5):
        throttle.give(value)
    async with asyncio.timeout(60):
        assert [await done.get(), await done.get()] == [0, 4]
    assert done.empty()


async def test_after_the_end_it_begins_anew() -> None:
    done: list[int] = []
    throttle = Throttle(done.append, LONG_S)
    throttle.give(1)
    throttle.finish()
    throttle.give(2)
    assert done == [1, 2]
