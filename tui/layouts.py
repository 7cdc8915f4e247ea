"""How the two panes share the window."""

from __future__ import annotations

from enum import StrEnum

SIDE_WIDTH = 150
"""`auto` puts the panes side by side from this width on."""
TABLE_WIDTH = 150
"""From this width on the gauges are a table of three lines."""
MIN_WIDTH, MIN_HEIGHT = 60, 16
"""A smaller window gets a plain message."""


class Layout(StrEnum):
    """The layouts a person can choose; `auto` is side or stacked."""

    AUTO = "auto"
    SIDE = "side"
    STACKED = "stacked"
    BILINGUAL = "bilingual"
    CLAUDE = "claude"


_CYCLE = (Layout.SIDE, Layout.STACKED, Layout.BILINGUAL, Layout.CLAUDE)


def effective(layout: Layout, width: int) -> Layout:
    """The layout as it is drawn at `width` cells."""
    if layout is not Layout.AUTO:
        return layout
    return Layout.SIDE if width >= SIDE_WIDTH else Layout.STACKED


def following(layout: Layout) -> Layout:
    """The next one of the cycle."""
    return _CYCLE[(_CYCLE.index(layout) + 1) % len(_CYCLE)]


def fits(width: int, height: int) -> bool:
    """Whether the window is large enough."""
    return width >= MIN_WIDTH and height >= MIN_HEIGHT


def terminal_size(layout: Layout, width: int, height: int) -> tuple[int, int] | None:
    """Columns and rows of Claude's pane in a window; None where it is not shown.

    For the program that starts before the first layout; the widgets' own sizes come from app.tcss.
    """
    if not fits(width, height):
        return None
    below = 5 if width >= TABLE_WIDTH else 4
    match effective(layout, width):
        case Layout.SIDE:
            return width // 2, height - below
        case Layout.STACKED:
            return width, (height - below) * 5 // 9
        case Layout.CLAUDE:
            return width, height - below
        case _:
            return None
