"""What a scripted answer of the loopback Messages API is made of, and how it looks on the wire."""

from __future__ import annotations

import base64
import json
import random
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Text:
    """A block of text, sent in small pieces."""

    text: str
    delay_s: float = 0.03
    """Wait after each piece."""
    sizes: tuple[int, int] = (3, 14)
    """Fewest and most characters of a piece."""
    ping_after: int | None = None
    """Send a `ping` after so many pieces, as the real API does in the middle of a block."""


@dataclass(frozen=True)
class Narration(Text):
    """Prose between tool calls, which arrives as a `thinking` block."""


@dataclass(frozen=True)
class Reasoning:
    """Real reasoning: a `thinking` block without text."""


@dataclass(frozen=True)
class ToolUse:
    """A call of one of Claude's tools."""

    name: str
    input: Mapping[str, Any]


@dataclass(frozen=True)
class Pause:
    """Nothing for a while."""

    seconds: float


@dataclass(frozen=True)
class Hold:
    """Nothing until a test says so."""

    released: threading.Event


@dataclass(frozen=True)
class Drop:
    """The connection breaks here."""


@dataclass(frozen=True)
class Refuse:
    """Instead of an answer: an HTTP error."""

    status: int = 529
    kind: str = "overloaded_error"
    message: str = "Overloaded"


Part = Text | Reasoning | ToolUse | Pause | Hold | Drop
Answer = Sequence[Part] | Refuse


@dataclass(frozen=True)
class Frame:
    """One server-sent event and what to do around it."""

    type: str
    body: Mapping[str, Any]
    text: str = ""
    """The characters a person may hear, if it carries any."""
    block: int = 0
    wait_s: float = 0.0
    """Wait this long after sending it."""
    held_by: threading.Event | None = None
    """Wait for this after sending it."""

    def encode(self) -> bytes:
        """The bytes on the wire."""
        data = json.dumps({"type": self.type, **self.body}, ensure_ascii=False)
        return f"event: {self.type}\ndata: {data}\n\n".encode()


@dataclass
class Framer:
    """Turns an answer into frames; `None` in the stream stands for a broken connection."""

    model: str
    message_id: str = field(default_factory=lambda: "msg_" + uuid.uuid4().hex[:24])
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def frames(self, answer: Sequence[Part]) -> Iterator[Frame | None]:
        """The frames of one message, from `message_start` to `message_stop`."""
        yield Frame("message_start", {"message": self.message([])})
        yield Frame("ping", {})
        index = 0
        for part in answer:
            if isinstance(part, Drop):
                yield None
                return
            if isinstance(part, Pause):
                yield Frame("ping", {}, wait_s=part.seconds)
                continue
            if isinstance(part, Hold):
                yield Frame("ping", {}, held_by=part.released)
                continue
            yield from self._block(index, part)
            index += 1
        reason = stop_reason(answer)
        yield Frame(
            "message_delta", {"delta": {"stop_reason": reason, "stop_sequence": None}, "usage": {"output_tokens": 200}}
        )
        yield Frame("message_stop", {})

    def message(self, content: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """A message object, as `message_start` and unstreamed answers carry it."""
        return {
            "id": self.message_id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": list(content),
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {
                "input_tokens": 100,
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
                "output_tokens": 1,
                "service_tier": "standard",
            },
        }

    def _block(self, index: int, part: Text | Reasoning | ToolUse) -> Iterator[Frame]:
        yield Frame("content_block_start", {"index": index, "content_block": _opening(part)})
        if isinstance(part, Text):
            yield from self._text(index, part)
        elif isinstance(part, ToolUse):
            for piece in self._pieces(json.dumps(part.input), (20, 20)):
                yield _delta(index, {"type": "input_json_delta", "partial_json": piece}, wait_s=0.01)
        if isinstance(part, Reasoning | Narration):
            kind = "narration" if isinstance(part, Narration) else "thinking"
            yield _delta(index, {"type": "signature_delta", "signature": _signature(kind)})
        yield Frame("content_block_stop", {"index": index})

    def _text(self, index: int, part: Text) -> Iterator[Frame]:
        key = "thinking" if isinstance(part, Narration) else "text"
        for count, piece in enumerate(self._pieces(part.text, part.sizes), start=1):
            yield _delta(index, {"type": f"{key}_delta", key: piece}, text=piece, wait_s=part.delay_s)
            if count == part.ping_after:
                yield Frame("ping", {})

    def _pieces(self, text: str, sizes: tuple[int, int]) -> Iterator[str]:
        start = 0
        while start < len(text):
            end = start + self.chance.randint(*sizes)
            yield text[start:end]
            start = end


def content(answer: Sequence[Part]) -> list[dict[str, Any]]:
    """The same answer as the content of an unstreamed message."""
    blocks: list[dict[str, Any]] = []
    for part in answer:
        if isinstance(part, Text):
            blocks.append({"type": "text", "text": part.text})
        elif isinstance(part, ToolUse):
            blocks.append(_opening(part) | {"input": dict(part.input)})
    return blocks


def stop_reason(answer: Sequence[Part]) -> str:
    """Why the message ends."""
    return "tool_use" if any(isinstance(part, ToolUse) for part in answer) else "end_turn"


def _opening(part: Text | Reasoning | ToolUse) -> dict[str, Any]:
    if isinstance(part, ToolUse):
        return {"type": "tool_use", "id": "toolu_" + uuid.uuid4().hex[:24], "name": part.name, "input": {}}
    if isinstance(part, Reasoning | Narration):
        return {"type": "thinking", "thinking": "", "signature": ""}
    return {"type": "text", "text": ""}


def _delta(index: int, delta: Mapping[str, Any], *, text: str = "", wait_s: float = 0.0) -> Frame:
    return Frame("content_block_delta", {"index": index, "delta": delta}, text=text, block=index, wait_s=wait_s)


def _signature(kind: str) -> str:
    """A signature whose inner protobuf field names the kind of thinking, which is how the CLI tells narration."""

    def field_of(number: int, value: bytes) -> bytes:
        return bytes([(number << 3) | 2, len(value)]) + value

    return base64.b64encode(field_of(2, field_of(1, field_of(8, kind.encode())))).decode()
