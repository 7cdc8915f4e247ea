"""Frames that come soon after one another: what answers a key does not wait for the next sixtieth of a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer, TimerCallback

if TYPE_CHECKING:
    from textual.message_pump import MessagePump
else:
    MessagePump = object  # Textual takes the style of the first base that is a widget, which must be the real one.

FRAME_TIMER = "screen_update"
"""Textual's name for what draws a screen. It runs only while there is something to be drawn."""
LEAST_S = 1 / 240
"""Between two frames. While text streams, a frame was there a moment ago as a rule."""


class PromptFrames(MessagePump):
    """Put it before the other bases of a screen. There are no more frames than changes, so it costs nothing."""

    def set_interval(
        self,
        interval: float,
        callback: TimerCallback | None = None,
        *,
        name: str | None = None,
        repeat: int = 0,
        pause: bool = False,
    ) -> Timer:
        """As Textual's, but for its own timer of frames."""
        interval = min(interval, LEAST_S) if name == FRAME_TIMER else interval
        return super().set_interval(interval, callback, name=name, repeat=repeat, pause=pause)
