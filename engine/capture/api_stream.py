"""The streaming events of the Messages API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.capture.blocks import BlockStream
from engine.capture.records import PROSE_DISPLAY, Seen, mapping
from engine.source import SourceEvent


class ApiStream:
    """Follows one message after the other; knows which were streamed."""

    def __init__(self) -> None:
        self._messages = 0
        self._blocks = BlockStream("message-0")
        self._is_complete = True
        self.streamed = Seen()
        """Ids of the messages whose text came in pieces: their whole records say nothing new."""
        self.wants_tool = False
        """True when the last message stopped to call a tool."""

    def take(self, event: Mapping[str, Any], received_at: float, display: object = None) -> list[SourceEvent]:
        """What one event means; `display` says how the CLI shows thinking. Unknown kinds mean nothing."""
        match event.get("type"):
            case "message_start":
                return self._start(mapping(event.get("message")), received_at)
            case "content_block_delta":
                return self._delta(event, received_at, display)
            case "content_block_stop":
                return self._blocks.end(received_at)
            case "message_delta":
                self.wants_tool = mapping(event.get("delta")).get("stop_reason") == "tool_use"
            case "message_stop":
                self._is_complete = True
                return self._blocks.end(received_at)
        return []

    def whole_block(self, index: int, text: str, received_at: float) -> list[SourceEvent]:
        """A block that was not streamed, as one of its own."""
        events = self._next(received_at)
        return [*events, *self._blocks.text(index, "text", text, received_at), *self._blocks.end(received_at)]

    def end(self, received_at: float) -> list[SourceEvent]:
        """End what is open; what comes next says nothing again."""
        self._is_complete = True
        return self._blocks.end(received_at)

    def _start(self, message: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        self.wants_tool = False
        if "id" in message:
            self.streamed.add(message["id"])
        if not self._is_complete:
            # The last message broke off, so this one says it again from the beginning.
            self._blocks.restart()
            return []
        self._is_complete = False
        return self._next(received_at)

    def _next(self, received_at: float) -> list[SourceEvent]:
        events = self._blocks.end(received_at)
        self._messages += 1
        self._blocks = BlockStream(f"message-{self._messages}")
        return events

    def _delta(self, event: Mapping[str, Any], received_at: float, display: object) -> list[SourceEvent]:
        delta, index = mapping(event.get("delta")), event.get("index")
        kind = {"text_delta": "text", "thinking_delta": "thinking"}.get(str(delta.get("type")))
        if kind is None or not isinstance(index, int) or (kind == "thinking" and display != PROSE_DISPLAY):
            return []
        text = delta.get(kind)
        return self._blocks.text(index, kind, text, received_at) if isinstance(text, str) else []
