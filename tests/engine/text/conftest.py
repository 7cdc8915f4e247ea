from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine.text.segmenter import Committed, Confirmed, Segmenter, SegmentEvent, TakenBack

DATA = Path(__file__).parents[2] / "data" / "text"


def stream(deltas: Sequence[str]) -> list[SegmentEvent]:
    """Feed `deltas`, the n-th at second n, and end the block one second after the last."""
    segmenter = Segmenter()
    events: list[SegmentEvent] = []
    for second, delta in enumerate(deltas):
        events += segmenter.feed(delta, float(second))
    return events + segmenter.end(float(len(deltas)))


def settle(events: Sequence[SegmentEvent]) -> list[Committed]:
    """What stands at the end: every sentence but those taken back. Checks the protocol on the way."""
    standing: dict[int, Committed] = {}
    provisional: int | None = None
    last_key = 0
    for event in events:
        match event:
            case Committed():
                assert provisional is None, "a provisional sentence was left undecided"
                assert event.key == last_key + 1
                last_key = event.key
                standing[event.key] = event
                provisional = event.key if event.is_provisional else None
            case Confirmed(key):
                assert key == provisional
                provisional = None
            case TakenBack(key):
                assert key == provisional
                provisional = None
                del standing[key]
    assert provisional is None
    return list(standing.values())


Settle = Callable[[Sequence[SegmentEvent]], list[Committed]]
Stream = Callable[[Sequence[str]], list[SegmentEvent]]


@pytest.fixture(name="stream", scope="session")
def _stream() -> Stream:
    return stream


@pytest.fixture(name="settle", scope="session")
def _settle() -> Settle:
    return settle


@pytest.fixture(scope="session")
def data() -> Path:
    """Where the sample texts are."""
    return DATA
