"""How long each frame of an app takes, from where it begins to draw until the terminal has been given it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from textual.app import App
from textual.screen import Screen


class Frame(NamedTuple):
    """One frame."""

    ended_at: float
    """`time.monotonic()`"""
    wall_ms: float
    cpu_ms: float
    """of the thread that draws"""


class FrameClock:
    """Times the frames of a screen. Attach it before the app runs."""

    def __init__(self, app: App[Any], screen: Screen[Any]) -> None:
        self.frames: list[Frame] = []
        self.drawn = asyncio.Event()
        """set at each frame; whoever waits for one clears it"""
        self._is_inside = False
        self._was_drawn = False
        # A frame begins in one of these two, the second within the first or alone, and ends with what is displayed.
        for name in ("_on_timer_update", "_refresh_layout"):
            setattr(screen, name, self._timed(getattr(screen, name)))
        display = app._display

        def noted(shown: Screen[Any], renderable: Any) -> None:
            self._was_drawn = True
            display(shown, renderable)

        setattr(app, "_display", noted)  # noqa: B010

    def _timed(self, draw: Callable[..., None]) -> Callable[..., None]:
        @wraps(draw)
        def timed(*arguments: Any, **named: Any) -> None:
            if self._is_inside:
                draw(*arguments, **named)
                return
            self._is_inside, self._was_drawn = True, False
            began, cpu = time.monotonic(), time.thread_time()
            try:
                draw(*arguments, **named)
            finally:
                self._is_inside = False
            if self._was_drawn:
                ended = time.monotonic()
                self.frames.append(Frame(ended, (ended - began) * 1000, (time.thread_time() - cpu) * 1000))
                self.drawn.set()

        return timed
