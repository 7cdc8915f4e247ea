"""When to draw: at most once a frame, but the answer to a key at once, and less often while output pours in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

FRAME_S = 1 / 60
FLOOD_FRAME_S = 1 / 20
FLOOD_BYTES = 1 << 18
"""So much since the last frame is more than anyone reads, and drawing takes the time in which it could be taken in."""
HOLD_S = 0.2
"""How long a program may hold back drawing (mode 2026) before it is drawn anyway."""


class DrawClock:
    """Calls `draw` on the event loop when something that was fed should be seen."""

    def __init__(self, draw: Callable[[], None]) -> None:
        self._draw = draw
        self._handle: asyncio.TimerHandle | None = None
        self._is_holding = False
        self._is_answer_due = False
        self._drawn_at = float("-inf")
        self._fed_bytes = 0

    def expect_answer(self) -> None:
        """A key was sent: what comes next is drawn without waiting for the frame's end."""
        self._is_answer_due = True

    def request(self, *, is_held: bool, fed_bytes: int = 0) -> None:
        """`fed_bytes` were fed; `is_held` while the program is in the middle of an update."""
        self._fed_bytes += fed_bytes
        if is_held:
            if self._handle is None:
                self._call_in(HOLD_S, self.draw_now)
                self._is_holding = True
            return
        wait_s = self._wait_s()
        if self._is_answer_due or wait_s <= 0:
            self._is_answer_due = False
            self.draw_now()
        elif self._handle is None or self._is_holding:
            self.cancel()
            self._call_in(wait_s, self._end_frame)

    def draw_now(self) -> None:
        """Draw, and forget what was due."""
        self.cancel()
        self._drawn_at = time.monotonic()
        self._fed_bytes = 0
        self._draw()

    def cancel(self) -> None:
        """Forget what was due."""
        self._is_holding = False
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _wait_s(self) -> float:
        frame_s = FLOOD_FRAME_S if self._fed_bytes >= FLOOD_BYTES else FRAME_S
        return self._drawn_at + frame_s - time.monotonic()

    def _end_frame(self) -> None:
        wait_s = self._wait_s()
        # The loop's timers may come a little early; only a flood that has begun since makes a difference.
        if wait_s > FRAME_S / 2:
            self._call_in(wait_s, self._end_frame)
        else:
            self.draw_now()

    def _call_in(self, wait_s: float, callback: Callable[[], None]) -> None:
        self._handle = asyncio.get_running_loop().call_later(wait_s, callback)
