"""Reads the history: sessions, what was said in one, and a search in both languages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

from engine.history.database import HistoryError, history_path, open_for_reading
from engine.history.records import SentenceRecord, SessionRecord, TurnRecord
from engine.history.schema import TIMINGS

_TRIGRAM = 3
"""Characters that a word needs to be found through the index; shorter ones are looked for one by one."""
_ABOUT = """
SELECT chosen.*, (SELECT count(*) FROM sentences WHERE session_id = chosen.id) AS sentences, coalesce(
    (SELECT prompt FROM turns WHERE session_id = chosen.id AND prompt != '' ORDER BY number LIMIT 1),
    (SELECT en FROM sentences WHERE session_id = chosen.id ORDER BY number LIMIT 1), '') AS title
FROM ({chosen}) AS chosen
"""
"""Sentences are counted for the chosen sessions alone: a year has many."""
_SAID = "EXISTS (SELECT 1 FROM sentences WHERE session_id = sessions.id)"
_NEWEST_FIRST = "ORDER BY started_at DESC, id DESC"


class History:
    """The history file, opened anew for each question: a session that is being recorded is never in the way.

    Every method raises HistoryError when the file is missing or cannot be read.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or history_path()

    def sessions(self, limit: int = 50, offset: int = 0) -> list[SessionRecord]:
        """The sessions in which something was said, newest first."""
        chosen = f"SELECT * FROM sessions WHERE {_SAID} {_NEWEST_FIRST} LIMIT ? OFFSET ?"
        query = f"{_ABOUT.format(chosen=chosen)} {_NEWEST_FIRST}"
        return [_session(row) for row in self._rows(query, (limit, offset))]

    def session(self, session_id: int | None = None) -> SessionRecord:
        """One session; None is the newest. Raises HistoryError when there is none such."""
        if session_id is None:
            newest = self.sessions(limit=1)
            if not newest:
                raise HistoryError(f"There is no session in the history yet ({self.path}).")
            return newest[0]
        found = self._rows(_ABOUT.format(chosen="SELECT * FROM sessions WHERE id = ?"), (session_id,))
        if not found:
            raise HistoryError(f"There is no session {session_id}; `streamtts history` lists them.")
        return _session(found[0])

    def turns(self, session_id: int) -> list[TurnRecord]:
        """A session's prompts, in order."""
        query = (
            "SELECT number, prompt, started_at, ended_at, is_aborted FROM turns WHERE session_id = ? ORDER BY number"
        )
        return [
            TurnRecord(number, prompt, started_at, ended_at, bool(is_aborted))
            for number, prompt, started_at, ended_at, is_aborted in self._rows(query, (session_id,))
        ]

    def sentences(self, session_id: int, first: int = 1, limit: int = -1) -> list[SentenceRecord]:
        """A session's sentences in order, from number `first` on."""
        query = "SELECT * FROM sentences WHERE session_id = ? AND number >= ? ORDER BY number LIMIT ?"
        return [_sentence(row) for row in self._rows(query, (session_id, first, limit))]

    def page(self, session_id: int, offset: int, limit: int) -> list[SentenceRecord]:
        """A session's sentences in order, from the place `offset` (from 0) on; numbers may have gaps, places none."""
        query = "SELECT * FROM sentences WHERE session_id = ? ORDER BY number LIMIT ? OFFSET ?"
        return [_sentence(row) for row in self._rows(query, (session_id, limit, offset))]

    def place(self, session_id: int, number: int) -> int:
        """Where in its session, counted from 0, the sentence `number` is."""
        query = "SELECT count(*) FROM sentences WHERE session_id = ? AND number < ?"
        return int(self._rows(query, (session_id, number))[0][0])

    def search(self, words: str, limit: int = 100) -> list[SentenceRecord]:
        """Sentences that hold every one of the words, in English or Japanese, newest first."""
        conditions, values = _conditions(words.split())
        if not conditions:
            return []
        # What was only shown again, after a resume, is found where it was first said.
        query = f"SELECT * FROM sentences WHERE NOT is_old AND {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?"
        return [_sentence(row) for row in self._rows(query, (*values, limit))]

    def _rows(self, query: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        with closing(open_for_reading(self.path)) as connection:
            try:
                return connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise HistoryError(f"{self.path} cannot be read: {error}") from error


def _conditions(words: Sequence[str]) -> tuple[list[str], list[str]]:
    conditions, values = [], []
    for word in words:
        if len(word) >= _TRIGRAM:
            conditions.append("id IN (SELECT rowid FROM sentence_text WHERE sentence_text MATCH ?)")
            values.append('"' + word.replace('"', '""') + '"')
        else:
            conditions.append("(en LIKE ? ESCAPE '\\' OR ja LIKE ? ESCAPE '\\')")
            escaped = "".join("\\" + c if c in "\\%_" else c for c in word)
            values += [f"%{escaped}%"] * 2
    return conditions, values


def _session(row: sqlite3.Row) -> SessionRecord:
    return SessionRecord(**{field.name: row[field.name] for field in fields(SessionRecord)})


def _sentence(row: sqlite3.Row) -> SentenceRecord:
    plain = {field.name: row[field.name] for field in fields(SentenceRecord) if field.name != "timings"}
    timings = {name: row[name] for name in TIMINGS if row[name] is not None}
    return SentenceRecord(**(plain | {"is_old": bool(row["is_old"])}), timings=timings)


def iterate(history: History, session_id: int, page: int = 500) -> Iterator[SentenceRecord]:
    """A session's sentences page by page, for sessions of any length."""
    first = 1
    while found := history.sentences(session_id, first, page):
        yield from found
        first = found[-1].number + 1
