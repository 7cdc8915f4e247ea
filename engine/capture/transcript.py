"""A session's transcript as Claude Code keeps it (`~/.claude/projects/…/<session>.jsonl`), as source events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.capture.json_lines import JsonLines
from engine.capture.records import Seen, mapping, prose
from engine.source import BlockEnd, SourceEvent, TextDelta, TurnEnd, TurnStart

SOURCE = "transcript"


class TranscriptDecoder:
    """Bytes in, in any pieces; source events out: each block of prose whole, once. Subagents are left out."""

    def __init__(self) -> None:
        self._lines = JsonLines()
        self._records = Seen()
        self._turn: str | None = None
        self._turns = 0

    @property
    def broken(self) -> int:
        """Lines that were not a JSON object."""
        return self._lines.broken

    def feed(self, data: bytes, received_at: float) -> list[SourceEvent]:
        """What the lines that `data` completes mean."""
        return [event for line in self._lines.feed(data) for event in self._line(line, received_at)]

    def finish(self, received_at: float) -> list[SourceEvent]:
        """The last line, and the end of the turn."""
        events = [event for line in self._lines.finish() for event in self._line(line, received_at)]
        return events + self._end_turn(received_at)

    def _line(self, line: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        if line.get("isSidechain") is True or line.get("isMeta") is True:
            return []
        kind, message = line.get("type"), mapping(line.get("message"))
        if kind == "user":
            return self._user(message, received_at)
        if kind == "assistant" and self._records.add(line.get("uuid") or str(message)):
            return self._assistant(line, message, received_at)
        return []

    def _user(self, message: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        """Results of tools come as the user's words too, but without text."""
        prompt = "\n".join(text for _, text in prose(message.get("content")))
        return self._begin_turn(prompt, received_at) if prompt else []

    def _assistant(self, line: Mapping[str, Any], message: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        events: list[SourceEvent] = []
        for index, text in prose(message.get("content"), line.get("thinkingDisplay")):
            if self._turn is None:
                events += self._begin_turn("", received_at)
            name = f"{line.get('uuid') or message.get('id')}/{index}"
            events += [TextDelta(name, text, received_at), BlockEnd(name, received_at)]
        return events

    def _begin_turn(self, prompt: str, received_at: float) -> list[SourceEvent]:
        events = self._end_turn(received_at)
        self._turns += 1
        self._turn = f"turn-{self._turns}"
        return [*events, TurnStart(self._turn, received_at, prompt)]

    def _end_turn(self, received_at: float) -> list[SourceEvent]:
        turn, self._turn = self._turn, None
        return [] if turn is None else [TurnEnd(turn, received_at)]
