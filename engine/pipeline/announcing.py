"""Says in Japanese that Claude waits for the user: once for each time, before what is waiting, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from engine.events import Event, Level, Notice, NoticeWithdrawn
from engine.source import Attention, AttentionEnd, AttentionKind

NOTICE = "attention"
_SPOKEN = {
    AttentionKind.PERMISSION: "Claudeが許可を求めています。",
    AttentionKind.QUESTION: "Claudeが質問しています。",
    AttentionKind.PLAN: "Claudeが計画の承認を待っています。",
    AttentionKind.INPUT: "Claudeが入力を待っています。",
}
_SHOWN = {
    AttentionKind.PERMISSION: "Claude asks for your permission",
    AttentionKind.QUESTION: "Claude asks you a question",
    AttentionKind.PLAN: "Claude's plan waits for your approval",
    AttentionKind.INPUT: "Claude is waiting for your input",
}


class Announcement(Protocol):
    """Something that was given to the voice."""

    @property
    def is_waiting(self) -> bool:
        """True until it begins to sound or is dropped."""
        ...

    def withdraw(self) -> None:
        """Do not say it, unless it sounds already."""
        ...


class Announcer:
    """Shows what Claude waits for, and has it said. `say` returns None where nothing is said, as when muted."""

    def __init__(self, say: Callable[[str], Announcement | None], emit: Callable[[Event], None]) -> None:
        self.is_on = True
        """whether it is said; it is always shown"""
        self._say = say
        self._emit = emit
        self._open: dict[str, AttentionKind] = {}
        self._said: dict[AttentionKind, Announcement] = {}

    def begin(self, attention: Attention) -> None:
        """Show and say it. Several of one kind are said once, as long as the first was not yet said."""
        if attention.key in self._open:
            return
        kind = attention.kind
        self._open[attention.key] = kind
        self._emit(Notice(Level.WARNING, NOTICE, _notice(attention)))
        said = self._said.get(kind)
        if self.is_on and not (said and said.is_waiting):
            announcement = self._say(_SPOKEN[kind])
            if announcement is not None:
                self._said[kind] = announcement

    def end(self, ended: AttentionEnd) -> None:
        """It was answered: what was not yet said need not be."""
        kind = self._open.pop(ended.key, None)
        if kind is None:
            return
        if kind not in self._open.values() and (said := self._said.pop(kind, None)):
            said.withdraw()
        if not self._open:
            self._emit(NoticeWithdrawn(NOTICE))


def _notice(attention: Attention) -> str:
    shown = _SHOWN[attention.kind]
    is_told = attention.kind is AttentionKind.PERMISSION and attention.detail
    return f"{shown}: {attention.detail}" if is_told else f"{shown}."
