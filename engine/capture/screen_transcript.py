"""The last resort for a local Claude: its screen, which is early, with its transcript, which is right."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.capture.screen import ScreenSource
from engine.capture.screen_early import EarlyText
from engine.capture.transcript_follow import POLL_S, TranscriptSource
from engine.source import SourceEvent

OnSourceEvent = Callable[[SourceEvent], None]


class ScreenAndTranscript:
    """Gives sentences that the screen shows for certain at once and the rest, exactly, from the transcript.

    Not thread-safe: `feed`, `tick` and the loop that `start` is called on must be on one thread. Create it before
    Claude starts. Raises ValueError for a session id that is none.
    """

    def __init__(
        self,
        projects: Path,
        session_id: str,
        cwd: str | Path,
        on_event: OnSourceEvent,
        *,
        on_old: OnSourceEvent | None = None,
        poll_s: float = POLL_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`projects`, `session_id`, `cwd` and `on_old` are those of `TranscriptSource`."""
        self._early = EarlyText(on_event)
        self._clock = clock
        self._transcript = TranscriptSource(
            projects, session_id, cwd, self._early.take_transcript, on_old=on_old, poll_s=poll_s, clock=clock
        )
        self._screen = ScreenSource(self._early.take_screen, on_text=self._early.take_screen_text)

    @property
    def has_transcript(self) -> bool:
        """Whether the transcript is there; without it the screen is all there is."""
        return self._transcript.connected

    async def start(self) -> None:
        """Begin to follow the transcript."""
        await self._transcript.start()

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

    def tick(self, now: float) -> None:
        """Let time pass; call it every 50 ms or so."""
        self._screen.tick(now)
        self._early.tick(now)

    async def close(self) -> None:
        """Claude has ended: read what is left of the transcript, then of the screen."""
        await self._transcript.close()
        now = self._clock()
        self._screen.close(now)
        self._early.flush(now)
