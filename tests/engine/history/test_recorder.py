"""What the engine says is in the history, whatever happens to the file."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.events import SentenceAdded, SeparatorAdded, SpeechChanged, SpeechPhase
from engine.history import History, HistoryError
from engine.history.database import move_aside, open_for_writing
from engine.history.records import SentenceRecord
from engine.sentence import Kind, Sentence
from engine.settings import History as HistorySettings
from engine.source import SessionChange
from tests.engine.history.conftest import Record, a_session, said


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_session_is_kept_with_all_that_is_known_of_it(record: Record, history: History, path: Path) -> None:
    record(*a_session()).close()
    session = history.session()
    assert (session.folder, session.program, session.source) == ("/home/me/webapp", "claude", "mod")
    assert (session.sentences, session.title) == (2, "Why does the build fail?")
    assert session.ended_at is not None
    (turn,) = history.turns(session.id)
    assert (turn.number, turn.prompt, turn.is_aborted) == (1, "Why does the build fail?", False)
    first = history.sentences(session.id)[0]
    assert (first.en, first.ja) == (
        "The build fails because a file is missing.",
        "ファイルがないため、ビルドに失敗します。",
    )
    assert (first.state, first.guard, first.translator, first.voice) == ("spoken", "ok", "llama:x", "openjtalk:mei")
    assert first.timings == {
        "capture_ms": 1.0,
        "segment_ms": 2.0,
        "translate_first_ms": 210.0,
        "translate_ms": 580.0,
        "synth_first_ms": 30.0,
        "queue_ms": 0.5,
        "first_sound_ms": 260.0,
    }
    assert first.sounded_at is not None
    assert first.sounded_at >= first.written_at
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("phase", "state"),
    [(SpeechPhase.SKIPPED, "skipped"), (SpeechPhase.MUTED, "muted"), (SpeechPhase.FAILED, "failed")],
)
def test_every_final_state_is_kept_with_its_reason(
    record: Record, history: History, phase: SpeechPhase, state: str
) -> None:
    record(SentenceAdded(Sentence(1, Kind.PROSE, "Hi.")), SpeechChanged(1, phase, reason="because")).close()
    (sentence,) = history.sentences(history.session().id)
    assert (sentence.state, sentence.reason) == (state, "because")


def test_a_replay_changes_nothing(record: Record, history: History) -> None:
    record(*a_session(), SpeechChanged(1, SpeechPhase.SKIPPED, reason="stopped", is_replay=True)).close()
    assert history.sentences(history.session().id)[0].state == "spoken"


def test_clear_begins_another_session_and_late_news_finds_its_own(record: Record, history: History) -> None:
    late = said(2, "Two.", "二。")
    record(*said(1, "One.", "一。"), *late[:1], SeparatorAdded(SessionChange.CLEARED), *late[1:]).close()
    record(SeparatorAdded(SessionChange.CLEARED), *said(3, "Three.", "三。")).close()
    newest, oldest = history.sessions()
    assert [s.en for s in history.sentences(oldest.id)] == ["One.", "Two."]
    assert [s.ja for s in history.sentences(oldest.id)] == ["一。", "二。"]
    assert [s.en for s in history.sentences(newest.id)] == ["Three."]


def test_it_can_be_read_while_it_is_written(record: Record, history: History) -> None:
    recorder = record(*said(1, "One.", "一。"))
    wait_until(lambda: history.path.exists() and history.sessions())
    for event in said(2, "Two.", "二。"):
        recorder.take(event)
    wait_until(lambda: len(history.sentences(history.session().id)) == 2)


def test_two_sessions_at_once_do_not_mix(record: Record, history: History) -> None:
    one, two = record(), record()
    for number in range(1, 40):
        for event in said(number, f"One {number}.", "一。"):
            one.take(event)
        for event in said(number, f"Two {number}.", "二。"):
            two.take(event)
    one.close()
    two.close()
    sessions = history.sessions()
    assert [session.sentences for session in sessions] == [39, 39]
    assert {frozenset(s.ja for s in history.sentences(session.id)) for session in sessions} == {
        frozenset({"一。"}),
        frozenset({"二。"}),
    }


def test_switched_off_it_writes_nothing(record: Record, path: Path) -> None:
    record(*a_session(), settings=HistorySettings(enabled=False)).close()
    assert not path.exists()


def test_a_kill_loses_only_what_was_in_hand(path: Path, history: History) -> None:
    code = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from engine.history import Recorder
from engine.settings import History
from tests.engine.history.conftest import said
recorder = Recorder(Path({str(path)!r}), History())
for number in range(1, 10_000):
    for event in said(number, f"Sentence {{number}}.", "文です。"):
        recorder.take(event)
    print(number, flush=True)
    time.sleep(0.01)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        wait_until(lambda: path.exists() and len(_sentences(history)) >= 20)
        os.kill(child.pid, signal.SIGKILL)
        told = int(child.stdout.read().split()[-1])
    kept = _sentences(history)
    assert [sentence.number for sentence in kept] == list(range(1, len(kept) + 1))
    assert len(kept) >= told - 5
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _sentences(history: History) -> list[SentenceRecord]:
    try:
        return history.sentences(history.session().id)
    except HistoryError:
        return []


@pytest.mark.parametrize(
    "damage", [b"this is no database at all, but long enough" * 50, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_damaged_file_is_moved_aside_and_never_deleted(
    record: Record, history: History, path: Path, troubles: list[str], damage: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    record(*a_session()).close()
    assert history.session().sentences == 2
    (aside,) = path.parent.glob("history.sqlite3.damaged-*")
    assert aside.read_bytes() == damage
    assert troubles == [f"The history was damaged; it is now {aside.name}, and a new one was begun."]


def test_a_file_of_a_newer_version_is_left_alone(
    record: Record, history: History, path: Path, troubles: list[str]
) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    record(*a_session()).close()
    assert path.read_bytes() == before
    assert len(troubles) == 1
    assert "newer streamtts" in troubles[0]
    with pytest.raises(HistoryError, match="newer streamtts"):
        history.sessions()


def test_a_locked_file_is_written_as_soon_as_it_is_free(
    record: Record, history: History, path: Path, troubles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.history.database.BUSY_MS", 50)
    monkeypatch.setattr("engine.history.recorder.RETRY_S", 0.05)
    connection, _ = open_for_writing(path)
    connection.execute("BEGIN EXCLUSIVE")
    recorder = record(*a_session())
    wait_until(lambda: troubles)
    assert "locked" in troubles[0]
    connection.execute("COMMIT")
    connection.close()
    wait_until(lambda: len(_sentences(history)) == 2)
    recorder.close()
    assert len(troubles) == 1
    assert history.session().ended_at is not None


def test_a_folder_that_cannot_be_made_is_said_once(
    record: Record, path: Path, troubles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.history.recorder.RETRY_S", 0.02)
    path.parent.write_text("a file in the way")
    recorder = record(*a_session())
    wait_until(lambda: troubles)
    time.sleep(0.1)
    recorder.close()
    assert len(troubles) == 1
    assert str(path) in troubles[0]


def test_files_moved_aside_never_meet(path: Path) -> None:
    path.parent.mkdir()
    for content in (b"1", b"2"):
        path.write_bytes(content)
        move_aside(path)
    kept = sorted(file.read_bytes() for file in path.parent.iterdir())
    assert kept == [b"1", b"2"]
