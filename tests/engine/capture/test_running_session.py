"""Our own session in Claude Code's list of running ones, and the conversation that it is in."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine.capture.running_session import SEARCH_S, RunningSession

OURS, OTHER, NEXT = "aaaa-1", "bbbb-2", "cccc-3"


def entry(config: Path, pid: int, session: object, *, at: float | None = None) -> Path:
    path = config / "sessions" / f"{pid}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"pid": pid, "sessionId": session}), encoding="utf-8")
    if at is not None:
        os.utime(path, (at, at))
    return path


def test_the_change_of_our_own_session_is_seen(tmp_path: Path) -> None:
    session = RunningSession(tmp_path, OURS, 0.0)
    assert not session.has_changed(0.0)
    entry(tmp_path, 1, OTHER)
    entry(tmp_path, 2, OURS)
    assert not session.has_changed(SEARCH_S)
    entry(tmp_path, 1, NEXT)
    assert not session.has_changed(SEARCH_S)
    entry(tmp_path, 2, NEXT)
    assert session.has_changed(SEARCH_S)
    assert session.session_id == NEXT
    assert not session.has_changed(SEARCH_S)
    entry(tmp_path, 2, OURS)
    assert session.has_changed(SEARCH_S)


def test_an_entry_that_a_dead_session_has_left_is_not_ours(tmp_path: Path) -> None:
    dead = entry(tmp_path, 1, OURS, at=10.0)
    session = RunningSession(tmp_path, OURS, 20.0)
    assert not session.has_changed(0.0)
    entry(tmp_path, 2, OURS)
    assert not session.has_changed(SEARCH_S)
    entry(tmp_path, 2, NEXT)
    assert session.has_changed(SEARCH_S)
    assert dead.exists()


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"sessionId": 7}', '{"sessionId": "../../x"}', "[" * 100_000])
def test_entries_that_make_no_sense_change_nothing(tmp_path: Path, broken: str) -> None:
    session = RunningSession(tmp_path, OURS, 0.0)
    path = entry(tmp_path, 1, OURS)
    assert not session.has_changed(0.0)
    path.write_text(broken, encoding="utf-8")
    assert not session.has_changed(1.0)
    path.unlink()
    assert not session.has_changed(2.0)
    assert session.session_id == OURS


def test_no_other_files_are_read(tmp_path: Path) -> None:
    """Beside the entries lie keys."""
    path = entry(tmp_path, 1, OURS)
    path.rename(path.with_name("1.abc.key"))
    (tmp_path / "sessions" / "name.json").write_text(json.dumps({"sessionId": OURS}), encoding="utf-8")
    session = RunningSession(tmp_path, OURS, 0.0)
    session.has_changed(0.0)
    assert session._entry is None


def test_without_an_id_our_session_is_found_by_its_process(tmp_path: Path) -> None:
    pid: int | None = None
    session = RunningSession(tmp_path, None, 0.0, lambda: pid)
    entry(tmp_path, 1, OTHER)
    assert not session.has_changed(0.0)
    pid = 2
    assert not session.has_changed(SEARCH_S)
    entry(tmp_path, 2, OURS)
    assert session.has_changed(2 * SEARCH_S)
    assert (session.session_id, session.changed_at) == (OURS, 0.0)
    entry(tmp_path, 2, NEXT)
    assert session.has_changed(2 * SEARCH_S)
    assert session.session_id == NEXT
    assert session.changed_at > 0.0
