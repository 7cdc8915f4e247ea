"""One session's rows: which one an event belongs to."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from operator import itemgetter

from engine.events import (
    Event,
    SentenceAdded,
    SeparatorAdded,
    SourceChanged,
    SpeechChanged,
    SpeechPhase,
    TranslationChanged,
    TurnChanged,
)
from engine.sentence import Sentence, State
from engine.source import SessionChange

_STATES = {
    SpeechPhase.FINISHED: State.SPOKEN,
    SpeechPhase.SKIPPED: State.SKIPPED,
    SpeechPhase.MUTED: State.MUTED,
    SpeechPhase.FAILED: State.FAILED,
}


class SessionWriter:
    """Knows the session that is being written; one begins with its first sentence or prompt."""

    def __init__(self, *, folder: str, program: str, language: str) -> None:
        self._about = (folder, program, language)
        self._source = ""
        self._session: int | None = None
        self._committed: int | None = None
        self._begins: tuple[tuple[int, int], ...] = ()
        """each session's first sentence and its id; the numbers count on over several sessions of one engine"""
        self._committed_begins: tuple[tuple[int, int], ...] = ()

    def session_of(self, number: int) -> int | None:
        """The session that a sentence was written to; None when it was not. From any thread."""
        begins = self._begins  # Replaced as a whole, never changed: another thread may read it.
        index = bisect_right(begins, number, key=itemgetter(0))
        return begins[index - 1][1] if index else None

    def committed(self) -> None:
        """All that was written is in the file."""
        self._committed, self._committed_begins = self._session, self._begins

    def rolled_back(self) -> None:
        """What was written since `committed` is not in the file."""
        self._session, self._begins = self._committed, self._committed_begins

    def begin_anew(self) -> None:
        """The file is a new one."""
        self._session = self._committed = None
        self._begins = self._committed_begins = ()

    def write(self, connection: sqlite3.Connection, at: float, event: Event) -> None:
        """Write one event, taken at `at` (seconds since 1970). Raises sqlite3.Error."""
        match event:
            case SourceChanged(source=source, connected=True):
                self._source = source
            case SeparatorAdded(change=SessionChange.CLEARED | SessionChange.RESUMED):
                self.end(connection, at)
            case TurnChanged():
                self._turn(connection, at, event)
            case SentenceAdded(sentence):
                self._sentence(connection, at, sentence)
            case TranslationChanged():
                self._translation(connection, event)
            case SpeechChanged(is_replay=False):
                self._speech(connection, at, event)

    def end(self, connection: sqlite3.Connection, at: float) -> None:
        """Note the end of the session."""
        if self._session is not None:
            connection.execute("UPDATE sessions SET ended_at = ? WHERE id = ?", (at, self._session))
            self._session = None

    def _begun(self, connection: sqlite3.Connection, at: float) -> int:
        if self._session is None:
            columns = "started_at, folder, program, language, source"
            inserted = connection.execute(
                f"INSERT INTO sessions ({columns}) VALUES (?, ?, ?, ?, ?)", (at, *self._about, self._source)
            )
            assert inserted.lastrowid is not None
            self._session = inserted.lastrowid
        return self._session

    def _turn(self, connection: sqlite3.Connection, at: float, event: TurnChanged) -> None:
        session = self._begun(connection, at)
        if event.is_running:
            connection.execute(
                "INSERT INTO turns (session_id, number, prompt, started_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (session, event.turn, event.prompt, at),
            )
        else:
            connection.execute(
                "UPDATE turns SET ended_at = ?, is_aborted = ? WHERE session_id = ? AND number = ?",
                (at, event.aborted, session, event.turn),
            )

    def _sentence(self, connection: sqlite3.Connection, at: float, sentence: Sentence) -> None:
        session = self._begun(connection, at)
        if not self._begins or self._begins[-1][1] != session:
            self._begins = (*self._begins, (sentence.id, session))
        values = {
            "session_id": session,
            "number": sentence.id,
            "turn": sentence.turn,
            "kind": sentence.kind,
            "level": sentence.level,
            "ordinal": sentence.ordinal,
            "code_language": sentence.language,
            "speaker": sentence.speaker,
            "is_old": sentence.is_old,
            "en": sentence.en,
            "markdown": sentence.markdown,
            "ja": sentence.ja,
            "state": sentence.state,
            "reason": sentence.reason,
            "written_at": at,
            "capture_ms": sentence.timings.capture_ms,
            "segment_ms": sentence.timings.segment_ms,
        }
        marks = ", ".join("?" * len(values))
        # A retry after a failure that came late may meet its own row.
        connection.execute(
            f"INSERT INTO sentences ({', '.join(values)}) VALUES ({marks}) ON CONFLICT DO NOTHING",
            tuple(values.values()),
        )

    def _translation(self, connection: sqlite3.Connection, event: TranslationChanged) -> None:
        self._update(
            connection,
            event.id,
            ja=event.ja,
            translator=event.translator,
            guard=event.guard,
            translate_first_ms=event.translate_first_ms,
            translate_ms=event.translate_ms,
        )

    def _speech(self, connection: sqlite3.Connection, at: float, event: SpeechChanged) -> None:
        if event.phase is SpeechPhase.STARTED:
            self._update(
                connection,
                event.id,
                state=State.SPEAKING,
                voice=event.voice,
                sounded_at=at,
                synth_first_ms=event.synth_first_ms,
                queue_ms=event.queue_ms,
                first_sound_ms=event.first_sound_ms,
            )
        else:
            state = _STATES[event.phase]
            self._update(connection, event.id, state=state, reason=event.reason, audio_s=event.audio_s)

    def _update(self, connection: sqlite3.Connection, number: int, **values: object) -> None:
        session = self.session_of(number)
        changes = ", ".join(f"{name} = ?" for name in values)
        connection.execute(
            f"UPDATE sentences SET {changes} WHERE session_id = ? AND number = ?", (*values.values(), session, number)
        )
