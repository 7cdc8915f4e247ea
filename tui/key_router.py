"""Whose key is it: ours or Claude's, by who has the keyboard and whether the leader was pressed."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.actions import Action
from tui.key_names import same_key
from tui.keymap import Keymap, Scope


@dataclass(frozen=True, slots=True)
class Act:
    """The key carries out an action."""

    action: Action


@dataclass(frozen=True, slots=True)
class SendLeader:
    """The leader was pressed twice: Claude gets it."""


@dataclass(frozen=True, slots=True)
class Swallow:
    """The key is ours but does nothing more: the leader itself, or an unknown key after it."""


@dataclass(frozen=True, slots=True)
class Pass:
    """The key is not ours."""


Outcome = Act | SendLeader | Swallow | Pass


@dataclass(slots=True)
class KeyRouter:
    """Decides a key's outcome; its only state is whether the leader was just pressed."""

    keymap: Keymap = field(default_factory=Keymap)
    is_pending: bool = False
    """the leader was pressed and its letter is awaited"""
    _everywhere: dict[str, Action] = field(init=False)
    _leader: dict[str, Action] = field(init=False)
    _view: dict[str, Action] = field(init=False)

    def __post_init__(self) -> None:
        self._everywhere, self._leader, self._view = (self.keymap.table(scope) for scope in Scope)

    def takes(self, key: str) -> bool:
        """Whether `key` is ours while Claude has the keyboard. Everything else is Claude's.

        Ctrl+C is Claude's even after the leader, and ends the leader's wait.
        """
        key = same_key(key)
        if key == "ctrl+c":
            self.is_pending = False
        return self.is_pending or key == self.keymap.leader or key in self._everywhere

    def route(self, key: str, in_view: bool) -> Outcome:
        """Say what `key` does; `in_view` when the bilingual view has the keyboard."""
        key = same_key(key)
        if self.is_pending:
            self.is_pending = False
            if key == self.keymap.leader:
                return SendLeader()
            return _act(self._leader.get(key) or self._everywhere.get(key)) or Swallow()
        if key == self.keymap.leader:
            self.is_pending = True
            return Swallow()
        return _act(self._everywhere.get(key) or (self._view.get(key) if in_view else None)) or Pass()


def _act(action: Action | None) -> Act | None:
    return Act(action) if action else None
