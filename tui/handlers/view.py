"""The bilingual view: selecting and scrolling."""

from __future__ import annotations

from dataclasses import dataclass

from tui.widgets.bilingual import BilingualView


@dataclass(frozen=True, slots=True)
class ViewHandlers:
    """Moves through the rows."""

    view: BilingualView

    def select_next(self) -> None:
        """Select the next sentence."""
        self.view.move_selection(+1)

    def select_previous(self) -> None:
        """Select the sentence before."""
        self.view.move_selection(-1)

    def page_down(self) -> None:
        """Scroll a page down."""
        self.view.page(+1)

    def page_up(self) -> None:
        """Scroll a page up."""
        self.view.page(-1)

    def first(self) -> None:
        """Go to the first sentence."""
        self.view.first()

    def follow(self) -> None:
        """Go to the end and stay there."""
        self.view.follow()
