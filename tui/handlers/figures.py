"""Timeline, waterfall and gauges."""

from __future__ import annotations

from dataclasses import dataclass

from tui.figures import Figures
from tui.widgets.bilingual import BilingualView


@dataclass(frozen=True, slots=True)
class FigureHandlers:
    """The selection is the bilingual view's; the timeline shows it."""

    view: BilingualView
    figures: Figures

    def timeline_back(self) -> None:
        """One sentence back."""
        self.view.move_selection(-1)

    def timeline_on(self) -> None:
        """One sentence on."""
        self.view.move_selection(+1)

    def waterfall(self) -> None:
        """Open the waterfall, or put it away."""
        self.figures.toggle_waterfall()

    def gauges(self) -> None:
        """Every gauge, or the few lines."""
        self.figures.toggle_gauges()
