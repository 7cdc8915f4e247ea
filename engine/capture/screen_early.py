"""Two views of the same text made one: the screen is early, the transcript is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.capture.screen import SOURCE, ScreenText
from engine.capture.screen_said import ALIKE, agreement, seen_words, unsaid
from engine.capture.screen_words import words
from engine.source import (
    Attention,
    AttentionEnd,
    BlockEnd,
    OldText,
    SessionChanged,
    SourceEvent,
    SourceStatus,
    TextDelta,
    TurnEnd,
    TurnStart,
)

PATIENCE_S = 2.5
"""A block that ended on the screen so long ago and is not in the transcript is given as the screen shows it."""
MEMORY_S = 5.0
"""The screen shows a block at most so long after the transcript has it."""
TURN_PATIENCE_S = 0.5
"""Text under a prompt that the transcript does not have yet waits so long for it."""
MOST_SHOWN = 50
"""Blocks that are remembered without the transcript having them."""
_START_WORDS = 12
_FEW_WORDS = 4

OnSourceEvent = Callable[[SourceEvent], None]


@dataclass(slots=True)
class _Shown:
    """A block on the screen that the transcript does not have yet."""

    name: str
    words: list[str] = field(default_factory=list)
    waiting: list[ScreenText] = field(default_factory=list)
    """Texts that were not said."""
    said: list[str] = field(default_factory=list)
    """The words that were said."""
    ended_at: float | None = None
    is_given_up: bool = False
    is_of_next_turn: bool = False
    """It stands under a prompt that the transcript does not have yet."""


class EarlyText:
    """Says certain sentences from the screen and all the rest from the transcript: each once, in order.

    Only the first block that the transcript lacks is said early, and only up to the first thing whose text the screen
    does not show as Claude wrote it (code, tables). While there is no transcript, the screen is all there is.
    """

    def __init__(self, on_event: OnSourceEvent) -> None:
        self._on_event = on_event
        self._has_transcript = False
        self._shown: list[_Shown] = []
        self._confirmed: dict[str, None] = {}
        self._ahead: list[tuple[float, list[str]]] = []
        self._told_turn: TurnStart | None = None
        self._has_turns = False
        """The transcript has told of one."""
        self._next_turn: TurnStart | None = None
        """The screen shows this prompt, and the transcript does not have it yet."""
        self._last_prompt: str | None = None
        """The transcript has this prompt, and the screen did not show it yet."""
        self._turn_names: dict[str, str] = {}

    def take_screen_text(self, text: ScreenText) -> None:
        """The screen shows more text."""
        if text.block in self._confirmed:
            return
        block = self._block(text.block)
        block.words += [key for key, _, _ in words(text.text)]
        block.waiting.append(text)
        if self._is_ahead(block, text.received_at):
            self._confirm(block)
            return
        self._say_early()

    def take_screen(self, event: SourceEvent) -> None:
        """The screen shows the end of a block, the beginning or end of a turn, or a dialog."""
        match event:
            case BlockEnd():
                self._end_shown(event)
            case TurnStart() if self._has_transcript:
                if self._last_prompt is None or not _same_words(event.prompt, self._last_prompt):
                    self._next_turn = event
                self._last_prompt = None
            case TurnStart() | TurnEnd() if not self._has_transcript:
                self._told_turn = event if isinstance(event, TurnStart) else None
                self._on_event(event)
            case SourceStatus() | Attention() | AttentionEnd():
                self._on_event(event)

    def take_transcript(self, event: SourceEvent) -> None:
        """The transcript has a whole block, the beginning or end of a turn, or another conversation."""
        match event:
            case TextDelta():
                self._take_block(event)
            case TurnStart():
                self._begin_turn(event)
            case TurnEnd():
                self._end_turn(event)
            case SourceStatus():
                self._has_transcript = event.connected
                self._next_turn = None
                if event.detail:
                    # The screen goes on without it.
                    self._on_event(SourceStatus(SOURCE, True, event.detail))
                self._say_early()
            case OldText():
                self._pass_over(event)
                self._on_event(event)
            case SessionChanged():
                self._on_event(event)

    @property
    def due_at(self) -> float | None:
        """When patience ends, so that `tick` has something to do; None while nothing is waited for."""
        head = self._head()
        ends = []
        if self._next_turn is not None:
            ends.append(self._next_turn.received_at + TURN_PATIENCE_S)
        if head is not None and head.ended_at is not None:
            ends.append(head.ended_at + PATIENCE_S)
        return min(ends, default=None)

    def tick(self, now: float) -> None:
        """Let time pass: what the transcript does not bring is given as the screen shows it."""
        if self._next_turn is not None and now - self._next_turn.received_at >= TURN_PATIENCE_S:
            turn, self._next_turn = self._next_turn, None
            if not self._has_turns and any(block.waiting for block in self._shown):
                # A new transcript may get its first prompt with the answer, or after it.
                self._tell_shown_turn(turn)
            self._say_early()
        head = self._head()
        if head is not None and head.ended_at is not None and now - head.ended_at >= PATIENCE_S:
            self._give_up(head, now)
            self._say_early()

    def _tell_shown_turn(self, turn: TurnStart) -> None:
        self._told_turn = turn
        self._on_event(turn)
        for block in self._shown:
            block.is_of_next_turn = False

    def flush(self, now: float) -> None:
        """There will be no more: give all that the screen showed and nobody said."""
        while (head := self._head()) is not None:
            self._give_up(head, now)

    def _give_up(self, block: _Shown, now: float) -> None:
        while block.waiting:
            self._say_one(block)
        block.is_given_up = True
        self._on_event(BlockEnd(block.name, now))

    def _block(self, name: str) -> _Shown:
        for block in self._shown:
            if block.name == name:
                return block
        self._shown.append(_Shown(name, is_of_next_turn=self._next_turn is not None))
        return self._shown[-1]

    def _head(self) -> _Shown | None:
        """The block that may be said: the first one that the transcript lacks."""
        return next((block for block in self._shown if not block.is_given_up), None)

    def _say_early(self) -> None:
        head = self._head()
        if head is None or self._next_turn is not None:
            return
        while head.waiting and (head.waiting[0].is_exact or not self._has_transcript):
            self._say_one(head)
        if not self._has_transcript and head.ended_at is not None:
            head.is_given_up = True
            self._on_event(BlockEnd(head.name, head.ended_at))
            self._say_early()

    def _say_one(self, block: _Shown) -> None:
        text = block.waiting.pop(0)
        block.said += [key for key, _, _ in words(text.text)]
        self._on_event(TextDelta(block.name, text.text, text.received_at))

    def _end_shown(self, event: BlockEnd) -> None:
        for block in self._shown:
            if block.name == event.block and block.ended_at is None:
                block.ended_at = event.received_at
        if not self._has_transcript:
            self._say_early()

    def _take_block(self, event: TextDelta) -> None:
        written = [key for key, _, _ in seen_words(event.text)]
        block = self._find_shown(event.text, written)
        if block is None or not _begins_alike(block.words, written):
            # The screen may show it yet.
            self._ahead.append((event.received_at, written))
        if block is None:
            self._tell(event.block, event.text, event)
        else:
            is_open = bool(block.said) and not block.is_given_up
            self._tell(block.name if is_open else event.block, unsaid(event.text, block.said), event, is_open=is_open)
            self._confirm(block)

    def _pass_over(self, old: OldText) -> None:
        """The screen shows this too, or will in a moment: it was said before."""
        self._has_turns = True
        written = [key for key, _, _ in seen_words(old.text)]
        if old.is_prompt or not written:
            return
        block = self._find_shown(old.text, written)
        if block is None:
            self._ahead.append((old.received_at, written))
        else:
            self._confirm(block)

    def _tell(self, name: str, text: str, event: TextDelta, *, is_open: bool = False) -> None:
        if text:
            self._on_event(TextDelta(name, text, event.received_at, event.sent_at))
        if text or is_open:
            self._on_event(BlockEnd(name, event.received_at))

    def _find_shown(self, text: str, written: list[str]) -> _Shown | None:
        """The block on the screen that is the one with these words: one that begins alike, else one much like it."""
        for block in self._shown:
            if block.words and _begins_alike(block.words, written):
                return block
        for block in self._shown:
            if len(block.words) >= _FEW_WORDS and agreement(block.words, written) >= ALIKE:
                return block
        # A few words may stand in any text, but as a sentence of their own they count.
        first = next(iter(self._shown), None)
        is_part = first is not None and bool(first.words) and unsaid(text, first.words) != text
        return first if is_part else None

    def _confirm(self, block: _Shown) -> None:
        """The transcript has `block`; what the screen showed before it and the transcript lacks was no prose."""
        place = self._shown.index(block)
        for past in self._shown[: place + 1]:
            self._confirmed[past.name] = None
            if past is not block and past.said and not past.is_given_up:
                self._on_event(BlockEnd(past.name, past.ended_at or 0.0))
        del self._shown[: place + 1]
        while len(self._confirmed) > 1000:
            del self._confirmed[next(iter(self._confirmed))]
        self._say_early()

    def _is_ahead(self, block: _Shown, now: float) -> bool:
        """Whether the transcript had this block before the screen."""
        self._ahead = [(at, written) for at, written in self._ahead if now - at < MEMORY_S]
        if block.said:
            return False
        for place, (_, written) in enumerate(self._ahead):
            if _begins_alike(block.words, written):
                del self._ahead[: place + 1]
                return True
        return False

    def _begin_turn(self, event: TurnStart) -> None:
        """Tell of the turn, unless the screen, when it was all there was, has done so."""
        told, self._told_turn = self._told_turn, None
        self._turn_names = {}
        self._has_turns = True
        if told is not None and (not event.prompt or _same_words(told.prompt, event.prompt)):
            self._turn_names[event.turn] = told.turn
            return
        self._on_event(event)
        for block in self._shown:
            block.is_of_next_turn = False
        self._last_prompt = None if self._next_turn is not None else event.prompt
        if self._next_turn is not None:
            self._next_turn = None
            self._say_early()

    def _end_turn(self, event: TurnEnd) -> None:
        for block in self._shown:
            is_over = block.ended_at is not None and not block.is_of_next_turn
            if block.said and is_over and not block.is_given_up:
                # It is kept: if the transcript brings it later after all, it must not be said again.
                block.is_given_up = True
                self._on_event(BlockEnd(block.name, event.received_at))
        kept = [block for block in self._shown if block.said or block.ended_at is None or block.is_of_next_turn]
        self._shown = kept[-MOST_SHOWN:]
        name = self._turn_names.get(event.turn, event.turn)
        self._on_event(TurnEnd(name, event.received_at, event.aborted))


def _begins_alike(shown: list[str], written: list[str]) -> bool:
    size = min(len(shown), len(written), _START_WORDS)
    return size > 0 and shown[:size] == written[:size]


def _same_words(one: str, other: str) -> bool:
    return [key for key, _, _ in words(one)] == [key for key, _, _ in words(other)]
