"""What was recorded is played again, without its secrets."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.history import History, Recorder
from engine.recording import RecordingError, RecordingWriter, Step, open_recorded, play
from engine.recording.steps import from_line, to_line
from engine.recording.writer import without_secrets
from engine.settings import History as HistorySettings
from engine.source import (
    Attention,
    AttentionKind,
    BlockEnd,
    SessionChange,
    SessionChanged,
    SourceEvent,
    TextDelta,
    TurnEnd,
    TurnStart,
)
from tests.engine.history.conftest import a_session

SECRET = "sk-ant-" + "a1B2" * 8
EVENTS: list[SourceEvent] = [
    TurnStart("t", 5.0, "Why?"),
    TextDelta("b", "It is ", 5.1, 5.0),
    TextDelta("b", "so. 日本語", 5.2),
    BlockEnd("b", 5.3),
    Attention("a", AttentionKind.PERMISSION, 5.4, "Bash: make"),
    SessionChanged(SessionChange.CLEARED, 5.5),
    TurnEnd("t", 5.6, aborted=True),
]


async def played(what: str, speed: float = 0.0) -> tuple[bytes, list[SourceEvent]]:
    tty, events = bytearray(), list[SourceEvent]()
    await play(open_recorded(what).steps(), events.append, tty.extend, speed=speed)
    return bytes(tty), events


def told(events: list[SourceEvent]) -> list[object]:
    return [to_line(Step(0.0, event=event)) for event in events]


async def test_a_recording_gives_bytes_and_events_again(tmp_path: Path) -> None:
    path = tmp_path / "talk.streamtts"
    writer = RecordingWriter(path, columns=100, rows=30)
    writer.take_bytes(b"\x1b[2Jhello \xff\xe6\x97")
    for event in EVENTS:
        writer.take_event(event)
    writer.take_size(120, 40)
    writer.take_bytes(b"\xa5")
    writer.close()
    writer.close()
    assert open_recorded(str(path)).size == (100, 30)
    tty, events = await played(str(path))
    assert tty == b"\x1b[2Jhello \xff\xe6\x97\xa5"
    assert told(events) == told(EVENTS)
    assert not path.with_name(".talk.streamtts.partial").exists()


def test_what_is_not_closed_is_nobody_elses(tmp_path: Path) -> None:
    RecordingWriter(tmp_path / "talk.streamtts", columns=80, rows=24)
    (partial,) = tmp_path.iterdir()
    assert stat.S_IMODE(partial.stat().st_mode) == 0o600


@given(st.lists(st.integers(1, 12), min_size=1, max_size=40))
def test_a_secret_is_taken_out_wherever_it_was_cut(sizes: list[int]) -> None:
    text = f"The key is {SECRET} and no other."
    pieces, at = [], 0
    for size in [*sizes, len(text)]:
        pieces.append(text[at : at + size])
        at += size
    steps = [Step(0.0, tty=piece.encode(), event=TextDelta("b", piece, 0.0)) for piece in pieces if piece]
    ttys = [Step(0.0, tty=step.tty) for step in steps]
    events = [Step(0.0, event=step.event) for step in steps]
    clean = f"The key is {'*' * len(SECRET)} and no other."
    assert b"".join(step.tty or b"" for step in without_secrets(ttys)).decode() == clean
    assert "".join(step.event.text for step in without_secrets(events) if isinstance(step.event, TextDelta)) == clean


def test_prompts_and_permissions_lose_their_secrets_too() -> None:
    steps = [Step(0.0, event=TurnStart("t", 0.0, f"use {SECRET}")), Step(0.0, event=TurnEnd("t", 0.0))]
    first, second = without_secrets(steps)
    assert isinstance(first.event, TurnStart)
    assert first.event.prompt == f"use {'*' * len(SECRET)}"
    assert second == steps[1]


@given(st.binary(), st.floats(0, 1e6), st.tuples(st.integers(1, 500), st.integers(1, 500)))
def test_a_step_is_the_same_after_it_was_written(data: bytes, t: float, size: tuple[int, int]) -> None:
    for step in (Step(round(t, 4), tty=data), Step(round(t, 4), size=size)):
        assert from_line(json.loads(json.dumps(to_line(step)))) == step


async def test_an_event_of_a_newer_version_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "talk.streamtts"
    lines = [{"streamtts_recording": 1, "columns": 80, "rows": 24}, {"t": 0, "event": "Whisper", "said": {"text": "x"}}]
    path.write_text("\n".join(map(json.dumps, [*lines, {"t": 1, "event": "BlockEnd", "said": {"block": "b"}}])))
    assert told((await played(str(path)))[1]) == [{"t": 0.0, "event": "BlockEnd", "said": {"block": "b"}}]


@pytest.mark.parametrize("line", ["{", '{"t": "x"}', '{"t": 1, "tty": "%%%"}', '{"t": 1, "size": [1]}', "[]"])
async def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "talk.streamtts"
    path.write_text('{"streamtts_recording": 1, "columns": 80, "rows": 24}\n{"t": 0, "tty": "aGk="}\n' + line)
    with pytest.raises(RecordingError, match="line 3"):
        await played(str(path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"streamtts_recording": 99}', "version 99"),
        (b'{"streamtts_recording": 1}', "how large"),
        (b"\x00\x01\xff\xfe", "neither"),
        (b"hello", "neither"),
    ],
)
def test_what_is_no_recording_is_said(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=message):
        open_recorded(str(path))
    with pytest.raises(RecordingError, match="No such file"):
        open_recorded(str(tmp_path / "none"))


async def test_a_session_of_the_history_is_played_with_its_prompts() -> None:
    recorder = Recorder(History().path, HistorySettings())
    for event in a_session():
        recorder.take(event)
    recorder.close()
    events = (await played("1"))[1]
    assert [event.prompt for event in events if isinstance(event, TurnStart)] == ["Why does the build fail?"]
    assert [event.text for event in events if isinstance(event, TextDelta)] == [
        "**The build fails because a file is missing.**\n\n",
        "**Run the tests again.**\n\n",
    ]
    assert isinstance(events[-1], TurnEnd)


async def test_a_transcript_is_played_in_its_own_time(tmp_path: Path) -> None:
    def line(second: int, kind: str, content: object) -> str:
        message = {"role": kind, "content": content, "id": f"m{second}"}
        return json.dumps(
            {"type": kind, "uuid": f"u{second}", "timestamp": f"2026-01-01T00:00:{second:02}Z", "message": message}
        )

    path = tmp_path / "session.jsonl"
    text = [{"type": "text", "text": "It is so."}]
    path.write_text("\n".join([line(1, "user", "Why?"), "{broken", line(4, "assistant", text)]))
    steps = list(open_recorded(str(path)).steps())
    said = {type(step.event).__name__: step.t for step in steps}
    assert said["TurnStart"] == 0.0
    assert said["TextDelta"] == 3.0


async def test_long_pauses_are_cut_and_the_speed_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("engine.recording.player.asyncio.sleep", sleep)
    monkeypatch.setattr("engine.recording.player.time.monotonic", lambda: 0.0)
    steps = [Step(0.0, tty=b"a"), Step(1.0, tty=b"b"), Step(500.0, tty=b"c")]
    await play(steps, lambda _: None, speed=2.0)
    assert slept == [0.0, 0.5, 2.0]


async def test_late_steps_are_caught_up_with(monkeypatch: pytest.MonkeyPatch) -> None:
    now, slept = 100.0, list[float]()

    async def slow(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds + 0.75

    monkeypatch.setattr("engine.recording.player.asyncio.sleep", slow)
    monkeypatch.setattr("engine.recording.player.time.monotonic", lambda: now)
    await play([Step(t, tty=b"a") for t in (0.0, 1.0, 2.0)], lambda _: None)
    assert slept == [0.0, 0.25, 0.25]
