"""Timeline, waterfall and gauges."""

from __future__ import annotations

from tui.figures import Figures
from tui.widgets.bilingual import BilingualView


class FigureHandlers:
    """The selection is the bilingual view's; the timeline shows it."""

    def __init__(self, view: BilingualView, figures: Figures) -> None:
        self._view = view
        self._figures = figures

    def timeline_back(self) -> None:
        """One sentence back."""
        self._view.move_selection(-1)

    def timeline_on(self) -> None:
        """One sentence on."""
        self._view.move_selection(+1)

    def waterfall(self) -> None:
        """Open the waterfall, or put it away."""
        self._figures.toggle_waterfall()

    def gauges(self) -> None:
        """Every gauge, or the few lines."""
        self._figures.toggle_gauges()
