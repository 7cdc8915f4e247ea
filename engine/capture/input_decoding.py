"""Bytes of an input of unknown kind, as source events: the decoder is found as soon as the first bytes tell it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from engine.capture.detect import InputKind, detect
from engine.capture.plain import PlainDecoder
from engine.capture.stream_json import StreamJsonDecoder
from engine.capture.transcript import TranscriptDecoder
from engine.source import SourceEvent, SourceStatus

OnSourceEvent = Callable[[SourceEvent], None]


class InputDecoder(Protocol):
    """Bytes in, in any pieces; source events out."""

    def feed(self, data: bytes, received_at: float) -> list[SourceEvent]:
        """What `data` adds."""
        ...

    def finish(self, received_at: float) -> list[SourceEvent]:
        """What is left at the end of the input. More may be fed after it: another input of the same kind."""
        ...


def decoder_for(kind: InputKind) -> InputDecoder:
    """A fresh decoder."""
    match kind:
        case InputKind.TEXT:
            return PlainDecoder()
        case InputKind.STREAM_JSON:
            return StreamJsonDecoder()
        case InputKind.TRANSCRIPT:
            return TranscriptDecoder()


class InputDecoding:
    """Finds the decoder and passes on what it says. `kind` None: the first bytes tell it."""

    def __init__(self, kind: InputKind | None, on_event: OnSourceEvent, clock: Callable[[], float]) -> None:
        self._on_event = on_event
        self._clock = clock
        self._start = b""
        self._decoder: InputDecoder | None = None
        self.kind = InputKind.TEXT
        """what it was taken for; text until it is known"""
        if kind is not None:
            self._begin(kind)

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._decoder is not None:
            self._tell(self._decoder.feed(data, self._clock()))
            return
        self._start += data
        kind = detect(self._start)
        if kind is not None:
            self._begin(kind)

    def start_again(self) -> None:
        """The input begins anew: what was open is over. What has an id and was said before is not said again."""
        self._start = b""
        if self._decoder is not None:
            self._tell(self._decoder.finish(self._clock()))

    def finish(self) -> None:
        """The input has ended."""
        decoder = self._decoder or self._begin(detect(self._start, is_all=True) or InputKind.TEXT)
        self._tell(decoder.finish(self._clock()))
        broken = getattr(decoder, "broken", 0)
        detail = f"The input has ended; {broken} lines could not be read." if broken else "The input has ended."
        self._on_event(SourceStatus(self.kind.value, False, detail))

    def _begin(self, kind: InputKind) -> InputDecoder:
        self.kind = kind
        self._decoder = decoder_for(kind)
        self._on_event(SourceStatus(kind.value, True))
        self._tell(self._decoder.feed(self._start, self._clock()))
        return self._decoder

    def _tell(self, events: list[SourceEvent]) -> None:
        for event in events:
            self._on_event(event)
