"""Subtitles in both languages beside the sound, which grow as sentences are spoken."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.events import Event, SentenceAdded, SpeechChanged, SpeechPhase, TranslationChanged
from engine.history.export.material import Span
from engine.history.export.subtitles import CUES


class SubtitleFile:
    """Subscribe `take` to an engine. Each sentence is appended when it has sounded; use it in a `with`.

    Raises ValueError for a name that ends in neither .srt nor .vtt, OSError when the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in CUES:
            raise ValueError(f"{path}: subtitles are written as {' or '.join(CUES)}")
        self._path = path
        self._format = CUES[path.suffix.lower()]
        self._texts: dict[int, tuple[str, str]] = {}
        """English and Japanese of sentences that may still sound, by id"""
        self._written = 0
        self._has_failed = False
        self._file = path.open("w", encoding="utf-8")
        self._write(self._format.head)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # what could not be written was told
            self._file.close()

    def take(self, event: Event) -> None:
        """Take an event, on the engine's thread."""
        match event:
            case SentenceAdded(sentence):
                self._texts[sentence.id] = sentence.en, sentence.ja
            case TranslationChanged(id=number, ja=ja) if number in self._texts:
                self._texts[number] = self._texts[number][0], ja
            case SpeechChanged(is_replay=False) if event.phase is not SpeechPhase.STARTED:
                self._end(event)

    def _end(self, event: SpeechChanged) -> None:
        en, ja = self._texts.pop(event.id, ("", ""))
        if event.start_s is None or event.end_s is None or event.end_s <= event.start_s:
            return
        self._written += 1
        self._write(self._format.cue(self._written, Span(event.start_s, event.end_s), ja, en))

    def _write(self, text: str) -> None:
        if self._has_failed:
            return
        try:
            # At once, so that whoever follows the file has it.
            self._file.write(text)
            self._file.flush()
        except OSError as error:
            self._has_failed = True
            problem = f"{self._path} cannot be written: {error.strerror or error}; there are no more subtitles"
            print(f"streamtts: {problem}", file=sys.stderr)
