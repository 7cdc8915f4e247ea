"""The room of the two panes: gives each its part, and moves the divider between them."""

from __future__ import annotations

from textual import on
from textual.containers import Container
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, WidgetPlacement
from textual.layout import Layout as TextualLayout
from textual.widget import Widget

from tui.layouts import Layout, claude_part, is_split
from tui.split import STEP, Split
from tui.throttle import Throttle
from tui.widgets.divider import Divider
from tui.widgets.kept_lines import KeptLines

RESIZE_EVERY_S = 0.1
"""While the divider is dragged. Claude draws everything anew each time."""


class _Parts(TextualLayout):
    """Whole cells for each, so that Claude can be told its size before the first layout."""

    name = "parts"

    def __init__(self, split: Split) -> None:
        self._split = split
        self.shown = Layout.STACKED

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Place the children that are displayed: one after the other, the last takes what is left."""
        parent.pre_layout(self)
        placements, left = [], size.region
        for child in children:
            region = left if child is children[-1] else self._first_part(child, left)
            placements.append(WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child))
            left = self._rest(left, region)
        return placements

    def _first_part(self, child: Widget, left: Region) -> Region:
        is_divider = isinstance(child, Divider)
        if self.shown is Layout.SIDE:
            width = (
                min(1, left.width)
                if is_divider
                else claude_part(self.shown, left.width, self._split.shares[self.shown])
            )
            return Region(left.x, left.y, width, left.height)
        height = (
            min(1, left.height)
            if is_divider
            else claude_part(Layout.STACKED, left.height, self._split.shares[Layout.STACKED])
        )
        return Region(left.x, left.y, left.width, height)

    def _rest(self, left: Region, taken: Region) -> Region:
        if self.shown is Layout.SIDE:
            return Region(taken.right, left.y, left.width - taken.width, left.height)
        return Region(left.x, taken.bottom, left.width, left.height - taken.height)


class Panes(KeptLines, Container):
    """Holds Claude's pane, the divider and the view, in this order."""

    def __init__(self, split: Split, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._split = split
        self._parts = _Parts(split)
        self._drag = Throttle(self._move_to, RESIZE_EVERY_S)

    @property
    def layout(self) -> TextualLayout:
        """How the children are placed."""
        return self._parts

    def show(self, layout: Layout) -> None:
        """Take another layout; which panes are hidden in it, the style sheet says."""
        self._parts.shown = layout
        self.query_one(Divider).direction = layout
        self._place_anew()

    @property
    def has_divider(self) -> bool:
        """Whether there are two panes, and so something to move."""
        return is_split(self._parts.shown)

    def step(self, direction: int) -> bool:
        """Move the divider left or up (-1), right or down (+1); False where it can go no further that way."""
        if not self.has_divider:
            return False
        before, room = self._part(), self._room()
        self._give((before + direction * max(1, round(room * STEP))) / room)
        if self._part() == before:
            return False
        self._split.keep(self._parts.shown)
        return True

    def reset(self) -> None:
        """Put the divider where the layout has it at first."""
        if self.has_divider:
            self._split.reset(self._parts.shown)
            self._place_anew()

    @on(Divider.Dragged)
    def _dragged(self, message: Divider.Dragged) -> None:
        if self.has_divider:
            self._drag.give(message.x - self.region.x if self._is_side else message.y - self.region.y)

    @on(Divider.Released)
    def _released(self) -> None:
        self._drag.finish()
        if self.has_divider:
            self._split.keep(self._parts.shown)

    @on(Divider.Reset)
    def _wants_reset(self) -> None:
        self.reset()

    def _place_anew(self) -> None:
        # A child's: Textual then forgets how the children were placed, which for our own it would not.
        self.query_one(Divider).refresh(layout=True)

    def _move_to(self, cell: int) -> None:
        room = self._room()
        if self.has_divider and room > 0:
            self._give(cell / room)

    def _give(self, share: float) -> None:
        """Give Claude this share, or the nearest that leaves both panes usable."""
        layout, room = self._parts.shown, self._room()
        part = claude_part(layout, room, share)
        if part != self._part():
            # The middle of the cell: the same part comes out again.
            self._split.shares[layout] = (part + 0.5) / room
            self._place_anew()

    @property
    def _is_side(self) -> bool:
        return self._parts.shown is Layout.SIDE

    def _room(self) -> int:
        return self.size.width if self._is_side else self.size.height

    def _part(self) -> int:
        return claude_part(self._parts.shown, self._room(), self._split.shares[self._parts.shown])
