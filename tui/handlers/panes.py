"""The divider between the panes, by key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui.widgets.panes import Panes


@dataclass(frozen=True, slots=True)
class PaneHandlers:
    """`say` shows a notice, by code and message."""

    panes: Panes
    say: Callable[[str, str], None]

    def claude_smaller(self) -> None:
        """Less room for Claude."""
        self._step(-1)

    def claude_larger(self) -> None:
        """More room for Claude."""
        self._step(+1)

    def divider_reset(self) -> None:
        """The divider where it was at first."""
        self._check()
        self.panes.reset()

    def _step(self, direction: int) -> None:
        if self._check() and not self.panes.step(direction):
            pane = "the bilingual view" if direction > 0 else "Claude's pane"
            self.say("divider", f"The divider goes no further: {pane} would be too small to use.")

    def _check(self) -> bool:
        if not self.panes.has_divider:
            self.say("divider", "There is only one pane now, and no divider: l shows both.")
        return self.panes.has_divider
