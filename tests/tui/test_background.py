"""Work beside the screen: its answer, its failure, and nobody who waits for it any more."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tui.background import on_own_thread


async def test_the_answer_comes_back_to_the_loop() -> None:
    caller = threading.get_ident()
    assert await on_own_thread(threading.get_ident) != caller


async def test_a_failure_comes_back_too() -> None:
    def fail() -> int:
        raise OSError("no server")

    with pytest.raises(OSError, match="no server"):
        await on_own_thread(fail)


def test_the_loop_ends_without_waiting_for_a_thread_that_hangs() -> None:
    may_end, has_ended = threading.Event(), threading.Event()

    def hang() -> None:
        may_end.wait(60)
        has_ended.set()

    async def give_up() -> None:
        waiting = asyncio.create_task(on_own_thread(hang))
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(give_up())
    assert not has_ended.is_set()
    may_end.set()
    assert has_ended.wait(60)
