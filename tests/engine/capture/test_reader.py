"""Standard input and files are read as they arrive."""

from __future__ import annotations

import asyncio
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.capture.detect import InputKind
from engine.capture.reader import MOST_PIECES, PIECE_BYTES, read_input
from engine.source import BlockEnd, SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart
from tests.support.recordings import heard, lines, served


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read_end, write_end = os.pipe()
    yield read_end, write_end
    for descriptor in (read_end, write_end):
        try:
            os.close(descriptor)
        except OSError:
            continue


class Listener:
    """Keeps events and lets a test wait for them."""

    def __init__(self) -> None:
        self.events: list[SourceEvent] = []
        self._changed = asyncio.Event()

    def take(self, event: SourceEvent) -> None:
        self.events.append(event)
        self._changed.set()

    async def wait_for_deltas(self, count: int) -> None:
        while sum(isinstance(event, TextDelta) for event in self.events) < count:
            self._changed.clear()
            await self._changed.wait()


async def test_what_is_written_is_heard_before_the_end(pipe: tuple[int, int]) -> None:
    read_end, write_end = pipe
    listener = Listener()
    events = listener.events
    reading = asyncio.create_task(read_input(read_end, None, listener.take))
    os.write(write_end, b"Hello. ")
    await listener.wait_for_deltas(1)
    os.write(write_end, b"How are you?")
    await listener.wait_for_deltas(2)
    assert not reading.done()
    os.close(write_end)
    assert await reading is InputKind.TEXT
    assert [type(event) for event in events] == [
        *[SourceStatus, TurnStart, TextDelta, TextDelta],
        *[BlockEnd, TurnEnd, SourceStatus],
    ]
    assert events[-1] == SourceStatus("text", False, "The input has ended.")


@pytest.mark.parametrize("kind", [None, InputKind.STREAM_JSON])
async def test_a_file_of_stream_json(tmp_path: Path, kind: InputKind | None) -> None:
    path = tmp_path / "stream.jsonl"
    path.write_text("".join(line["line"] + "\n" for line in lines("print-many-turns", "stream.jsonl")))
    events: list[SourceEvent] = []
    with path.open("rb") as file:
        assert await read_input(file, kind, events.append) is InputKind.STREAM_JSON
    assert heard(events) == served("print-many-turns")
    assert events[0] == SourceStatus("stream-json", True)


async def test_a_file_larger_than_all_buffers() -> None:
    text = "".join(f"Line {n} of a long text.\n" for n in range(MOST_PIECES * PIECE_BYTES // 10))
    events: list[SourceEvent] = []
    await read_input(io.BytesIO(text.encode()), None, events.append)
    assert heard(events) == [text]


async def test_kinds_that_are_named_are_not_guessed() -> None:
    events: list[SourceEvent] = []
    raw = json.dumps({"type": "assistant"}).encode()
    assert await read_input(io.BytesIO(raw), InputKind.TEXT, events.append) is InputKind.TEXT
    assert heard(events) == [raw.decode()]


@pytest.mark.parametrize(("raw", "said"), [(b"", []), (b"{", ["{"]), (b"ev", ["ev"])])
async def test_an_input_that_ends_before_it_is_told(raw: bytes, said: list[str]) -> None:
    events: list[SourceEvent] = []
    assert await read_input(io.BytesIO(raw), None, events.append) is InputKind.TEXT
    assert heard(events) == said
    assert isinstance(events[-1], SourceStatus)


async def test_broken_lines_are_told_at_the_end() -> None:
    events: list[SourceEvent] = []
    raw = b'{"type":"system","subtype":"init"}\nnot json\n'
    await read_input(io.BytesIO(raw), None, events.append)
    assert events[-1] == SourceStatus("stream-json", False, "The input has ended; 1 lines could not be read.")


async def test_a_read_that_fails_ends_what_is_open(tmp_path: Path) -> None:
    events: list[SourceEvent] = []
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        with pytest.raises(IsADirectoryError):
            await read_input(folder, InputKind.TEXT, events.append)
    finally:
        os.close(folder)
    assert isinstance(events[-1], SourceStatus)


async def test_reading_can_be_cancelled(pipe: tuple[int, int]) -> None:
    read_end, write_end = pipe
    listener = Listener()
    events = listener.events
    reading = asyncio.create_task(read_input(read_end, InputKind.TEXT, listener.take))
    os.write(write_end, b"Hello.")
    await listener.wait_for_deltas(1)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert isinstance(events[-2], TurnEnd)
