"""One sentence's row: what it knows, and how events change it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.events import PhraseStarted, SpeechChanged, SpeechPhase, TranslationChanged
from engine.sentence import Guard, Sentence, State

MARKS: dict[State, str] = {
    State.WAITING: "·",
    State.TRANSLATING: "…",
    State.TRANSLATED: "○",
    State.SPEAKING: "▶",
    State.SPOKEN: "✓",
    State.SKIPPED: "–",
    State.MUTED: "×",
    State.FAILED: "!",
}
"""One cell each, told apart by shape as well as by colour."""

_FINAL_STATES = {
    SpeechPhase.FINISHED: State.SPOKEN,
    SpeechPhase.SKIPPED: State.SKIPPED,
    SpeechPhase.MUTED: State.MUTED,
    SpeechPhase.FAILED: State.FAILED,
}


@dataclass(slots=True)
class Row:
    """A sentence as it stands on the screen. `sentence` is the row's own copy."""

    sentence: Sentence
    is_replaying: bool = False
    """it sounds again; its final state stays"""
    had_to_queue: bool = False
    """others still sounded when its sound was there: its first sound tells of them, too"""
    phrase: tuple[int, int] | None = None
    """the characters of the Japanese that are being said, first and one after the last; None while nobody knows"""
    is_unfolded: bool = False
    """a long block is shown whole"""

    @classmethod
    def of(cls, sentence: Sentence) -> Row:
        """A row with its own copy of the sentence."""
        return cls(replace(sentence, timings=replace(sentence.timings)))

    @property
    def is_sounding(self) -> bool:
        """Whether the voice is saying it now."""
        return self.is_replaying or self.sentence.state is State.SPEAKING

    @property
    def mark(self) -> str:
        """The state's sign."""
        return MARKS[self.shown_state]

    @property
    def shown_state(self) -> State:
        """The state whose mark and colour are shown."""
        return State.SPEAKING if self.is_replaying else self.sentence.state

    def apply_translation(self, event: TranslationChanged) -> None:
        """The Japanese grew, or is done. A state that is already further on stays."""
        sentence = self.sentence
        sentence.ja = event.ja
        if event.translate_first_ms is not None:
            sentence.timings.translate_first_ms = event.translate_first_ms
        if event.final:
            sentence.guard, sentence.translator = event.guard, event.translator
            sentence.timings.translate_ms = event.translate_ms
        if sentence.state in (State.WAITING, State.TRANSLATING):
            sentence.state = State.TRANSLATED if event.final else State.TRANSLATING

    def apply_phrase(self, event: PhraseStarted) -> None:
        """Another phrase of it sounds."""
        if self.is_sounding:
            self.phrase = (event.start, event.end)

    def apply_speech(self, event: SpeechChanged) -> None:
        """It began to sound, or came to its end."""
        self.phrase = None
        if event.is_replay:
            self.is_replaying = event.phase is SpeechPhase.STARTED
        elif event.phase is SpeechPhase.STARTED:
            self.sentence.state = State.SPEAKING
            self._keep_timings(event)
        else:
            self.sentence.state = _FINAL_STATES[event.phase]
            self.sentence.reason = event.reason

    def _keep_timings(self, event: SpeechChanged) -> None:
        self.sentence.voice, self.had_to_queue = event.voice, event.had_to_queue
        timings = self.sentence.timings
        timings.synth_first_ms, timings.queue_ms = event.synth_first_ms, event.queue_ms
        timings.first_sound_ms = event.first_sound_ms

    @property
    def is_untranslated(self) -> bool:
        """Whether the guard refused the translation, so that the Japanese is the English."""
        return self.sentence.guard is Guard.ENGLISH
