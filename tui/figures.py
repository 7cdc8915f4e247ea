"""Timeline, waterfall and gauges together: what happens to sentences, and the one selection, reach all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.events import GaugesChanged, SentenceAdded, SourceChanged, SpeechChanged, TranslationChanged
from tui.widgets.gauges import Gauges
from tui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from tui.widgets.waterfall import Waterfall

SentenceEvent = SentenceAdded | TranslationChanged | SpeechChanged


class Figures:
    """Used in the app's thread only."""

    def __init__(self, timeline: Timeline, gauges: Gauges) -> None:
        self.timeline = timeline
        self.gauges = gauges
        self.waterfall: Waterfall | None = None
        """made when it is opened for the first time"""
        self._window = (80, 24)
        self._is_stale = False

    def show(self, event: GaugesChanged | SourceChanged) -> None:
        """Show the engine's figures."""
        self.gauges.show(event)

    def take(self, event: SentenceEvent) -> None:
        """Book what happens to a sentence; `commit` shows it."""
        if isinstance(event, SentenceAdded):
            self.timeline.add(event.sentence)
        else:
            self.timeline.apply(event)
        self._is_stale = True

    def commit(self) -> None:
        """Show what was taken since the last time."""
        if self._is_stale:
            self._is_stale = False
            self.timeline.commit()
            self._explain()

    def select(self, sentence_id: int | None) -> None:
        """The selection of the bilingual view has changed."""
        self.timeline.select(sentence_id)
        self._explain()

    def fit_window(self, width: int, height: int) -> None:
        """Give each the lines that a window of this size can spare."""
        self._window = (width, height)
        self.gauges.fit_window(width, height)
        if self.waterfall is not None:
            self.waterfall.fit_window(height)

    def toggle_waterfall(self) -> None:
        """Open the waterfall, or put it away."""
        if self.waterfall is None:
            from tui.widgets.waterfall import Waterfall

            self.waterfall = Waterfall()
            self.waterfall.fit_window(self._window[1])
            self.gauges.screen.mount(self.waterfall, before=self.gauges)
        else:
            self.waterfall.display = not self.waterfall.display
        self._explain()

    def toggle_gauges(self) -> None:
        """Every gauge, or the few lines."""
        self.gauges.toggle_full()

    def _explain(self) -> None:
        if self.waterfall is not None and self.waterfall.display:
            self.waterfall.show(self.timeline.explained, is_gone=self.timeline.has_lost_selected)
