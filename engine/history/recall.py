"""What an engine has said since its start, read back by sentence number while it is still being recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from engine.history.database import HistoryError
from engine.history.reader import History
from engine.history.records import SentenceRecord
from engine.sentence import Guard, Kind, Sentence, State, Timings
from engine.text.segmenter import Committed, Segmenter


class Recording(Protocol):
    """What is asked of the recorder."""

    @property
    def is_recording(self) -> bool:
        """Whether what is said now is kept."""
        ...

    def session_of(self, number: int) -> int | None:
        """The session that a sentence was written to."""
        ...


class Recall:
    """Reads what a recorder writes. `/clear` and resumes begin new sessions; the numbers count on over all of them."""

    def __init__(self, recorder: Recording, history: History) -> None:
        self._recorder = recorder
        self._history = history

    @property
    def is_recording(self) -> bool:
        """Whether what is said now will be found here."""
        return self._recorder.is_recording

    def session_of(self, number: int) -> int | None:
        """The session of the history that a sentence is in; None when it is in none."""
        return self._recorder.session_of(number)

    def sentences(self, first: int, last: int) -> list[Sentence]:
        """Sentences `first` to `last`, as many as there are, in order. Waits for the disk.

        Raises HistoryError: the file cannot be read, or has none of them.
        """
        found = [to_sentence(record) for record in self._records(first, last)]
        if not found:
            raise HistoryError(f"{self._history.path} no longer has what was said here.")
        return found

    def _records(self, first: int, last: int) -> Iterator[SentenceRecord]:
        while first <= last:
            session, begin = self._recorder.session_of(first), first
            # A session is a run of numbers: the next one begins where the answer changes.
            while first <= last and self._recorder.session_of(first) == session:
                first += 1
            if session is not None:
                records = self._history.sentences(session, begin, first - begin)
                yield from (record for record in records if record.number < first)


def to_sentence(record: SentenceRecord) -> Sentence:
    """The sentence as the engine had it. How many lines a block has is not recorded, and counted anew."""
    return Sentence(
        id=record.number,
        kind=(kind := Kind(record.kind)),
        en=record.en,
        markdown=record.markdown,
        turn=record.turn,
        level=record.level,
        ordinal=record.ordinal,
        language=record.code_language,
        lines=_lines(record.markdown) if kind in (Kind.CODE, Kind.TABLE) else 1,
        speaker=record.speaker,
        is_old=record.is_old,
        ja=record.ja,
        state=State(record.state),
        reason=record.reason,
        translator=record.translator,
        guard=Guard(record.guard) if record.guard else None,
        voice=record.voice,
        audio_s=record.audio_s,
        timings=Timings(**record.timings),
    )


def _lines(markdown: str) -> int:
    segmenter = Segmenter()
    events = segmenter.feed(markdown, 0.0) + segmenter.end(0.0)
    return next((event.lines for event in events if isinstance(event, Committed)), 1)
