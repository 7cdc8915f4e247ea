"""Puts the calls of Claude Code's hooks in order, once each: up to three are on their way at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.capture.records import Seen

HookCall = Mapping[str, Any]
MOST_PIECES = 1024
"""Pieces of one message that are held back behind a gap."""
MOST_ENTRIES = 64
"""Messages and other calls that wait for an earlier message; more than this and it is given up at once."""
_DIALOGS = ("PermissionRequest", "Notification")


@dataclass(frozen=True, slots=True)
class Piece:
    """The next lines of one message."""

    turn: str
    message: str
    text: str
    is_final: bool


@dataclass(slots=True)
class _Message:
    turn: str
    name: str
    next_index: int = 0
    waiting: dict[int, Piece] = field(default_factory=dict)
    is_complete: bool = False


Ordered = Piece | HookCall


class HookOrder:
    """A message's pieces go by their index. What was called after a message waits for its end, or for `give_up`."""

    def __init__(self) -> None:
        self._entries: list[_Message | HookCall] = []
        self._done = Seen()
        self.lost = 0
        """Pieces that never came."""
        self.duplicates = 0
        self.ignored = 0
        """Calls that were not understood."""

    @property
    def is_waiting(self) -> bool:
        """True while something is held back."""
        head = self._entries[0] if self._entries else None
        return isinstance(head, _Message) and (bool(head.waiting) or len(self._entries) > 1)

    def push(self, call: HookCall) -> list[Ordered]:
        """Take a call; return what is due, in order."""
        if call.get("hook_event_name") != "MessageDisplay":
            self._entries.append(call)
        else:
            self._push_piece(call)
        ready = self._ready()
        if len(self._entries) > MOST_ENTRIES:
            ready += self.give_up()
        return ready

    def give_up(self) -> list[Ordered]:
        """Stop waiting for what is missing; return everything held back, in order."""
        given: list[Ordered] = []
        while self.is_waiting:
            head = self._entries[0]
            if isinstance(head, _Message) and head.waiting:
                first = min(head.waiting)
                self.lost += first - head.next_index
                head.next_index = first
            elif not isinstance(second := self._entries[1], _Message) and second.get("hook_event_name") in _DIALOGS:
                # A dialog opens before the end of the message whose tool asks.
                given.append(second)
                del self._entries[1]
            elif isinstance(head, _Message):
                # It was interrupted, or its connection broke: it has no end.
                self._done.add(head.name)
                del self._entries[0]
            given += self._ready()
        return given

    def _push_piece(self, call: HookCall) -> None:
        index, name, text = call.get("index"), call.get("message_id"), call.get("delta")
        if not (isinstance(index, int) and index >= 0 and isinstance(name, str) and isinstance(text, str)):
            self.ignored += 1
            return
        if name in self._done:
            self.duplicates += 1
            return
        message = self._message(name, str(call.get("turn_id", "")))
        if index < message.next_index or index in message.waiting or len(message.waiting) >= MOST_PIECES:
            self.duplicates += 1
            return
        message.waiting[index] = Piece(message.turn, name, text, call.get("final") is True)

    def _message(self, name: str, turn: str) -> _Message:
        for entry in self._entries:
            if isinstance(entry, _Message) and entry.name == name:
                return entry
        message = _Message(turn, name)
        self._entries.append(message)
        return message

    def _ready(self) -> list[Ordered]:
        ready: list[Ordered] = []
        while self._entries:
            head = self._entries[0]
            if isinstance(head, _Message):
                ready += self._advance(head)
                if not head.is_complete:
                    break
                self._done.add(head.name)
            else:
                ready.append(head)
            del self._entries[0]
        return ready

    def _advance(self, message: _Message) -> list[Piece]:
        pieces: list[Piece] = []
        while not message.is_complete and (piece := message.waiting.pop(message.next_index, None)) is not None:
            pieces.append(piece)
            message.next_index += 1
            message.is_complete = piece.is_final
        return pieces
