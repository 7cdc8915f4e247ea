"""The transcript of our own session, followed while it is written."""

from __future__ import annotations

import asyncio
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.capture.transcript_follow import TranscriptFile, TranscriptSource, folder_name, projects_folder
from engine.source import OldText, SessionChange, SessionChanged, SourceEvent, SourceStatus, TurnEnd, TurnStart
from tests.support.recordings import heard

SESSION = "0f0e0d0c-0000-4000-8000-000000000001"
CWD = "/home/me/my_project.v2"


def line(kind: str, text: str, *, at: float | None = None, **extra: Any) -> bytes:
    stamp = datetime.fromtimestamp(time.time() if at is None else at, UTC).isoformat().replace("+00:00", "Z")
    message = {"role": kind, "content": [{"type": "text", "text": text}]}
    record = {"type": kind, "uuid": str(uuid.uuid4()), "timestamp": stamp, "message": message, "isSidechain": False}
    return json.dumps(record | extra).encode() + b"\n"


class Transcript:
    """A session's file as Claude Code writes it."""

    def __init__(self, projects: Path, folder: str = folder_name(CWD), session: str = SESSION) -> None:
        self.path = projects / folder / f"{session}.jsonl"

    def write(self, data: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(data)


def changes(events: list[SourceEvent]) -> list[SessionChange]:
    return [event.change for event in events if isinstance(event, SessionChanged)]


def running(config: Path, session: str) -> None:
    """Write Claude Code's entry of a running session."""
    (config / "sessions").mkdir(exist_ok=True)
    (config / "sessions" / "17.json").write_text(json.dumps({"pid": 17, "sessionId": session}), encoding="utf-8")


def live(events: Iterator[tuple[SourceEvent, bool]]) -> list[str]:
    return heard([event for event, is_old in events if not is_old])


def test_folders_are_named_after_the_working_directory() -> None:
    assert folder_name(CWD) == "-home-me-my-project-v2"
    assert projects_folder({"CLAUDE_CONFIG_DIR": "/c", "HOME": "/h"}) == Path("/c/projects")
    assert projects_folder({"HOME": "/h"}) == Path("/h/.claude/projects")


def test_the_file_may_come_late_and_grow_in_the_middle_of_a_line(tmp_path: Path) -> None:
    file, transcript = TranscriptFile(tmp_path, SESSION, CWD), Transcript(tmp_path)
    assert live(file.read(0.0)) == []
    whole = line("user", "Why?") + line("assistant", "Because.\n\n- *It* is.")
    transcript.write(whole[:-30])
    assert live(file.read(1.0)) == []
    transcript.write(whole[-30:])
    assert live(file.read(2.0)) == ["Because.\n\n- *It* is."]
    assert live(file.read(3.0)) == []


def test_only_our_own_session_is_read(tmp_path: Path) -> None:
    file, transcript = TranscriptFile(tmp_path, SESSION, CWD), Transcript(tmp_path)
    other = transcript.path.with_name("0f0e0d0c-0000-4000-8000-000000000002.jsonl")
    other.parent.mkdir(parents=True)
    other.write_bytes(line("assistant", "Not ours."))
    assert live(file.read(1.0)) == []
    assert file.path is None
    for bad in ("", "../x", "a/b", "*"):
        with pytest.raises(ValueError, match="session id"):
            TranscriptFile(tmp_path, bad, CWD)


def test_a_session_that_is_kept_in_another_folder_is_found(tmp_path: Path) -> None:
    file, transcript = TranscriptFile(tmp_path, SESSION, CWD), Transcript(tmp_path, "-somewhere-else")
    transcript.write(line("assistant", "Here."))
    assert live(file.read(10.0)) == ["Here."]


def test_what_was_there_before_is_old(tmp_path: Path) -> None:
    transcript = Transcript(tmp_path)
    transcript.write(line("user", "Before?") + line("assistant", "Before."))
    file = TranscriptFile(tmp_path, SESSION, CWD)
    transcript.write(line("user", "Now?") + line("assistant", "Now."))
    events = list(file.read(1.0))
    assert heard([event for event, is_old in events if is_old]) == ["Before."]
    assert heard([event for event, is_old in events if not is_old]) == ["Now."]
    first = next(event for event, is_old in events if not is_old)
    assert isinstance(first, TurnStart)


def test_lines_copied_from_an_earlier_session_are_old(tmp_path: Path) -> None:
    file, transcript = TranscriptFile(tmp_path, SESSION, CWD), Transcript(tmp_path)
    transcript.write(line("assistant", "Long ago.", at=time.time() - 3600) + line("assistant", "Now."))
    assert live(file.read(1.0)) == ["Now."]


def test_a_file_that_is_cut_or_replaced_says_nothing_twice(tmp_path: Path) -> None:
    file, transcript = TranscriptFile(tmp_path, SESSION, CWD), Transcript(tmp_path)
    one, two, three = (line("assistant", text) for text in ("One.", "Two.", "Three."))
    transcript.write(one + two)
    assert live(file.read(1.0)) == ["One.", "Two."]
    transcript.path.write_bytes(one)
    assert live(file.read(2.0)) == []
    transcript.write(two + three)
    assert live(file.read(3.0)) == ["Three."]
    replacement = transcript.path.with_suffix(".new")
    replacement.write_bytes(one + two + three + line("assistant", "Four."))
    replacement.replace(transcript.path)
    assert live(file.read(4.0)) == ["Four."]


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    transcript = Transcript(tmp_path)
    transcript.path.parent.mkdir(parents=True)
    os.mkfifo(transcript.path)
    assert live(TranscriptFile(tmp_path, SESSION, CWD).read(1.0)) == []


@given(cuts=st.lists(st.integers(0, 1500), max_size=8), reads=st.lists(st.booleans(), min_size=9, max_size=9))
def test_any_way_of_writing_gives_each_block_once(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], reads: list[bool]
) -> None:
    folder = tmp_path_factory.mktemp("projects")
    file, transcript = TranscriptFile(folder, SESSION, CWD), Transcript(folder)
    texts = ["Eins. “日本” 🚀", "Zwei.", "Drei."]
    whole = b"".join([line("user", "Go"), *(line("assistant", text) for text in texts)])
    found: list[str] = []
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    for index, (start, end) in enumerate(pairwise(places)):
        transcript.write(whole[start:end])
        if reads[index % len(reads)]:
            found += live(file.read(float(index)))
    assert found + live(file.read(100.0)) == texts


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for is a file
            await asyncio.sleep(0.01)


