"""Engine events as plain lines: nothing is rewritten, drawn or coloured, and every line says what it is."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TextIO

from engine.events import (
    Event,
    Level,
    Loading,
    Notice,
    NoticeWithdrawn,
    Ready,
    SentenceAdded,
    SeparatorAdded,
    TranslationChanged,
    TurnChanged,
)
from engine.sentence import Guard, Kind, Sentence
from engine.source import SessionChange

LEVELS = {Level.INFO: "Note", Level.WARNING: "Warning", Level.ERROR: "Error"}
CHANGES = {
    SessionChange.CLEARED: "A new conversation begins.",
    SessionChange.COMPACTED: "The conversation was made shorter.",
    SessionChange.RESUMED: "The conversation goes on.",
}
PROGRESS_STEP = 0.25
JAPANESE = "日本語"


class Shown(StrEnum):
    """Which languages are printed."""

    BOTH = "both"
    ENGLISH = "english"
    JAPANESE = "japanese"


class LinesOut:
    """Prints events; `say` prints a line of our own. From any thread: a line is always written whole."""

    def __init__(self, out: TextIO, language: str = JAPANESE) -> None:
        """`language` is the one that is translated into, as it calls itself."""
        self._out = out
        self._language = language
        self.shown = Shown.BOTH
        self._sentences: dict[int, Sentence] = {}
        self._progress: dict[str, float] = {}
        self._notices: dict[str, str] = {}
        """by code, as they were said last"""

    def say(self, line: str) -> None:
        """Print one line, or several."""
        self._out.write(line + "\n")
        self._out.flush()

    def take(self, event: Event) -> None:
        """Print what an event has to say."""
        match event:
            case SentenceAdded(sentence):
                self._add(sentence)
            case TranslationChanged(final=True):
                self._print_pair(self._sentences.pop(event.id, None), event)
            case TurnChanged(is_running=False, aborted=True):
                self.say("Claude was interrupted.")
            case Loading():
                self._print_progress(event)
            case Notice():
                self._print_notice(event)
            case NoticeWithdrawn(code):
                self._notices.pop(code, None)
            case SeparatorAdded(change):
                self.say(CHANGES[change])
            case Ready(translator, voice):
                self.say(f"Translator: {translator}. Voice: {voice}.")

    def _add(self, sentence: Sentence) -> None:
        if sentence.is_old:
            self.say(_labelled(f"Earlier{_what(sentence)}", sentence.en, sentence.kind))
        else:
            self._sentences[sentence.id] = sentence

    def _print_pair(self, sentence: Sentence | None, translation: TranslationChanged) -> None:
        if sentence is None or sentence.kind is Kind.RULE:
            return
        is_english = translation.guard is Guard.ENGLISH or translation.ja == sentence.en
        lines = []
        if self.shown is not Shown.JAPANESE or is_english:
            lines.append(_labelled(f"English{_what(sentence)}", sentence.en, sentence.kind))
        if self.shown is not Shown.ENGLISH and sentence.kind is not Kind.CODE:
            lines.append(
                f"{self._language}: {_not_translated(sentence, translation) if is_english else translation.ja}"
            )
        self.say("\n".join(lines))

    def _print_notice(self, notice: Notice) -> None:
        """What was said already is not said again: nobody can pass over a line that is being read out."""
        if self._notices.get(notice.code) != notice.message:
            self._notices[notice.code] = notice.message
            self.say(f"{LEVELS[notice.level]}: {notice.message}")

    def _print_progress(self, loading: Loading) -> None:
        """A line at the beginning, and one for each quarter of what takes long."""
        fraction = loading.fraction or 0.0
        before = self._progress.get(loading.what)
        if before is not None and fraction - before < PROGRESS_STEP:
            return
        self._progress[loading.what] = fraction
        if fraction < 1.0:
            done = f", {fraction:.0%}" if fraction else ""
            self.say(f"{loading.what}{done}")


def printer_of(*takers: Callable[[Event], None]) -> Callable[[Event], None]:
    """One taker of events for several."""

    def take(event: Event) -> None:
        for taker in takers:
            taker(event)

    return take


def _what(sentence: Sentence) -> str:
    """What a person would see by its look."""
    speaker = f", {sentence.speaker}" if sentence.speaker else ""
    match sentence.kind:
        case Kind.HEADING:
            return f"{speaker}, heading {sentence.level or ''}".rstrip()
        case Kind.LIST:
            return f"{speaker}, item {sentence.ordinal}".rstrip(". ")
        case Kind.QUOTE:
            return f"{speaker}, quote"
        case Kind.TABLE:
            return f"{speaker}, table of {_counted(sentence.lines, 'row')}"
        case Kind.CODE:
            language = f" {sentence.language}" if sentence.language else ""
            return f"{speaker}, code{language}, {_counted(sentence.lines, 'line')}"
        case _:
            return speaker


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _labelled(label: str, text: str, kind: Kind) -> str:
    """Code keeps its lines, and its end is said, as nobody sees it."""
    if kind is Kind.CODE or "\n" in text:
        return f"{label}:\n{text}\nEnd of {'code' if kind is Kind.CODE else kind}."
    return f"{label}: {text}"


def _not_translated(sentence: Sentence, translation: TranslationChanged) -> str:
    if translation.ja not in ("", sentence.en):
        return f"{translation.ja} (not translated to the end)"  # Words that were spoken before it failed stay.
    return "not translated"
