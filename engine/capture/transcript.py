"""A session's transcript as Claude Code keeps it (`~/.claude/projects/…/<session>.jsonl`), as source events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.capture.json_lines import JsonLines
from engine.capture.prompts import for_person, is_typed
from engine.capture.records import Seen, mapping, prose
from engine.capture.shown_tools import prose_of_tools
from engine.source import BlockEnd, SessionChange, SessionChanged, SourceEvent, TextDelta, TurnEnd, TurnStart

SOURCE = "transcript"
_INTERRUPTED = "[Request interrupted by user"


class TranscriptDecoder:
    """Bytes in, in any pieces; source events out: each block of prose whole, once. Subagents are left out."""

    def __init__(self) -> None:
        self._lines = JsonLines()
        self._records = Seen()
        self._turn: str | None = None
        self._turns = 0
        self._unprompted_at = ""
        """The time of the text that began the latest turn, if its prompt has not come."""

    @property
    def broken(self) -> int:
        """Lines that were not a JSON object."""
        return self._lines.broken

    def feed(self, data: bytes, received_at: float) -> list[SourceEvent]:
        """What the lines that `data` completes mean."""
        return [event for line in self._lines.feed(data) for event in self.decode(line, received_at)]

    def finish(self, received_at: float) -> list[SourceEvent]:
        """The last line, and the end of the turn."""
        events = [event for line in self._lines.finish() for event in self.decode(line, received_at)]
        return events + self.end_turn(received_at)

    def decode(self, line: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        """What one line means; nothing when the same line was decoded before."""
        if line.get("isSidechain") is True:
            return []
        kind, message = line.get("type"), mapping(line.get("message"))
        if kind not in ("user", "assistant", "system") or not self._records.add(str(line.get("uuid") or line)):
            return []
        if kind == "system":
            return self._note(line.get("subtype"), received_at)
        if line.get("isMeta") is True:
            return []
        if line.get("isApiErrorMessage") is True:
            # Claude Code's own words; it has given up, and newer versions write no other end of the turn.
            return self.end_turn(received_at)
        return self._user(line, message, received_at) if kind == "user" else self._assistant(line, message, received_at)

    def end_turn(self, received_at: float, *, aborted: bool = False) -> list[SourceEvent]:
        """End the turn, if one has begun."""
        turn, self._turn = self._turn, None
        return [] if turn is None else [TurnEnd(turn, received_at, aborted)]

    def forget(self) -> None:
        """Another conversation follows, which may be one that was read before."""
        self._records = Seen()

    def _note(self, subtype: object, received_at: float) -> list[SourceEvent]:
        """Claude Code's own notes. A conversation may be compacted in the middle of a turn, which goes on."""
        if subtype == "compact_boundary":
            return [SessionChanged(SessionChange.COMPACTED, received_at)]
        return self.end_turn(received_at) if subtype == "turn_duration" else []

    def _user(self, line: Mapping[str, Any], message: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        """Results of tools come as the user's words too, but without text; so does the note about Esc."""
        prompt = "\n".join(text for _, text in prose(message.get("content")))
        if prompt.startswith(_INTERRUPTED):
            return self.end_turn(received_at, aborted=True)
        prompt = for_person(prompt)
        # A command of Claude Code's own may be followed by no answer; one that is begins a turn with its first text.
        if not prompt or not is_typed(prompt) or str(line.get("timestamp") or "~") < self._unprompted_at:
            # Older versions may write the first prompt of a conversation after a quick answer to it.
            return []
        return self._begin_turn(prompt, received_at)

    def _assistant(self, line: Mapping[str, Any], message: Mapping[str, Any], received_at: float) -> list[SourceEvent]:
        events: list[SourceEvent] = []
        content = message.get("content")
        said = [*prose(content, line.get("thinkingDisplay")), *prose_of_tools(content)]
        for index, text in said:
            if self._turn is None:
                events += self._begin_turn("", received_at)
                self._unprompted_at = str(line.get("timestamp") or "")
            name = f"{line.get('uuid') or message.get('id')}/{index}"
            events += [TextDelta(name, text, received_at), BlockEnd(name, received_at)]
        return events

    def _begin_turn(self, prompt: str, received_at: float) -> list[SourceEvent]:
        events = self.end_turn(received_at)
        self._turns += 1
        self._turn = f"turn-{self._turns}"
        self._unprompted_at = ""
        return [*events, TurnStart(self._turn, received_at, prompt)]
