"""What is found in the history."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from engine.events import SentenceAdded
from engine.history import History, HistoryError
from engine.history.database import open_for_writing
from engine.history.limits import prune
from engine.history.reader import iterate
from engine.sentence import Kind, Sentence
from tests.engine.history.conftest import Record, a_session, said

DAY_S = 86_400.0


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("build", [1]),
        ("BUILD missing", [1]),
        ("build tests", []),
        ("テスト", [2]),
        ("実行", [2]),
        ("再", []),
        ("ビルドに失敗 because", [1]),
        ("。", [2, 1]),
        ('fails "because', []),
        ("100%", []),
        ("_", []),
        ("AND OR NOT", []),
        ("*", []),
        ("   ", []),
    ],
)
def test_search_in_both_languages(record: Record, history: History, words: str, numbers: list[int]) -> None:
    record(*a_session()).close()
    assert [sentence.number for sentence in history.search(words)] == numbers


def test_the_newest_is_found_first_and_old_text_shown_again_is_not(record: Record, history: History) -> None:
    record(*said(1, "The build is green.", "緑です。")).close()
    again = Sentence(1, Kind.PROSE, "The build is green.", is_old=True)
    record(SentenceAdded(again), *said(2, "The build is red.", "赤です。")).close()
    assert [sentence.en for sentence in history.search("build")] == ["The build is red.", "The build is green."]


def test_sessions_come_newest_first_and_empty_ones_not_at_all(record: Record, history: History) -> None:
    record(*said(1, "One.", "一。")).close()
    record().close()
    record(*said(1, "Two.", "二。")).close()
    assert [session.title for session in history.sessions()] == ["Two.", "One."]
    assert [session.title for session in history.sessions(limit=1, offset=1)] == ["One."]


def test_a_long_session_is_read_page_by_page(record: Record, history: History) -> None:
    events = [event for number in range(1, 26) for event in said(number, f"Number {number}.", "番号です。")]
    record(*events).close()
    assert [s.number for s in iterate(history, history.session().id, page=10)] == list(range(1, 26))


def test_a_page_is_read_by_places_also_where_numbers_have_gaps(record: Record, history: History) -> None:
    record(*said(3, "Three.", "三。"), *said(7, "Seven.", "七。"), *said(8, "Eight.", "八。")).close()
    session = history.session().id
    assert [s.number for s in history.page(session, 1, 5)] == [7, 8]
    assert [s.number for s in history.page(session, 0, 1)] == [3]
    assert history.page(session, 3, 5) == []
    assert [history.place(session, number) for number in (3, 7, 8)] == [0, 1, 2]


def test_without_a_history_it_says_so(history: History) -> None:
    with pytest.raises(HistoryError, match="no history yet"):
        history.sessions()


def test_a_session_that_is_not_there_is_said(record: Record, history: History) -> None:
    record(*a_session()).close()
    with pytest.raises(HistoryError, match="no session 77"):
        history.session(77)


def test_a_damaged_file_is_said_and_left_as_it_is(path: Path, history: History) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database " * 500)
    with pytest.raises(HistoryError, match="cannot be read"):
        history.sessions()
    assert path.read_bytes().startswith(b"no database")


def _age(path: Path, session_id: int, days: float) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE sessions SET started_at = started_at - ? WHERE id = ?", (days * DAY_S, session_id))


def test_sessions_older_than_wanted_go_with_all_that_is_theirs(record: Record, history: History, path: Path) -> None:
    record(*a_session()).close()
    record(*said(1, "Keep me.", "残してください。")).close()
    _age(path, 1, 40)
    connection, _ = open_for_writing(path)
    assert prune(connection, now=time.time(), most_days=30, most_mb=0) == 1
    assert [row[0] for row in connection.execute("SELECT en FROM sentences")] == ["Keep me."]
    assert [row[0] for row in connection.execute("SELECT count(*) FROM turns")] == [0]
    connection.close()
    assert history.search("build") == []


def test_over_the_size_the_oldest_go_but_never_todays(record: Record, history: History, path: Path) -> None:
    text = "word " * 4000
    for days in (3, 2, 0):
        record(*said(1, f"{days} {text}", "文です。" * 4000)).close()
        _age(path, history.sessions()[0].id, days)
    connection, _ = open_for_writing(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.stat().st_size
    assert prune(connection, now=time.time(), most_days=0, most_mb=1) == 0
    (used,) = [row[0] for row in connection.execute("SELECT sum(length(en) + 3 * length(ja)) FROM sentences")]
    assert used > 0
    most_mb = 0.0001
    assert prune(connection, now=time.time(), most_days=0, most_mb=most_mb) == 2  # type: ignore[arg-type]
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert [session.title[:2] for session in history.sessions()] == ["0 "]
    assert path.stat().st_size < before
