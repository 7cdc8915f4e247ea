"""What is heard from the screen and the transcript together: the first is early, the second is right."""

from __future__ import annotations

from collections.abc import Callable

from engine.capture.screen import ScreenSource
from engine.capture.screen_early import EarlyText
from engine.capture.screen_view import ScreenView
from engine.source import SourceEvent

OnSourceEvent = Callable[[SourceEvent], None]


class ScreenReading:
    """Gives sentences that the screen shows for certain at once and the rest, exactly, from the transcript.

    Where nobody knows the transcript (`ssh host claude`), the screen is all there is. All times are of one monotonic
    clock. Not thread-safe.
    """

    def __init__(self, on_event: OnSourceEvent) -> None:
        self._early = EarlyText(on_event)
        self._screen = ScreenSource(self._early.take_screen, on_text=self._early.take_screen_text)

    @property
    def due_at(self) -> float | None:
        """When `tick` should be called next; None where only the screen or the transcript can bring more."""
        times = (self._screen.due_at, self._early.due_at)
        return min((at for at in times if at is not None), default=None)

    def feed(self, view: ScreenView, now: float) -> None:
        """Take the screen after a repaint."""
        self._screen.feed(view.rows, now, cols=view.cols, cursor_row=view.cursor_row, is_held=view.is_held)

    def take_transcript(self, event: SourceEvent) -> None:
        """Take what the transcript brings."""
        self._early.take_transcript(event)

    def tick(self, now: float) -> None:
        """Let time pass."""
        self._screen.tick(now)
        self._early.tick(now)

    def close(self, now: float) -> None:
        """There will be no more: give what is left on the screen."""
        self._screen.close(now)
        self._early.flush(now)