async def test_events_come_on_the_loop_as_the_file_grows(tmp_path: Path) -> None:
    transcript = Transcript(tmp_path)
    transcript.write(line("assistant", "Before."))
    events = list[SourceEvent]()
    source = TranscriptSource(tmp_path, SESSION, CWD, events.append, poll_s=0.01)
    await source.start()
    await until(lambda: source.connected)
    transcript.write(line("assistant", "One."))
    await until(lambda: heard(events) == ["One."])
    transcript.write(line("assistant", "Two."))
    await source.close()
    await source.close()
    assert heard(events) == ["One.", "Two."]
    assert events[0] == SourceStatus("transcript", True)
    assert [event.text for event in events if isinstance(event, OldText)] == ["Before."]
    assert changes(events) == [SessionChange.RESUMED]


@pytest.mark.parametrize("change", [SessionChange.CLEARED, SessionChange.RESUMED])
async def test_another_conversation_of_the_session_is_followed(tmp_path: Path, change: SessionChange) -> None:
    projects, other = tmp_path / "projects", SESSION.replace("1", "2")
    first, second = Transcript(projects), Transcript(projects, session=other)
    if change is SessionChange.RESUMED:
        second.write(line("user", "Why?", at=1.0) + line("assistant", "Said before.", at=2.0))
    events = list[SourceEvent]()
    running(tmp_path, SESSION)
    source = TranscriptSource(projects, SESSION, CWD, events.append, poll_s=0.01)
    await source.start()
    first.write(line("user", "Go on.") + line("assistant", "One."))
    await until(lambda: heard(events) == ["One."])
    running(tmp_path, other)
    await until(lambda: changes(events) == [change])
    second.write(line("user", "And now?") + line("assistant", "Two."))
    await until(lambda: len(heard(events)) == 2)
    await source.close()
    assert heard(events) == ["One.", "Two."]
    assert [event.prompt for event in events if isinstance(event, TurnStart)] == ["Go on.", "And now?"]
    assert sum(isinstance(event, TurnEnd) for event in events) >= 1
    assert [event.connected for event in events if isinstance(event, SourceStatus)] == [True]
    old = [(event.text, event.is_prompt) for event in events if isinstance(event, OldText)]
    assert old == ([("Why?", True), ("Said before.", False)] if change is SessionChange.RESUMED else [])


async def test_the_first_conversation_is_old_when_the_session_comes_back_to_it(tmp_path: Path) -> None:
    projects, other = tmp_path / "projects", SESSION.replace("1", "2")
    Transcript(projects).write(b"")
    events = list[SourceEvent]()
    running(tmp_path, SESSION)
    source = TranscriptSource(projects, SESSION, CWD, events.append, poll_s=0.01)
    await source.start()
    Transcript(projects).write(line("user", "Why?") + line("assistant", "Because."))
    await until(lambda: heard(events) == ["Because."])
    for session, change in ((other, SessionChange.CLEARED), (SESSION, SessionChange.RESUMED)):
        running(tmp_path, session)
        await until(partial(has_changed, events, change))
    await source.close()
    assert [event.text for event in events if isinstance(event, OldText)] == ["Why?", "Because."]
    assert heard(events) == ["Because."]


def has_changed(events: list[SourceEvent], change: SessionChange) -> bool:
    return change in changes(events)


async def test_of_a_long_conversation_the_end_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.capture.transcript_follow.MOST_OLD_BYTES", 20_000)
    transcript = Transcript(tmp_path)
    transcript.write(b"".join(line("assistant", f"Message {number}.") for number in range(200)))
    events = list[SourceEvent]()
    source = TranscriptSource(tmp_path, SESSION, CWD, events.append, poll_s=0.01)
    await source.start()
    await until(lambda: changes(events))
    await source.close()
    old = [event.text for event in events if isinstance(event, OldText)]
    assert old == [f"Message {number}." for number in range(150, 200)]


async def test_a_file_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    transcript = Transcript(tmp_path)
    transcript.write(line("assistant", "One."))
    source_events: list[SourceEvent] = []
    source = TranscriptSource(tmp_path, SESSION, CWD, source_events.append, poll_s=0.01)
    transcript.path.unlink()
    transcript.path.symlink_to(transcript.path)
    await source.start()
    await until(lambda: source_events)
    await source.close()
    assert [event.connected for event in source_events if isinstance(event, SourceStatus)] == [False]
