"""The last resort: Claude's screen, which is early, with its transcript, which is right, where there is one."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.capture.screen import ScreenSource
from engine.capture.screen_early import EarlyText
from engine.capture.transcript_follow import POLL_S, TranscriptSource
from engine.source import SourceEvent

TICK_S = 0.05

OnSourceEvent = Callable[[SourceEvent], None]


class ScreenAndTranscript:
    """Gives sentences that the screen shows for certain at once and the rest, exactly, from the transcript.

    Where nobody knows the transcript (`ssh host claude`), the screen is all there is. Not thread-safe: call everything
    on the thread of the loop that `start` is called on. Create it before Claude starts.
    """

    def __init__(
        self,
        on_event: OnSourceEvent,
        *,
        projects: Path | None = None,
        session_id: str | None = None,
        cwd: str | Path = ".",
        on_old: OnSourceEvent | None = None,
        poll_s: float = POLL_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Without `projects` or `session_id` there is no transcript; they, `cwd` and `on_old` are as `TranscriptSource`
        takes them. `clock` is the one that `feed` is given times of. Raises ValueError for a session id that is none.
        """
        self._early = EarlyText(on_event)
        self._clock = clock
        self._transcript: TranscriptSource | None = None
        if projects is not None and session_id is not None:
            self._transcript = TranscriptSource(
                projects, session_id, cwd, self._early.take_transcript, on_old=on_old, poll_s=poll_s, clock=clock
            )
        self._screen = ScreenSource(self._early.take_screen, on_text=self._early.take_screen_text)
        self._ticking: asyncio.Task[None] | None = None

    @property
    def has_transcript(self) -> bool:
        """Whether the transcript is there; without it the screen is all there is."""
        return self._transcript is not None and self._transcript.connected

    async def start(self) -> None:
        """Begin to follow the transcript and the time."""
        if self._transcript is not None:
            await self._transcript.start()
        self._ticking = asyncio.create_task(self._tick(), name="screen")

    def arguments(self, arguments: Sequence[str], cwd: str) -> list[str]:
        """Claude's own arguments: it is not told that anybody looks on."""
        return list(arguments)

    def expect_handshake(self) -> None:
        """It is heard as soon as Claude works."""

    def feed(
        self,
        rows: Sequence[str],
        now: float,
        *,
        cols: int,
        cursor_row: int | None = None,
        is_held: bool = False,
        is_alternate: bool = True,
    ) -> None:
        """Take the screen after a repaint, as `ScreenSource.feed`."""
        self._screen.feed(rows, now, cols=cols, cursor_row=cursor_row, is_held=is_held, is_alternate=is_alternate)

    async def close(self) -> None:
        """Claude has ended: read what is left of the transcript, then of the screen; safe to call twice."""
        ticking, self._ticking = self._ticking, None
        if ticking is None:
            return
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking
        if self._transcript is not None:
            await self._transcript.close()
        now = self._clock()
        self._screen.close(now)
        self._early.flush(now)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            now = self._clock()
            self._screen.tick(now)
            self._early.tick(now)
