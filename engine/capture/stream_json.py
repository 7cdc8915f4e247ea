"""Claude's `stream-json` lines, bare events of the API, and whole messages, as source events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.capture.api_stream import ApiStream
from engine.capture.json_lines import JsonLines
from engine.capture.records import Seen, mapping, prose
from engine.source import SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart

SOURCE = "stream-json"


class StreamJsonDecoder:
    """Bytes in, in any pieces; source events out. Subagents are left out, and no block is read twice."""

    def __init__(self) -> None:
        self._lines = JsonLines()
        self._api = ApiStream()
        self._records = Seen()
        self._turns = 0
        self._in_turn = False
        self._has_text = False

    @property
    def broken(self) -> int:
        """Lines that were not a JSON object."""
        return self._lines.broken

    def feed(self, data: bytes, received_at: float) -> list[SourceEvent]:
        """What the lines that `data` completes mean."""
        return [event for line in self._lines.feed(data) for event in self._line(line, received_at)]

    def finish(self, received_at: float) -> list[SourceEvent]:
        """The last line, and the end of what is open."""
        events = [event for line in self._lines.finish() for event in self._line(line, received_at)]
        return events + self._end_turn(received_at)

    def _line(self, line: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        kind = line.get("type")
        if kind == "stream_event":
            return self._stream_event(line, received_at)
        if kind == "system" and line.get("subtype") == "init":
            return self._begin_turn(received_at)
        if kind == "assistant":
            return self._assistant(line, received_at)
        if kind == "result":
            return self._result(line, received_at)
        if kind == "error":
            return [SourceStatus(SOURCE, True, str(mapping(line.get("error")).get("message", "unknown error")))]
        if kind in (None, "message"):
            return self._message(line, received_at)
        return self._bare_event(line, received_at)

    def _stream_event(self, line: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        if line.get("parent_tool_use_id") is not None:
            return []
        return self._api_event(mapping(line.get("event")), received_at, line.get("thinking_display"))

    def _bare_event(self, line: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        events = self._api_event(line, received_at)
        if line.get("type") == "message_stop" and not self._api.wants_tool:
            # Bare events have no `result` line: the message that calls no tool is the turn's last.
            events += self._end_turn(received_at)
        return events

    def _api_event(self, event: Mapping[str, Any], received_at: float, display: object = None) -> list[SourceEvent]:
        events = self._api.take(event, received_at, display)
        if any(isinstance(event, TextDelta) for event in events):
            return self._begin_turn_if_needed(received_at) + events
        return events

    def _assistant(self, line: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        message = mapping(line.get("message"))
        if line.get("parent_tool_use_id") is not None or message.get("id") in self._api.streamed:
            return []
        if not self._records.add(line.get("uuid") or str(message)):
            return []
        return self._whole(message, received_at, line.get("thinking_display"))

    def _message(self, line: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        if line.get("role", "assistant") != "assistant":
            return []
        return self._whole(line, received_at, None)

    def _whole(self, message: Mapping[str, Any], received_at: float, display: object) -> list[SourceEvent]:
        events: list[SourceEvent] = []
        for index, text in prose(message.get("content"), display):
            events += self._begin_turn_if_needed(received_at)
            events += self._api.whole_block(index, text, received_at)
        return events

    def _result(self, line: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        failed = line.get("is_error") is True
        events: list[SourceEvent] = []
        result = line.get("result")
        if isinstance(result, str) and result and not failed and not self._has_text and not self._turns_done:
            # `--output-format json` has nothing but this line.
            events += self._whole({"content": result}, received_at, None)
        return events + self._end_turn(received_at, aborted=failed)

    @property
    def _turns_done(self) -> bool:
        """True between turns: a second `result` line repeats what was read."""
        return self._turns > 0 and not self._in_turn

    def _begin_turn(self, received_at: float) -> list[SourceEvent]:
        events = self._end_turn(received_at) if self._in_turn else []
        self._turns += 1
        self._in_turn, self._has_text = True, False
        return [*events, TurnStart(f"turn-{self._turns}", received_at)]

    def _begin_turn_if_needed(self, received_at: float) -> list[SourceEvent]:
        events = [] if self._in_turn else self._begin_turn(received_at)
        self._has_text = True
        return events

    def _end_turn(self, received_at: float, *, aborted: bool = False) -> list[SourceEvent]:
        events = self._api.end(received_at)
        if self._in_turn:
            events.append(TurnEnd(f"turn-{self._turns}", received_at, aborted))
        self._in_turn = False
        return events
