"""Where the divider is between the panes, for each layout that has one; remembered between starts."""

from __future__ import annotations

from tui.layouts import DEFAULT_SHARES, Layout
from tui.remembered import Remembered

STEP = 0.05
"""of the room, by key"""


class Split:
    """Claude's share of the room, by layout."""

    def __init__(self, remembered: Remembered) -> None:
        self._remembered = remembered
        self.shares: dict[Layout, float] = {layout: self._kept(layout) for layout in DEFAULT_SHARES}

    def keep(self, layout: Layout) -> None:
        """Remember the share as it is now."""
        self._remembered.put(_key(layout), round(self.shares[layout], 4))

    def reset(self, layout: Layout) -> None:
        """Go back to the share that a layout begins with, and forget the other."""
        self.shares[layout] = DEFAULT_SHARES[layout]
        self._remembered.put(_key(layout), None)

    def _kept(self, layout: Layout) -> float:
        kept = self._remembered.get(_key(layout))
        is_share = isinstance(kept, (int, float)) and not isinstance(kept, bool) and 0 < kept < 1
        return float(kept) if is_share else DEFAULT_SHARES[layout]


def _key(layout: Layout) -> str:
    return f"split.{layout}"
