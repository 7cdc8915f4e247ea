"""Which key does what: the registry's keys, changed by the user's, in three scopes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.settings import Settings
from tui.actions import ACTIONS, Action, find_action
from tui.key_names import key_sign

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
        f"{key!r} cannot be the leader; use ctrl+ and a letter (not {', '.join(sorted(_NEVER_LEADER))}) "
        f"or one of {', '.join('ctrl+' + name for name in _CONTROL_BYTES)}"
    )


class Scope(StrEnum):
    """Where a key works."""

    EVERYWHERE = "everywhere"
    """also while Claude has the keyboard"""
    LEADER = "leader"
    """everywhere, after the leader"""
    VIEW = "view"
    """while the bilingual view has the keyboard"""


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys of one action, by Textual's names."""

    everywhere: tuple[str, ...] = ()
    leader: tuple[str, ...] = ()
    view: tuple[str, ...] = ()

    @classmethod
    def default(cls, action: Action) -> Keys:
        """The registry's."""
        return cls(
            (action.function_key,) if action.function_key else (),
            (action.leader_key,) if action.leader_key else (),
            action.view_keys,
        )

    def of(self, scope: Scope) -> tuple[str, ...]:
        """The keys that work there."""
        return {Scope.EVERYWHERE: self.everywhere, Scope.LEADER: self.leader, Scope.VIEW: self.view}[scope]


@dataclass(frozen=True, slots=True)
class Keymap:
    """Every action's keys."""

    leader: str = DEFAULT_LEADER
    changed: Mapping[str, Keys] = field(default_factory=dict)
    """the user's, by action id; all other actions have the registry's"""

    def keys(self, action: Action) -> Keys:
        """The keys of an action."""
        return self.changed.get(action.id) or Keys.default(action)

    def table(self, scope: Scope) -> dict[str, Action]:
        """What each key of a scope does."""
        return {key: action for action in ACTIONS for key in self.keys(action).of(scope)}

    def signs(self, action: Action, in_view: bool) -> list[str]:
        """Every way to carry it out where the keyboard is, as written for people; the shortest first."""
        keys = self.keys(action)
        view = [key_sign(key) for key in keys.view] if in_view else []
        return [*view, *map(key_sign, keys.everywhere), *(self.after_leader(key) for key in keys.leader)]

    def all_signs(self, action: Action) -> str:
        """Its keys of all scopes, for a list."""
        return " · ".join(dict.fromkeys([*self.signs(action, in_view=False), *self.signs(action, in_view=True)]))

    def hint(self, action_id: str, in_view: bool) -> str:
        """The key for a sentence such as "… leaves"; an action without one is named as the palette has it."""
        action = find_action(action_id)
        return next(iter(self.signs(action, in_view)), f"“{action.label}”")

    def after_leader(self, key: str) -> str:
        """How `key` after the leader is written."""
        return f"{key_sign(self.leader)} {key_sign(key)}"


def chosen_keymap(settings: Settings, env: Mapping[str, str] = os.environ) -> tuple[Keymap, list[str]]:
    """Return the keymap, and what is wrong with the settings about keys: file, line, key and reason of each."""
    if not settings.keys and settings.screen.leader == DEFAULT_LEADER:
        return Keymap(), []  # So it is for most people, and the first picture waits for this.
    from tui.key_settings import checked_keymap

    return checked_keymap(settings, env)
