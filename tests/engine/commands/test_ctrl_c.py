"""Ctrl+C, a reader that has enough and broken input: `speak` ends well, and the history is whole."""

from __future__ import annotations

import json
import os
import subprocess
import time
import wave
from pathlib import Path

import pytest

from engine.history import History
from engine.sentence import State
from tests.support.speak_process import STREAMTTS, WITHOUT_TRANSLATOR, SpeakProcess

JAPANESE = "これは日本語の文です。" * 20 + "\n\n"
"""Spoken as it is, without a translator."""
FINAL = {str(state) for state in State if state.is_final}


def assert_history_is_whole(path: Path, sentences: int) -> None:
    history = History(path)
    session = history.session()
    assert session.ended_at is not None
    found = history.sentences(session.id)
    assert len(found) == sentences
    assert {sentence.state for sentence in found} <= FINAL


def speaking(tmp_path: Path, *arguments: str) -> SpeakProcess:
    return SpeakProcess(*arguments, *WITHOUT_TRANSLATOR, STREAMTTS_HISTORY=str(tmp_path / "history.sqlite3"))


def test_while_it_waits_for_input(tmp_path: Path) -> None:
    with speaking(tmp_path, "--sink", "null") as speak:
        speak.write("The build has failed.\n\n")
        speak.wait_for_event("speech", state="failed")
        assert speak.interrupt() == (130, "")
    assert_history_is_whole(tmp_path / "history.sqlite3", 1)


def test_while_it_speaks(tmp_path: Path) -> None:
    wav = tmp_path / "talk.wav"
    with speaking(tmp_path, "--sink", "null", "--subtitles", str(tmp_path / "talk.srt")) as speak:
        speak.write(JAPANESE)
        speak.wait_for_event("speech", state="started")
        assert speak.interrupt() == (130, "")
    ends = [event["state"] for event in speak.events if event["event"] == "speech" and event["state"] != "started"]
    sentences = sum(event["event"] == "sentence" for event in speak.events)
    assert len(ends) == sentences > 10
    assert "skipped" in ends
    assert_history_is_whole(tmp_path / "history.sqlite3", sentences)
    assert not wav.exists()


def test_while_it_loads(tmp_path: Path) -> None:
    with speaking(tmp_path, "--sink", "null") as speak:
        speak.wait_for_event("notice", code="translator_failed")
        assert speak.interrupt() == (130, "")


def test_a_sound_file_that_was_cut_off_plays(tmp_path: Path) -> None:
    with speaking(tmp_path, "--sink", f"wav:{tmp_path}/talk.wav") as speak:
        speak.write("これは日本語です。\n\n")
        speak.wait_for_event("speech", state="finished")
        assert speak.interrupt() == (130, "")
    with wave.open(f"{tmp_path}/talk.wav") as file:
        assert file.getnframes() > 10_000


def test_no_worker_is_left_behind(tmp_path: Path) -> None:
    with speaking(tmp_path, "--sink", "null") as speak:
        speak.write(JAPANESE)
        speak.wait_for_event("speech", state="started")
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(speak.process.pid)], capture_output=True, text=True
        )
        pids = [int(pid) for pid in children.stdout.split()]
        assert pids
        speak.interrupt()
    for pid in pids:
        _wait_until_gone(pid)


def test_who_has_read_enough_ends_it(tmp_path: Path) -> None:
    command = f"{STREAMTTS} speak --sink null {' '.join(WITHOUT_TRANSLATOR)} | head -1"
    done = subprocess.run(
        ["sh", "-c", command],
        input=JAPANESE,
        capture_output=True,
        text=True,
        env=os.environ | {"STREAMTTS_HISTORY": str(tmp_path / "history.sqlite3")},
    )
    assert done.stdout == "これは日本語の文です。\n"
    assert "Traceback" not in done.stderr
    assert_history_is_whole(tmp_path / "history.sqlite3", 20)


def test_broken_lines_cost_only_themselves() -> None:
    def said(number: int) -> str:
        content = [{"type": "text", "text": f"これは第{number}の文です。"}]
        return json.dumps(
            {"type": "assistant", "message": {"id": f"m{number}", "role": "assistant", "content": content}}
        )

    lines = [
        said(1),
        said(2)[:40],
        "",
        "[1, 2, 3]",
        '"a string"',
        '{"type": "of a newer version", "message": 7}',
        '{"type": "assistant", "message": {"content": [{"type": "text"}, 5, null]}}',
        "\x00\x01",
        "{" * 5000,
        json.dumps({"type": "user", "sessionId": "s", "uuid": "u", "message": {"content": "a line of a transcript"}}),
        said(3),
        said(4)[:-9],
    ]
    with SpeakProcess("--voice", "none", *WITHOUT_TRANSLATOR) as speak:
        speak.write("\n".join(lines))
        speak.end_input()
        speak.finish()
    english = [event["en"] for event in speak.events if event["event"] == "sentence"]
    assert english == ["これは第1の文です。", "これは第3の文です。"]


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail(f"process {pid} is still there")
