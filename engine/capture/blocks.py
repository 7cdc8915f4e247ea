"""The blocks of one response as they stream; a response that starts again is heard once."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.capture.resume import resume_point
from engine.source import BlockEnd, SourceEvent, TextDelta


@dataclass(slots=True)
class _Block:
    name: str
    kind: str
    pieces: list[str] = field(default_factory=list)
    """What was passed on."""
    old: str | None = None
    """While the text is being repeated: all that was passed on before."""
    position: int = 0
    """How much of `old` was repeated."""


@dataclass(slots=True)
class BlockStream:
    """Names the blocks of one response, ends one when the next begins, and hides what a retry repeats."""

    name: str
    """What block names begin with: turn and step, or message."""
    has_text: bool = False
    """True once any text has come."""
    _blocks: dict[int, _Block] = field(default_factory=dict)
    _open: _Block | None = None
    _last_index: int = -1
    _edge: bool = False
    _names: int = 0

    @property
    def is_open(self) -> bool:
        """True while a block has text and no end."""
        return self._open is not None

    def edge(self) -> None:
        """Note a block's edge or a retry: text of the same block after it is a repetition."""
        self._edge = True

    def restart(self) -> None:
        """The whole response starts again."""
        self._edge = True
        self._last_index = max(self._blocks, default=-1)

    def text(
        self, index: int, kind: str, text: str, received_at: float, sent_at: float | None = None
    ) -> list[SourceEvent]:
        """Take the next characters of block `index`; `kind` tells apart blocks that share an index."""
        self.has_text = self.has_text or text != ""
        if index < self._last_index or (index == self._last_index and self._edge):
            self._repeat_from(index)
        self._edge, self._last_index = False, index
        block = self._blocks.get(index)
        events: list[SourceEvent] = []
        if block is None or block.kind != kind:
            self._forget_from(index)
            block = self._new_block(index, kind)
        elif block.old is not None:
            text, continues = _without_repetition(block, text)
            if text and not (continues and block is self._open):
                self._forget_from(index)
                block = self._new_block(index, kind)
        if not text:
            return events
        if self._open is not block:
            events += self.end(received_at)
            self._open = block
        block.pieces.append(text)
        events.append(TextDelta(block.name, text, received_at, sent_at))
        return events

    def add(self, text: str, received_at: float, *, continues: bool) -> list[SourceEvent]:
        """Take text that did not come as a piece of a block: the open block's next, or a block of its own."""
        if continues and self._open is not None:
            self._open.pieces.append(text)
            return [TextDelta(self._open.name, text, received_at)]
        events = self.end(received_at)
        self._names += 1
        self._open = _Block(f"{self.name}/added/{self._names}", "added", [text])
        return [*events, TextDelta(self._open.name, text, received_at)]

    def end(self, received_at: float) -> list[SourceEvent]:
        """End the open block, if there is one."""
        block, self._open = self._open, None
        return [BlockEnd(block.name, received_at)] if block else []

    def _repeat_from(self, index: int) -> None:
        for other, block in self._blocks.items():
            if other >= index:
                block.old, block.position = "".join(block.pieces), 0

    def _forget_from(self, index: int) -> None:
        """What follows is new: a different answer has begun, or the block's first."""
        for other in [other for other in self._blocks if other >= index]:
            del self._blocks[other]

    def _new_block(self, index: int, kind: str) -> _Block:
        self._names += 1
        block = _Block(f"{self.name}/{index}/{kind}/{self._names}", kind)
        self._blocks[index] = block
        return block


def _without_repetition(block: _Block, text: str) -> tuple[str, bool]:
    """Return what of `text` is new, and whether it continues the old text (else it is a different one)."""
    old = block.old or ""
    same = _common_length(old[block.position : block.position + len(text)], text)
    block.position += same
    if block.position == len(old):
        block.old = None
        return text[same:], True
    if same == len(text):
        return "", True
    return old[resume_point(old[: block.position]) : block.position] + text[same:], False


def _common_length(first: str, second: str) -> int:
    for length, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return length
    return min(len(first), len(second))
