"""Looks at the terminal's rows again and again, for the source that reads the screen."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence

from engine.capture.screen_transcript import ScreenAndTranscript
from engine.capture.screen_view import ReadScreen

LOOK_S = 0.05


class ScreenFollower:
    """The screen as a source of a session: feeds what `read` sees to the source proper."""

    def __init__(
        self, source: ScreenAndTranscript, read: ReadScreen, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._read = read
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        await self._source.start()
        self._task = asyncio.create_task(self._follow(), name="screen-follower")

    def arguments(self, arguments: Sequence[str], cwd: str) -> list[str]:
        """Claude needs none."""
        return self._source.arguments(arguments, cwd)

    def expect_handshake(self) -> None:
        """It is heard as soon as Claude is seen at work."""
        self._source.expect_handshake()

    async def close(self) -> None:
        """Take a last look, and look no more; safe to call twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            self._look()
        await self._source.close()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self._look()

    def _look(self) -> None:
        view = self._read()
        if view is not None:
            self._source.feed(
                view.rows, self._clock(), cols=view.cols, cursor_row=view.cursor_row, is_held=view.is_held
            )
