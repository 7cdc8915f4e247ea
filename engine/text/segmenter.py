"""Sentences from a growing markdown text, given the moment they end.

A sentence whose terminator is the last character that we have is given at once, provisionally: work on it may begin
while the next character, which decides, is still on its way. Exactly one `Confirmed` or `TakenBack` follows, before any
other `Committed`. A closer that comes late (`)`, `"`, `**`) takes the sentence back; it is given again with the closer,
under a new key.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.sentence import Kind
from engine.text.blocks import Blocks
from engine.text.clean import LineEndings, without_controls
from engine.text.pieces import Piece


@dataclass(frozen=True, slots=True)
class Draft:
    """The English being written, not yet a sentence; empty text means that there is none. Sent when it changes."""

    kind: Kind
    text: str
    """markdown stripped as well as an unfinished sentence allows; of code and tables the line being written"""


@dataclass(frozen=True, slots=True)
class Committed:
    """A sentence, a code block, a table or a rule."""

    key: int
    kind: Kind
    en: str
    """plain English; the code of a code block; the cells of a table; empty for a rule"""
    markdown: str
    """the source, with its list, quote or heading mark on the first sentence"""
    level: int
    """heading level 1-6, or list depth from 1; 0 for the rest"""
    ordinal: str
    """`1.` on the first sentence of an ordered list item, else empty"""
    language: str
    """the first word of a fence's info string, else empty"""
    lines: int
    """lines of code, or rows of a table without its header"""
    ended_at: float
    """`now` of the feed that brought its last character"""
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The provisional sentence `key` is one."""

    key: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The provisional sentence `key` goes on: its text comes again later, under another key."""

    key: int


SegmentEvent = Draft | Committed | Confirmed | TakenBack


@dataclass(frozen=True, slots=True)
class _Provisional:
    key: int
    piece: Piece


class Segmenter:
    """Takes the deltas of one block of markdown after another. Not thread-safe.

    Without `pause` the confirmed sentences depend on the text alone, never on how it was split into deltas.
    """

    def __init__(self, first_key: int = 1) -> None:
        self._next_key = first_key
        self._blocks = Blocks()
        self._endings = LineEndings()
        self._provisional: _Provisional | None = None
        self._draft = Draft(Kind.PROSE, "")

    @property
    def has_provisional(self) -> bool:
        """True while a sentence waits to be confirmed or taken back."""
        return self._provisional is not None

    def feed(self, text: str, now: float) -> list[SegmentEvent]:
        """Take the next characters, had at `now` (seconds of `time.monotonic()`). Never raises on any text."""
        events: list[SegmentEvent] = []
        for piece in self._blocks.feed(without_controls(self._endings.feed(text)), now):
            self._settle(piece, events)
        self._speculate(events)
        self._show_draft(events)
        return events

    def pause(self, now: float) -> list[SegmentEvent]:
        """The stream paused (about 150 ms): the provisional sentence, if any, is one for good."""
        if self._provisional is None:
            return []
        events: list[SegmentEvent] = [Confirmed(self._provisional.key)]
        self._blocks.force(self._provisional.piece.end)
        self._provisional = None
        self._show_draft(events)
        return events

    def end(self, now: float) -> list[SegmentEvent]:
        """The block ended: all that is left is given. The next `feed` begins a new block."""
        events: list[SegmentEvent] = []
        for piece in self._blocks.end():
            self._settle(piece, events)
        self._take_back(events)
        self._blocks = Blocks()
        self._endings = LineEndings()
        self._show_draft(events)
        return events

    def _settle(self, piece: Piece, events: list[SegmentEvent]) -> None:
        """A piece is certain: confirm what was given of it, or give it."""
        # The place alone is not enough: `---` below may turn the same text into a heading.
        if self._provisional and self._provisional.piece == piece:
            events.append(Confirmed(self._provisional.key))
            self._provisional = None
            return
        self._take_back(events)
        self._commit(piece, False, events)

    def _speculate(self, events: list[SegmentEvent]) -> None:
        """Keep, take back or give the sentence that ends with the last character we have."""
        if self._provisional:
            if self._blocks.is_open(self._provisional.piece.end):
                return
            self._take_back(events)
        piece = self._blocks.unsettled()
        if piece and self._commit(piece, True, events):
            self._provisional = _Provisional(self._next_key - 1, piece)

    def _take_back(self, events: list[SegmentEvent]) -> None:
        if self._provisional:
            events.append(TakenBack(self._provisional.key))
            self._provisional = None

    def _commit(self, piece: Piece, is_provisional: bool, events: list[SegmentEvent]) -> bool:
        """Give `piece`, unless nothing of it can be shown (only tags, a comment)."""
        if not piece.en and piece.kind not in (Kind.RULE, Kind.CODE):
            return False
        events.append(
            Committed(
                self._next_key,
                piece.kind,
                piece.en,
                piece.markdown,
                piece.level,
                piece.ordinal,
                piece.language,
                piece.lines,
                piece.ended_at,
                is_provisional,
            )
        )
        self._next_key += 1
        return True

    def _show_draft(self, events: list[SegmentEvent]) -> None:
        kind, text = self._blocks.draft
        shown = Draft(kind, "" if self._provisional else text)
        if (shown.text or self._draft.text) and shown != self._draft:
            events.append(shown)
        self._draft = shown
