"""Recorded and drawn screens, as the screen source sees them, and the sentences that come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.capture.screen import ScreenSource
from engine.source import BlockEnd, SourceEvent, TextDelta
from engine.text.segmenter import Committed, Segmenter, SegmentEvent, TakenBack
from tests.support.recordings import RECORDINGS, lines
from tui.terminal.emulator import Emulator

TICK_S = 0.05


@dataclass(frozen=True)
class Step:
    """Bytes that came out of the pty at `at`, or a new size."""

    at: float
    data: bytes = b""
    size: tuple[int, int] | None = None


def recorded(name: str) -> list[Step]:
    """What the terminal of a recorded session read, and when."""
    raw = (RECORDINGS / name / "tty.raw").read_bytes()
    steps = []
    for line in lines(name, "tty.index.jsonl"):
        if "len" in line:
            steps.append(Step(line["t"], raw[line["off"] : line["off"] + line["len"]]))
        elif "resize" in line:
            steps.append(Step(line["t"], size=(line["resize"][0], line["resize"][1])))
    return steps


def split(steps: Iterable[Step], size: Callable[[], int]) -> Iterator[Step]:
    """The same bytes at the same times in pieces of other sizes."""
    for step in steps:
        data = step.data
        while data:
            count = max(size(), 1)
            yield Step(step.at, data[:count])
            data = data[count:]
        if step.size:
            yield step


def replay(
    steps: Iterable[Step],
    feed: Callable[[Emulator, float], None],
    tick: Callable[[float], None],
    *,
    size: tuple[int, int],
) -> float:
    """Draw the steps on a terminal; returns when the last one was. Time passes between them as it did."""
    emulator = Emulator(*size)
    now: float | None = None
    for step in steps:
        if now is not None:
            while now + TICK_S < step.at:
                now += TICK_S
                tick(now)
        now = step.at
        if step.size:
            emulator.resize(*step.size)
        emulator.feed(step.data)
        emulator.take_dirty()
        feed(emulator, now)
    return now or 0.0


def screen_events(steps: Iterable[Step], *, size: tuple[int, int] = (100, 40)) -> list[SourceEvent]:
    """What the screen source says of the steps."""
    events: list[SourceEvent] = []
    source = ScreenSource(events.append)

    def feed(emulator: Emulator, now: float) -> None:
        source.feed(emulator.text(), now, cols=emulator.cols, cursor_row=emulator.cursor.y, is_held=emulator.is_held)

    source.close(replay(steps, feed, source.tick, size=size))
    return events


def sentences(events: Sequence[SourceEvent]) -> list[str]:
    """The sentences of the text in `events`, in order."""
    segmenter = Segmenter()
    found: dict[int, str] = {}

    def take(segments: Iterable[SegmentEvent]) -> None:
        for segment in segments:
            if isinstance(segment, Committed):
                found[segment.key] = segment.en
            elif isinstance(segment, TakenBack):
                del found[segment.key]

    block = ""
    for event in events:
        if isinstance(event, TextDelta):
            if event.block != block:
                take(segmenter.end(event.received_at))
            block = event.block
            take(segmenter.feed(event.text, event.received_at))
        elif isinstance(event, BlockEnd) and event.block == block:
            take(segmenter.end(event.received_at))
    take(segmenter.end(0.0))
    return list(found.values())


def sentences_of(blocks: Iterable[str]) -> list[str]:
    """The sentences of whole blocks of markdown."""
    events: list[SourceEvent] = []
    for index, block in enumerate(blocks):
        events += [TextDelta(str(index), block, 0.0), BlockEnd(str(index), 0.0)]
    return sentences(events)
