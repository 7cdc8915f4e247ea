"""How the two panes share the window."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

SIDE_WIDTH = 150
"""`auto` puts the panes side by side from this width on."""
TABLE_WIDTH = 150
"""From this width on the gauges are a table of three lines."""
LOW_HEIGHT = 30
"""In a lower window they are one line."""
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


def is_low(height: int) -> bool:
    """Whether the window has few lines to spare."""
    return height < LOW_HEIGHT


def gauge_height(width: int, height: int) -> int:
    """Lines of the gauges while not all of them are shown."""
    if is_low(height):
        return 1
    return 3 if width >= TABLE_WIDTH else 2


def lines_below(width: int, height: int) -> int:
    """Lines under the panes: notices, timeline, gauges, keys."""
    return 3 + gauge_height(width, height)


DEFAULT_SHARES: Mapping[Layout, float] = {Layout.SIDE: 1 / 2, Layout.STACKED: 5 / 9}
"""How much of the room is Claude's, of the columns or of the rows."""
_LEAST_CLAUDE = {Layout.SIDE: 40, Layout.STACKED: 8}
_LEAST_VIEW = {Layout.SIDE: 30, Layout.STACKED: 5}
"""With the divider. In the smallest windows Claude's least goes before this."""


def is_split(layout: Layout) -> bool:
    """Whether there is a divider to move."""
    return layout in DEFAULT_SHARES


def claude_part(layout: Layout, room: int, share: float) -> int:
    """Columns (side) or rows (stacked) of `room` that Claude's pane gets; both panes stay usable."""
    wanted = int(room * share + 1e-6)  # 5/9 of 18 is 10, also where a float says 9.99…
    return min(room, max(_LEAST_CLAUDE[layout], min(wanted, room - _LEAST_VIEW[layout])))


def terminal_size(
    layout: Layout, width: int, height: int, shares: Mapping[Layout, float] = DEFAULT_SHARES
) -> tuple[int, int] | None:
    """Columns and rows of Claude's pane in a window; None where it is not shown.

    For the program that starts before the first layout; afterwards `tui.widgets.panes` gives each pane its part.
    """
    if not fits(width, height):
        return None
    rows = height - lines_below(width, height)
    match shown := effective(layout, width):
        case Layout.SIDE:
            return claude_part(shown, width, shares[shown]), rows
        case Layout.STACKED:
            return width, claude_part(shown, rows, shares[shown])
        case Layout.CLAUDE:
            return width, rows
        case _:
            return None
