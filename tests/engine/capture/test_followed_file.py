"""A growing file is read as `tail -F` would: from its end or its start, through truncation and rotation."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine.capture import followed_file
from engine.capture.detect import InputKind
from engine.capture.followed_file import FollowedFile
from engine.capture.quiet_text import QUIET_S
from engine.source import BlockEnd, Remark, SourceEvent, SourceStatus, TextDelta


class Follower:
    """A followed file, what it told, and the clock that it goes by."""

    def __init__(self, path: Path, kind: InputKind | None = None, *, from_start: bool = False) -> None:
        self.now = 100.0
        self.events: list[SourceEvent] = []
        self.file = FollowedFile(path, kind, from_start=from_start, clock=lambda: self.now)

    def read(self) -> str:
        """The text that was told by one more look."""
        self.events.clear()
        self.file.read(self.events.append)
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def remarks(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Remark)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "growing"


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def said(number: int, text: str) -> str:
    """A line of a transcript."""
    message = {"id": f"m{number}", "role": "assistant", "content": [{"type": "text", "text": text}]}
    return json.dumps({"type": "assistant", "uuid": f"u{number}", "sessionId": "s", "message": message}) + "\n"


def test_only_what_is_appended_is_told(path: Path) -> None:
    append(path, "Old text. ")
    follower = Follower(path)
    assert follower.read() == ""
    append(path, "New text. ")
    assert follower.read() == "New text. "
    assert follower.read() == ""
    append(path, "More 日本")
    assert follower.read() == "More 日本"


def test_what_is_appended_before_the_first_look_is_told(path: Path) -> None:
    append(path, "Old text. ")
    follower = Follower(path)
    append(path, "New text. ")
    assert follower.read() == "New text. "


def test_from_the_start_everything_is_told(path: Path) -> None:
    append(path, "Old text. ")
    follower = Follower(path, from_start=True)
    append(path, "New text. ")
    assert follower.read() == "Old text. New text. "


def test_a_character_that_was_cut_in_two_is_whole(path: Path) -> None:
    path.write_bytes("日".encode()[:2])
    follower = Follower(path)
    follower.read()
    with path.open("ab") as file:
        file.write("日".encode()[2:])
    assert follower.read() == "日"


@pytest.mark.parametrize("kind", [None, InputKind.TRANSCRIPT])
def test_a_transcript_is_known_by_its_start_and_a_line_is_told_when_it_is_whole(
    path: Path, kind: InputKind | None
) -> None:
    append(path, said(1, "One.") + said(2, "Two.")[:50])
    follower = Follower(path, kind)
    assert follower.read() == ""
    append(path, said(2, "Two.")[50:] + said(3, "Three."))
    assert follower.read() == "Two.Three."


def test_an_empty_file_shows_its_kind_later(path: Path) -> None:
    path.touch()
    follower = Follower(path)
    assert follower.read() == ""
    append(path, said(1, "One.")[:30])
    assert follower.read() == ""
    append(path, said(1, "One.")[30:])
    assert follower.read() == "One."
    assert SourceStatus("transcript", True) in follower.events


def test_a_first_line_that_is_still_being_written_is_told_whole(path: Path) -> None:
    append(path, said(1, "One.")[:30])
    follower = Follower(path)
    assert follower.read() == ""
    append(path, said(1, "One.")[30:])
    assert follower.read() == "One."


def test_a_streamed_answer_goes_on_in_its_middle_and_is_not_repeated_by_its_whole_record(path: Path) -> None:
    def event(**event: object) -> str:
        return json.dumps({"type": "stream_event", "event": event}) + "\n"

    def delta(text: str) -> str:
        return event(type="content_block_delta", index=0, delta={"type": "text_delta", "text": text})

    append(path, event(type="message_start", message={"id": "m1"}) + delta("It is "))
    follower = Follower(path)
    assert follower.read() == ""
    append(path, delta("done.") + event(type="content_block_stop", index=0))
    assert follower.read() == "done."
    append(path, json.dumps({"type": "assistant", "message": {"id": "m1", "content": "It is done."}}) + "\n")
    assert follower.read() == ""


def test_only_the_end_of_a_long_file_is_looked_at(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followed_file, "MOST_OLD_BYTES", 1000)
    append(path, "".join(said(number, "Old.") for number in range(100)))
    follower = Follower(path)
    read: list[bytes] = []
    real = os.pread

    def pread(descriptor: int, count: int, offset: int) -> bytes:
        read.append(real(descriptor, count, offset))
        return read[-1]

    monkeypatch.setattr(os, "pread", pread)
    append(path, said(100, "New."))
    assert follower.read() == "New."
    assert len(b"".join(read)) < 2000


def test_a_file_that_is_cut_short_is_read_from_its_start(path: Path) -> None:
    append(path, "A long old text that is gone now. And the half of a")
    follower = Follower(path)
    follower.read()
    path.write_text("A new one. ")
    assert follower.read() == "A new one. "
    assert [message.endswith("was cut short: it is read from its start.") for message in follower.remarks] == [True]
    append(path, "And more. ")
    assert follower.read() == "And more. "
    assert follower.remarks == []


def test_a_cut_file_ends_the_text_before_it_begins_the_new_one(path: Path) -> None:
    path.touch()
    follower = Follower(path)
    append(path, "The half of a")
    follower.read()
    path.write_text("New. ")
    follower.read()
    kinds = [type(event) for event in follower.events]
    assert kinds.index(BlockEnd) < kinds.index(TextDelta)


def test_after_a_rotation_the_end_of_the_old_file_comes_before_the_new_one(path: Path) -> None:
    append(path, "Old text. ")
    follower = Follower(path)
    follower.read()
    append(path, "Its last words. ")
    path.rename(path.with_name("growing.1"))
    assert follower.read() == "Its last words. "
    append(path.with_name("growing.1"), "Very last. ")
    append(path, "The new one. ")
    assert follower.read() == "Very last. The new one. "
    assert [message.endswith("was replaced: it is read from its start.") for message in follower.remarks] == [True]


def test_lines_that_were_told_are_not_told_again_by_a_file_that_was_written_anew(path: Path) -> None:
    append(path, said(1, "One."))
    follower = Follower(path)
    append(path, said(2, "Two."))
    assert follower.read() == "Two."
    path.with_name("fresh").write_text(said(1, "One.") + said(2, "Two.") + said(3, "Three."))
    path.with_name("fresh").replace(path)
    assert follower.read() == "Three."


def test_a_text_that_falls_quiet_after_a_line_is_ended(path: Path) -> None:
    path.touch()
    follower = Follower(path)
    append(path, "No full stop\n")
    follower.read()
    assert not any(isinstance(event, BlockEnd) for event in follower.events)
    follower.now += QUIET_S + 0.01
    follower.read()
    assert [type(event) for event in follower.events] == [BlockEnd]
    follower.now += 100
    follower.read()
    assert follower.events == []


@pytest.mark.parametrize("text", ["The half of a", "```\nx = 1\n", "~~~~ python\n```\n"])
def test_what_is_unfinished_is_not_ended_by_quiet(path: Path, text: str) -> None:
    path.touch()
    follower = Follower(path)
    append(path, text)
    follower.read()
    follower.now += 100
    follower.read()
    assert follower.events == []


def test_a_finished_code_block_may_end(path: Path) -> None:
    path.touch()
    follower = Follower(path)
    append(path, "```\nx = 1\n```\n")
    follower.read()
    follower.now += 100
    follower.read()
    assert [type(event) for event in follower.events] == [BlockEnd]


def test_what_cannot_be_followed_is_said(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FollowedFile(path, None, from_start=False)
    os.mkfifo(path)
    with pytest.raises(ValueError, match="no regular file"):
        FollowedFile(path, None, from_start=False)
