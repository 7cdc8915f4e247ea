"""Turns the hooks' calls into what the pipeline reads."""

from __future__ import annotations

from engine.capture.attentions import MOST_OF_AIM, Attentions, aim_of
from engine.capture.blocks import BlockStream
from engine.capture.hook_order import HookCall, Ordered, Piece
from engine.capture.reconcile import find_missing
from engine.capture.records import mapping
from engine.capture.shown_tools import prose_of
from engine.source import Remark, SourceEvent, TurnEnd, TurnStart

SOURCE = "hook"


class HookDecoder:
    """Calls in, in order; source events out.

    Hooks do not tell of Esc: the turn ends when the next one begins. A message without an end, followed by another
    one of the same turn, was tried again: what the second one repeats is left out.
    """

    def __init__(self) -> None:
        self._blocks = BlockStream("hook")
        self._attentions = Attentions(SOURCE)
        self._turn: str | None = None
        self._message = ""
        self._message_turn = ""
        self._is_complete = True
        self._last_turn = ""
        self._delivered: list[str] = []
        """What was displayed in this turn."""
        self._recovered = ""
        """What the last turn's final message had more."""

    def decode(self, item: Ordered, received_at: float) -> list[SourceEvent]:
        """What one call means; `received_at` is seconds of `time.monotonic()`."""
        if isinstance(item, Piece):
            return self._piece(item, received_at)
        name = item.get("hook_event_name")
        if name == "PermissionRequest":
            return self._permission(item, received_at)
        if item.get("agent_id"):
            return []
        match name:
            case "UserPromptSubmit":
                return [*self._attentions.end_all(received_at), *self._begin_turn(item, received_at)]
            case "Stop" | "StopFailure":
                recovered = self._recover(item, received_at) if name == "Stop" else []
                ended = self._end_turn(received_at, aborted=False)
                return [*self._attentions.progress(None, received_at), *recovered, *ended]
            case "Notification":
                message = str(item.get("message", ""))[:MOST_OF_AIM]
                return self._attentions.note(str(item.get("notification_type", "")), message, received_at)
        return []

    def _permission(self, call: HookCall, received_at: float) -> list[SourceEvent]:
        """A dialog has opened. A question and a plan are prose for the user."""
        tool, agent, arguments = str(call.get("tool_name", "")), call.get("agent_id"), mapping(call.get("tool_input"))
        events: list[SourceEvent] = []
        if agent is None:
            for prose in prose_of([{"name": tool, "input": arguments}]):
                events += self._blocks.add(prose, received_at, continues=False)
                events += self._blocks.end(received_at)
        asker = str(agent) if agent else None
        # Nobody tells of the end of a tool; but what is asked once more was answered before.
        events += self._attentions.tool_ended(tool, aim_of(arguments), asker, received_at)
        return [*events, *self._attentions.permission(tool, aim_of(arguments), asker, received_at)]

    def _piece(self, piece: Piece, received_at: float) -> list[SourceEvent]:
        events: list[SourceEvent] = []
        if self._turn is None and self._is_recovered(piece):
            return []
        if self._turn is None:
            # The call that began the turn was lost, or somebody's Stop hook made Claude go on.
            self._turn = piece.turn
            events.append(TurnStart(piece.turn, received_at))
        if piece.message != self._message:
            # The loop has gone on, so that nothing in it waits any more.
            events += self._attentions.progress(None, received_at)
            events += self._begin_message(piece, received_at)
        self._delivered.append(piece.text)
        events += self._blocks.text(0, "text", piece.text, received_at)
        if piece.is_final:
            self._is_complete = True
            events += self._blocks.end(received_at)
        return events

    def _begin_message(self, piece: Piece, received_at: float) -> list[SourceEvent]:
        events: list[SourceEvent] = []
        if not self._is_complete and self._message_turn == piece.turn:
            self._blocks.restart()
        else:
            events = self._blocks.end(received_at)
            self._blocks = BlockStream(f"hook/{piece.message}")
        self._message, self._message_turn, self._is_complete = piece.message, piece.turn, False
        return events

    def _begin_turn(self, call: HookCall, received_at: float) -> list[SourceEvent]:
        # A prompt that Claude takes up between two messages comes without a Stop too, but interrupts nothing.
        events = self._end_turn(received_at, aborted=not self._is_complete)
        self._turn = str(call.get("prompt_id", ""))
        if self._turn != self._last_turn:
            self._last_turn, self._delivered, self._recovered = self._turn, [], ""
        prompt = call.get("prompt")
        return [*events, TurnStart(self._turn, received_at, prompt if isinstance(prompt, str) else "")]

    def _recover(self, call: HookCall, received_at: float) -> list[SourceEvent]:
        """What of the turn's last message was not displayed: an answer that did not stream never is."""
        message = call.get("last_assistant_message")
        missing = find_missing(message, "\n\n".join(self._delivered)) if isinstance(message, str) else None
        if missing is None:
            return []
        self._recovered = missing.text
        what = f"{len(missing.text)} characters of Claude's answer were not displayed; its final text has them."
        events: list[SourceEvent] = [Remark("text_recovered", what, received_at)]
        return [*events, *self._blocks.add(missing.text, received_at, continues=missing.continues)]

    def _is_recovered(self, piece: Piece) -> bool:
        """Whether a piece that comes after the end of its turn was told at that end."""
        return bool(self._recovered) and "".join(piece.text.split()) in "".join(self._recovered.split())

    def _end_turn(self, received_at: float, *, aborted: bool) -> list[SourceEvent]:
        events = self._blocks.end(received_at)
        self._is_complete = True
        turn, self._turn = self._turn, None
        return events if turn is None else [*events, TurnEnd(turn, received_at, aborted)]
