"""Markdown as it arrives."""

from __future__ import annotations

import codecs

from engine.source import BlockEnd, SourceEvent, TextDelta, TurnEnd, TurnStart

SOURCE = "text"
BLOCK = "text"


class PlainDecoder:
    """Bytes of UTF-8 in, in any pieces; one block of text out. Bytes that are no UTF-8 become U+FFFD."""

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._carriage_return = False
        self._started = False

    def feed(self, data: bytes, received_at: float) -> list[SourceEvent]:
        """The characters that `data` completes."""
        return self._text(self._utf8.decode(data), received_at)

    def finish(self, received_at: float) -> list[SourceEvent]:
        """What is left, and the end of the block."""
        events = self._text(self._utf8.decode(b"", final=True), received_at, final=True)
        if self._started:
            events += [BlockEnd(BLOCK, received_at), TurnEnd(BLOCK, received_at)]
        return events

    def _text(self, text: str, received_at: float, *, final: bool = False) -> list[SourceEvent]:
        text = self._line_ends(text, final=final)
        if not text:
            return []
        start: list[SourceEvent] = [] if self._started else [TurnStart(BLOCK, received_at)]
        self._started = True
        return [*start, TextDelta(BLOCK, text, received_at)]

    def _line_ends(self, text: str, *, final: bool) -> str:
        """Make CR LF and CR into LF; a CR at the end waits, as its LF may be in the next piece."""
        text = "\r" * self._carriage_return + text
        self._carriage_return = text.endswith("\r") and not final
        if self._carriage_return:
            text = text[:-1]
        return text.replace("\r\n", "\n").replace("\r", "\n")
