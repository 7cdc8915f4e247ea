"""What is wanted often is done at once as a rule, and never forgotten."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from tui.pace import AT_ONCE, Pace


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


async def test_it_is_done_at_once() -> None:
    done: list[int] = []
    pace = Pace(lambda: done.append(1))
    for count in range(1, 6):
        pace.request()
        assert len(done) == count


async def test_in_a_storm_it_is_done_less_often_and_the_last_request_is_answered() -> None:
    wanted, seen = 0, []
    pace = Pace(lambda: seen.append(wanted))
    for wanted in range(1, 4 * int(AT_ONCE)):  # noqa: B007
        pace.request()
    assert int(AT_ONCE) <= len(seen) < 2 * AT_ONCE
    await until(lambda: seen[-1] == wanted)


async def test_what_is_cancelled_is_not_done() -> None:
    done: list[int] = []
    pace = Pace(lambda: done.append(1))
    for _ in range(4 * int(AT_ONCE)):
        pace.request()
    count = len(done)
    pace.cancel()
    await asyncio.sleep(0.2)
    assert len(done) == count
    pace.request()
    await until(lambda: len(done) == count + 1)
