"""Screens on which nothing blinks, for people whom that disturbs."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_STILL = Style(blink=False, blink2=False)


class StillFilter(LineFilter):
    """What a program in the terminal pane wants to blink stands still."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of one row without blinking."""
        return [segment if not _blinks(segment.style) else _stilled(segment) for segment in segments]


def _blinks(style: Style | None) -> bool:
    return style is not None and bool(style.blink or style.blink2)


def _stilled(segment: Segment) -> Segment:
    return segment._replace(style=(segment.style or Style.null()) + _STILL)
