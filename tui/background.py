"""Work that may wait for a server or a driver, beside the screen."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def on_own_thread(function: Callable[[], T]) -> T:
    """Call `function` on a thread of its own; return or raise what it does.

    `asyncio.to_thread` would make the program wait at its end for a driver that hangs; this thread is left behind.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(how: Callable[[Any], None], what: object) -> None:
        if not answer.done():
            how(what)

    def work() -> None:
        how: Callable[[Any], None]
        what: object
        try:
            how, what = answer.set_result, function()
        except Exception as error:
            how, what = answer.set_exception, error
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile: nobody waits for this
            loop.call_soon_threadsafe(settle, how, what)

    threading.Thread(target=work, name="background", daemon=True).start()
    return await answer
