"""The last resort: Claude's screen, which is early, with its transcript, which is right, where there is one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.capture.claude_process import ClaudeProcess
from engine.capture.screen_view import WatchedScreen
from engine.capture.transcript_follow import POLL_S, TranscriptSource
from engine.source import SourceEvent

if TYPE_CHECKING:
    from engine.capture.screen_reading import ScreenReading

AFTER_PAINT_S = 0.005
"""A repaint is looked at so long after it was asked for: what the user sees comes first."""
SHORTEST_WAIT_S = 0.001

OnSourceEvent = Callable[[SourceEvent], None]


class ScreenFollower:
    """Looks at the screen after each repaint, and at the clock only while something is waited for.

    Create it before Claude starts: what the transcript holds by then is old. All of it runs on the loop that `start`
    is called on.
    """

    def __init__(
        self,
        on_event: OnSourceEvent,
        screen: WatchedScreen,
        *,
        projects: Path | None = None,
        claude: ClaudeProcess | None = None,
        cwd: str | Path = ".",
        poll_s: float = POLL_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Without `projects` or `claude` there is no transcript; they and `cwd` are as `TranscriptSource` takes
        them. Raises ValueError for a session id that is none.
        """
        self._on_event = on_event
        self._screen = screen
        self._clock = clock
        self._transcript: TranscriptSource | None = None
        if projects is not None and claude is not None:
            self._transcript = TranscriptSource(
                projects,
                claude.session_id,
                cwd,
                self._take_transcript,
                pid=lambda: claude.pid,
                poll_s=poll_s,
                clock=clock,
            )
        self._made: ScreenReading | None = None
        self._look_handle: asyncio.TimerHandle | None = None
        self._tick_handle: asyncio.TimerHandle | None = None
        self._is_open = False

    async def start(self) -> None:
        """Begin to look."""
        self._is_open = True
        if self._transcript is not None:
            await self._transcript.start()
        self._screen.watch(self._drawn)

    def arguments(self, arguments: Sequence[str], cwd: str) -> list[str]:
        """Claude's own arguments: it is not told that anybody looks on."""
        return list(arguments)

    def expect_handshake(self) -> None:
        """It is heard as soon as Claude is seen at work."""

    async def close(self) -> None:
        """Claude has ended: take a last look, read what is left of the transcript; safe to call twice."""
        if not self._is_open:
            return
        self._is_open = False
        self._screen.unwatch()
        if self._look_handle is not None:
            self._look_handle.cancel()
        self._look()
        if self._transcript is not None:
            await self._transcript.close()
        if self._tick_handle is not None:
            self._tick_handle.cancel()
        self._reading.close(self._clock())

    @property
    def _reading(self) -> ScreenReading:
        if self._made is None:
            # Its code takes longer to import than all else here, and Claude waits for us to start.
            from engine.capture.screen_reading import ScreenReading

            self._made = ScreenReading(self._on_event)
        return self._made

    def _drawn(self) -> None:
        if self._look_handle is None:
            self._look_handle = asyncio.get_running_loop().call_later(AFTER_PAINT_S, self._look)

    def _look(self) -> None:
        self._look_handle = None
        view = self._screen.read()
        if view is not None:
            self._reading.feed(view, self._clock())
            self._wait()

    def _take_transcript(self, event: SourceEvent) -> None:
        self._reading.take_transcript(event)
        self._wait()

    def _tick(self) -> None:
        self._tick_handle = None
        self._reading.tick(self._clock())
        self._wait()

    def _wait(self) -> None:
        """Wake up when time alone will change something."""
        if self._tick_handle is not None:
            self._tick_handle.cancel()
            self._tick_handle = None
        due_at = self._reading.due_at
        if due_at is not None:
            wait_s = max(SHORTEST_WAIT_S, due_at - self._clock())
            self._tick_handle = asyncio.get_running_loop().call_later(wait_s, self._tick)
