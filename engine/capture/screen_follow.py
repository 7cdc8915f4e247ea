"""Looks at the terminal's rows again and again, for sources that read the screen."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class ScreenView:
    """The screen as it is now."""

    rows: Sequence[str]
    """From top to bottom, without trailing blanks."""
    cols: int
    cursor_row: int
    is_held: bool
    """In the middle of a synchronized update."""


ReadScreen = Callable[[], ScreenView | None]
"""None while there is no screen, or the user looks at earlier lines."""


class ScreenReader(Protocol):
    """`engine.capture.screen.ScreenSource` or `engine.capture.screen_transcript.ScreenAndTranscript`."""

    def feed(
        self, rows: Sequence[str], now: float, *, cols: int, cursor_row: int | None = None, is_held: bool = False
    ) -> None:
        """Take the screen."""
        ...

    def tick(self, now: float) -> None:
        """Let time pass."""
        ...


class ScreenFollower:
    """A reader as a source of a session. Claude is not told of it.

    `begin` and `end` are what the reader needs before and after; `end` may be a coroutine function.
    """

    def __init__(
        self,
        reader: ScreenReader,
        read: ReadScreen,
        *,
        begin: Callable[[], Awaitable[None]] | None = None,
        end: Callable[[], Awaitable[None] | None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader = reader
        self._read = read
        self._begin = begin
        self._end = end
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        if self._begin is not None:
            await self._begin()
        self._task = asyncio.create_task(self._follow(), name="screen")

    def arguments(self, arguments: Sequence[str], cwd: str) -> list[str]:
        """Claude needs none."""
        return list(arguments)

    def expect_handshake(self) -> None:
        """It is heard as soon as Claude is seen at work."""

    async def close(self) -> None:
        """Take a last look, and look no more; safe to call twice."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        self._look()
        if self._end is not None:
            ending = self._end()
            if inspect.isawaitable(ending):
                await ending

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self._look()

    def _look(self) -> None:
        view, now = self._read(), self._clock()
        if view is not None:
            self._reader.feed(view.rows, now, cols=view.cols, cursor_row=view.cursor_row, is_held=view.is_held)
        self._reader.tick(now)
