"""Engine events onto the widgets: what each one changes on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from engine.events import (
    DraftChanged,
    Event,
    GaugesChanged,
    Level,
    Loading,
    Notice,
    NoticeWithdrawn,
    OldPromptAdded,
    PhraseStarted,
    Ready,
    SentenceAdded,
    SeparatorAdded,
    SourceChanged,
    SpeechChanged,
    TranslationChanged,
    TurnChanged,
)
from engine.source import SessionChange
from tui.figures import Figures
from tui.voice_control import VoiceControl
from tui.widgets.bilingual import BilingualView
from tui.widgets.status_line import StatusLine

SOURCE_NOTICE = "capture_source"
SEPARATORS = {
    SessionChange.CLEARED: "— new conversation —",
    SessionChange.COMPACTED: "— conversation compacted —",
    SessionChange.RESUMED: "— resumed here —",
}


@dataclass(slots=True)
class Presenter:
    """Shows events; runs in the app's thread only."""

    bilingual: BilingualView
    figures: Figures
    status: StatusLine
    voice: VoiceControl
    on_ready: Callable[[], None] = lambda: None
    """called when translator and voice are loaded, or cannot be"""
    clock: Callable[[], str] | None = None
    """the time that is shown with a prompt; None shows none"""
    learners: Sequence[Callable[[GaugesChanged], None]] = ()
    """who else wants to know what the gauges show"""
    turn: int | None = None
    """the turn whose separator is the latest"""
    source: str | None = None
    """where the text comes from"""

    def apply(self, events: Iterable[Event]) -> None:
        """Show events in order, drawing the rows once."""
        for event in events:
            self._apply_one(event)
        self.bilingual.commit()
        self.figures.commit()

    def _apply_one(self, event: Event) -> None:
        if isinstance(event, SentenceAdded | TranslationChanged | SpeechChanged):
            self.figures.take(event)
        match event:
            case SentenceAdded():
                self.bilingual.add_sentence(event.sentence)
            case TranslationChanged() | SpeechChanged() | PhraseStarted():
                self.bilingual.apply(event)
            case DraftChanged():
                self.bilingual.set_draft(event.kind, event.text)
            case TurnChanged():
                self._show_turn(event)
            case GaugesChanged():
                self.voice.learn(event)
                for learn in self.learners:
                    learn(event)
                self.figures.show(event)
            case SourceChanged():
                self._show_source(event)
            case Notice():
                self.status.show_notice(event)
            case NoticeWithdrawn():
                self.status.dismiss(event.code)
            case SeparatorAdded():
                self.bilingual.add_note(SEPARATORS[event.change])
            case OldPromptAdded():
                self.bilingual.add_turn(event.prompt, is_old=True)
            case Loading():
                self.status.show_loading(event)
            case Ready():
                self.status.end_loading()
                self.on_ready()

    def _show_source(self, event: SourceChanged) -> None:
        self.figures.show(event)
        is_change = event.connected and event.source != self.source
        self.source = event.source if event.connected else None
        if event.detail:
            # Why another source is followed is good to know; that text was lost, or no source is left, is worse.
            level = Level.INFO if is_change else Level.WARNING
            self.status.show_notice(Notice(level, SOURCE_NOTICE, event.detail))
        elif event.connected:
            self.status.dismiss(SOURCE_NOTICE)

    def _show_turn(self, event: TurnChanged) -> None:
        if event.is_running and event.turn != self.turn:
            self.turn = event.turn
            self.bilingual.add_turn(event.prompt, self.clock() if self.clock else None)
        elif not event.is_running and event.aborted:
            self.bilingual.add_note("— interrupted —")
