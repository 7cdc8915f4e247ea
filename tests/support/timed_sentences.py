"""The sentences that source events make, and when each was known, as the engine's intake cuts them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.sentence import Kind
from engine.source import BlockEnd, SourceEvent, TextDelta, TurnEnd, TurnStart
from engine.text.segmenter import Committed, Segmenter, SegmentEvent, TakenBack
from tests.support.loopback_api import Delta


@dataclass(frozen=True)
class Said:
    """A sentence and where it comes from."""

    kind: Kind
    en: str
    at: float
    """When its last character came, seconds of `time.monotonic()`."""
    turn: int
    """Counts the prompts, from 1."""

    @property
    def words(self) -> tuple[Kind, str]:
        """What a reader sees of it."""
        return self.kind, self.en


class _Cutter:
    """A new block, the end of one, and the beginning or end of a turn each end what is open."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self._segmenter = Segmenter()
        self._block = ""
        self._turn = 0
        self._open: dict[int, Said] = {}

    def take(self, event: SourceEvent) -> None:
        if isinstance(event, TextDelta):
            if event.block != self._block:
                self._end(event.received_at)
                self._block = event.block
            self._keep(self._segmenter.feed(event.text, event.received_at))
        elif isinstance(event, BlockEnd):
            if event.block == self._block:
                self._end(event.received_at)
        elif isinstance(event, TurnStart | TurnEnd):
            self._end(event.received_at)
            self._turn += isinstance(event, TurnStart)

    def finish(self) -> list[Said]:
        self._end(0.0)
        return self.said

    def _end(self, now: float) -> None:
        self._keep(self._segmenter.end(now))
        self.said += self._open.values()
        self._open.clear()
        self._segmenter = Segmenter()

    def _keep(self, events: Iterable[SegmentEvent]) -> None:
        for event in events:
            if isinstance(event, Committed):
                self._open[event.key] = Said(event.kind, event.en, event.ended_at, self._turn)
            elif isinstance(event, TakenBack):
                del self._open[event.key]


def timed_sentences(events: Sequence[SourceEvent]) -> list[Said]:
    """What a reader gets of source events."""
    cutter = _Cutter()
    for event in events:
        cutter.take(event)
    return cutter.finish()


def served_sentences(deltas: Sequence[Delta]) -> list[Said]:
    """The same of what the server sent, with the moments at which it did."""
    return timed_sentences([TextDelta(f"{delta.answer}/{delta.block}", delta.text, delta.at) for delta in deltas])


def sentences_of_block(markdown: str) -> list[tuple[Kind, str]]:
    """Kind and English of the sentences of a whole block."""
    return [said.words for said in timed_sentences([TextDelta("0", markdown, 0.0)])]
