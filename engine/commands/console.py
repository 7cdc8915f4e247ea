"""Engine events for a person at a plain terminal: bilingual text on stdout, progress and notices on stderr."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

from engine.events import Event, Loading, Notice, SentenceAdded, StageStats, TranslationChanged
from engine.sentence import Guard, Kind, Sentence

BAR_WIDTH = 30


class Console:
    """Prints each sentence with its Japanese once that is whole, in order."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out = out
        self._progress = ProgressLine(err)
        self._err = err
        self._sentences: dict[int, Sentence] = {}

    def take(self, event: Event) -> None:
        """Print what an event has to say."""
        match event:
            case SentenceAdded(sentence):
                self._sentences[sentence.id] = sentence
            case TranslationChanged(final=True):
                self._progress.clear()
                self._print_pair(self._sentences.pop(event.id), event)
            case Loading():
                self._progress.show(event)
            case Notice(level, _, message):
                self._progress.clear()
                print(f"{level}: {message}", file=self._err, flush=True)

    def _print_pair(self, sentence: Sentence, translation: TranslationChanged) -> None:
        english, japanese = sentence.en, translation.ja
        mark = {Kind.HEADING: "# ", Kind.LIST: f"{sentence.ordinal or '-'} ", Kind.QUOTE: "> "}.get(sentence.kind, "")
        if sentence.kind is Kind.RULE:
            print("---\n", file=self._out, flush=True)
            return
        if translation.guard is Guard.ENGLISH:
            # Words that were spoken before it failed stay.
            japanese = f"{translation.ja} (not translated)" if translation.ja != english else "(not translated)"
        print(f"{mark}{english}\n{mark}{japanese}\n", file=self._out, flush=True)


class ProgressLine:
    """One line that is rewritten in place; silent where stderr is no terminal, except for a line at the start."""

    def __init__(self, err: TextIO) -> None:
        self._err = err
        self._shown = ""

    def show(self, loading: Loading) -> None:
        """Show how far something has come."""
        if loading.fraction is not None and loading.fraction >= 1.0:
            self.clear()
            return
        if not self._err.isatty():
            if loading.what != self._shown:
                print(f"{loading.what} …", file=self._err, flush=True)
                self._shown = loading.what
            return
        filled = round((loading.fraction or 0.0) * BAR_WIDTH)
        bar = "█" * filled + "░" * (BAR_WIDTH - filled)
        print(f"\r\x1b[K{loading.what} {bar} {loading.detail}", end="", file=self._err, flush=True)
        self._shown = loading.what

    def clear(self) -> None:
        """Take the line away."""
        if self._shown and self._err.isatty():
            print("\r\x1b[K", end="", file=self._err, flush=True)
            self._shown = ""


def latency_table(stages: Mapping[str, StageStats]) -> str:
    """Return a Markdown table of the stages, milliseconds."""
    rows = ["| stage | n | last | p50 | p95 |", "|---|--:|--:|--:|--:|"]
    for stage, stats in stages.items():
        rows.append(f"| {stage} | {stats.count} | {stats.last_ms:.1f} | {stats.p50_ms:.1f} | {stats.p95_ms:.1f} |")
    return "\n".join(rows)
