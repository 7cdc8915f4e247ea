"""When to draw: at most once a frame, but the answer to a key at once, and less often while output pours in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

FRAME_S = 1 / 60
FLOOD_WORK_S = 0.12
"""While output pours in nobody reads it, and drawing takes the time in which it could be taken in: a frame after so
much processor time. Counted in real time, frames would take the more of it the less a busy machine gives us."""
FLOOD_FRAME_S = 1 / 4
"""But a frame after so long in any case."""
FLOOD_BYTES = 1 << 14
"""As much in one read is a flood; a screen that is drawn anew is less."""
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
        self._worked_s = 0.0
        self._is_flood = False

    def expect_answer(self) -> None:
        """A key was sent: what comes next is drawn without waiting for the frame's end."""
        self._is_answer_due = True

    def request(self, *, is_held: bool, is_flood: bool = False) -> None:
        """Something was fed; `is_held` while the program is in the middle of an update, `is_flood` when more waits."""
        if is_held:
            if self._handle is None:
                self._draw_in(HOLD_S)
                self._is_holding = True
            return
        wait_s = self._flood_wait_s() if is_flood else self._drawn_at + FRAME_S - time.monotonic()
        if self._is_answer_due or wait_s <= 0:
            self._is_answer_due = False
            self.draw_now()
        elif self._handle is None or self._is_holding or is_flood or self._is_flood:
            self.cancel()
            self._draw_in(wait_s)
        self._is_flood = is_flood

    def _flood_wait_s(self) -> float:
        """Until its next frame; when nothing more comes for a usual frame, that was its end."""
        if time.thread_time() - self._worked_s >= FLOOD_WORK_S:
            return 0.0
        return min(self._drawn_at + FLOOD_FRAME_S - time.monotonic(), FRAME_S)

    def draw_now(self) -> None:
        """Draw, and forget what was due."""
        self.cancel()
        self._drawn_at, self._worked_s = time.monotonic(), time.thread_time()
        self._draw()

    def cancel(self) -> None:
        """Forget what was due."""
        self._is_holding = False
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _draw_in(self, wait_s: float) -> None:
        self._handle = asyncio.get_running_loop().call_later(wait_s, self.draw_now)
