"""Which key is ours, and what it does: the registry, the leader, and who has the keyboard."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.actions import ACTIONS, Action

DEFAULT_LEADER = "ctrl+right_square_bracket"

_CONTROL_BYTES = {"backslash": 0x1C, "right_square_bracket": 0x1D, "circumflex_accent": 0x1E, "underscore": 0x1F}
# Terminals cannot tell these from Backspace, Tab, Enter, or they stop Claude, the output or the program.
_NEVER_LEADER = frozenset("hijmcsqz")


class LeaderError(ValueError):
    """The configured leader cannot be one. The message says what may be."""


def leader_bytes(key: str) -> bytes:
    """What a terminal sends for the leader `key`. Raises LeaderError when it cannot be a leader."""
    name = key.removeprefix("ctrl+")
    if key.startswith("ctrl+"):
        if name in _CONTROL_BYTES:
            return bytes([_CONTROL_BYTES[name]])
        if len(name) == 1 and "a" <= name <= "z" and name not in _NEVER_LEADER:
            return bytes([ord(name) - ord("a") + 1])
    raise LeaderError(
        f"screen.leader: {key!r} cannot be the leader; use ctrl+ and a letter (not {', '.join(sorted(_NEVER_LEADER))}) "
        f"or one of {', '.join('ctrl+' + name for name in _CONTROL_BYTES)}"
    )


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

    leader: str = DEFAULT_LEADER
    is_pending: bool = False
    """the leader was pressed and its letter is awaited"""
    _function: dict[str, Action] = field(default_factory=lambda: {a.function_key: a for a in ACTIONS if a.function_key})
    _leader: dict[str, Action] = field(default_factory=lambda: {a.leader_key: a for a in ACTIONS if a.leader_key})
    _view: dict[str, Action] = field(default_factory=lambda: {key: a for a in ACTIONS for key in a.view_keys})

    def takes(self, key: str) -> bool:
        """Whether `key` is ours while Claude has the keyboard. Everything else is Claude's.

        Ctrl+C is Claude's even after the leader, and ends the leader's wait.
        """
        if key == "ctrl+c":
            self.is_pending = False
        return self.is_pending or key == self.leader or key in self._function

    def route(self, key: str, in_view: bool) -> Outcome:
        """Say what `key` does; `in_view` when the bilingual view has the keyboard."""
        if self.is_pending:
            self.is_pending = False
            if key == self.leader:
                return SendLeader()
            return _act(self._leader.get(key) or self._function.get(key)) or Swallow()
        if key == self.leader:
            self.is_pending = True
            return Swallow()
        return _act(self._function.get(key) or (self._view.get(key) if in_view else None)) or Pass()


def _act(action: Action | None) -> Act | None:
    return Act(action) if action else None
