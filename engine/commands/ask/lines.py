"""Lines that a person types, read while the loop goes on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

AskLine = Callable[[str], Awaitable[str]]
"""Shows a prompt and gives the next line. Raises NobodyThere at the end of the input."""


class NobodyThere(Exception):  # noqa: N818  (it says what is)
    """Nobody can answer: there is no terminal, or it was closed."""


class ThreadedLines:
    """Reads with `read`, which shows a prompt and blocks; it raises EOFError at the end. One line at a time."""

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read

    async def line(self, prompt: str) -> str:
        """The next line. Raises NobodyThere at the end of the input."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str] = loop.create_future()

        def settle(line: str | None) -> None:
            if answer.done():
                return
            if line is None:
                answer.set_exception(NobodyThere())
            else:
                answer.set_result(line)

        def read() -> None:
            try:
                line: str | None = self._read(prompt)
            except (EOFError, OSError, ValueError):
                line = None
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, line)

        # A daemon: a line that nobody types must not hold up the end of the program.
        threading.Thread(target=read, name="line", daemon=True).start()
        return await answer
