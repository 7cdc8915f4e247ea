"""The keymap as the settings want it: `screen.leader` and the table `[keys]`. What is wrong there is left as it was.

A value of `[keys]` is every key that the action has: `mute = "f2"`, `mute = ["leader m", "view m"]`, or `[]` for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.settings import ENV_PREFIX, Settings, config_path
from tui.actions import ACTIONS, Action, action_ids, find_action
from tui.claude_keys import claude_use
from tui.key_names import KeyNameError, key_sign, parse_key
from tui.keymap import DEFAULT_LEADER, Keymap, Keys, LeaderError, Scope, leader_bytes


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """A setting about keys that cannot be used."""

    setting: str
    """`screen.leader`, or `keys.` and the action"""
    reason: str
    instead: str
    """what is used in its place, as a sentence; empty where there is nothing to use"""


def checked_keymap(settings: Settings, env: Mapping[str, str]) -> tuple[Keymap, list[str]]:
    """Return the keymap, and what is wrong with the settings about keys: file, line, key and reason of each."""
    keymap, problems = read_keymap(settings.screen.leader, settings.keys)
    return keymap, [f"{_place(p.setting, env)}: {p.reason}. {p.instead}".rstrip() for p in problems]


def _place(setting: str, env: Mapping[str, str]) -> str:
    from engine.toml_errors import line_of

    variable = f"{ENV_PREFIX}{setting.replace('.', '_')}".upper()
    if variable in env:
        return variable
    path = config_path(env)
    try:
        line = line_of(path.read_text(encoding="utf-8"), setting)
    except (OSError, ValueError):  # It was read at the start, but may have gone since.
        line = None
    return f"{path}{f', line {line}' if line else ''}, {setting}"


def read_keymap(leader: str, wanted: Mapping[str, str | Sequence[str]]) -> tuple[Keymap, list[KeyProblem]]:
    """Return the keymap for these settings, with the registry's keys for each action whose own cannot be used."""
    problems: list[KeyProblem] = []
    leader = _checked_leader(leader, problems)
    changed: dict[str, Keys] = {}
    reasons: dict[str, str] = {}
    for action_id, value in wanted.items():
        try:
            action = _known_action(action_id)
            changed[action_id] = _checked_keys(action, value, leader)
        except KeyNameError as error:
            reasons[action_id] = str(error)
    _drop_conflicts(Keymap(leader, changed), changed, reasons)
    keymap = Keymap(leader, changed)
    problems += [KeyProblem(f"keys.{name}", reason, _instead(keymap, name)) for name, reason in reasons.items()]
    return keymap, problems


def parse_keys(value: str | Sequence[str], leader: str = DEFAULT_LEADER) -> Keys:
    """Read one value of `[keys]`: a list of keys, or one text with `, ` between them. Raises KeyNameError."""
    spelled = re.split(r",\s+", value.strip()) if isinstance(value, str) else value
    found: dict[Scope, list[str]] = {scope: [] for scope in Scope}
    for one in spelled:
        if one.strip() or not isinstance(value, str):  # An empty text is an empty list.
            scope, key = _parse_binding(one, leader)
            if key not in found[scope]:
                found[scope].append(key)
    return Keys(*(tuple(found[scope]) for scope in Scope))


def _parse_binding(spelled: str, leader: str) -> tuple[Scope, str]:
    first, _, rest = spelled.strip().partition(" ")
    if rest and first.casefold() in (Scope.LEADER, Scope.VIEW, Scope.EVERYWHERE):
        return Scope(first.casefold()), parse_key(rest)
    if rest and first.casefold() == key_sign(leader).casefold():  # As the screen writes it: `Ctrl+] m`.
        return Scope.LEADER, parse_key(rest)
    return Scope.EVERYWHERE, parse_key(spelled)


def _checked_leader(spelled: str, problems: list[KeyProblem]) -> str:
    try:
        key = parse_key(spelled)
        leader_bytes(key)
    except (KeyNameError, LeaderError) as error:
        problems.append(KeyProblem("screen.leader", str(error), f"{key_sign(DEFAULT_LEADER)} is used."))
        return DEFAULT_LEADER
    return key


def _known_action(action_id: str) -> Action:
    if action_id in action_ids():
        return find_action(action_id)
    import difflib

    near = difflib.get_close_matches(action_id, action_ids(), n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "the palette of commands shows their names"
    raise KeyNameError(f"there is no action {action_id!r}; {hint}")


def _checked_keys(action: Action, value: str | Sequence[str], leader: str) -> Keys:
    keys = parse_keys(value, leader)
    for reason in _refusals(keys, leader):
        raise KeyNameError(reason)
    if action.id == "quit" and not (keys.everywhere or keys.leader):
        raise KeyNameError("there must be a way out while Claude has the keyboard: a function key, or one after leader")
    return keys


def _refusals(keys: Keys, leader: str) -> Iterator[str]:
    sign = key_sign(leader)
    for key in (*keys.everywhere, *keys.leader, *keys.view):
        if key == leader:
            yield f"{sign} is the leader"
        if key == "ctrl+c":
            yield "Ctrl+C is Claude's everywhere"
    for key in keys.everywhere:
        if use := claude_use(key):
            yield f"Claude needs {key_sign(key)}: {use}; say “leader {key_sign(key)}” or “view {key_sign(key)}”"
    if "escape" in keys.leader:
        yield f"Esc after {sign} ends the waiting for a key"


def _drop_conflicts(keymap: Keymap, changed: dict[str, Keys], reasons: dict[str, str]) -> None:
    """Take what collides out of `changed`, which `keymap` shows, until nothing does.

    What is taken out has the registry's keys again, which may collide with what is left.
    """
    while found := _conflicts(keymap):
        for action_id, reason in found.items():
            del changed[action_id]
            reasons[action_id] = reason


def _conflicts(keymap: Keymap) -> dict[str, str]:
    """Why each of the user's own entries that shares a key cannot be used. Those of the registry share none."""
    owners: dict[tuple[Scope, str], list[Action]] = {}
    for action in ACTIONS:
        keys = keymap.keys(action)
        for scope in Scope:
            for key in keys.of(scope):
                owners.setdefault((scope, key), []).append(action)
    found: dict[str, str] = {}
    for (scope, key), actions in owners.items():
        everywhere = owners.get((Scope.EVERYWHERE, key), []) if scope is Scope.VIEW else []
        for action in {*actions, *everywhere}:
            others = [other for other in (*actions, *everywhere) if other is not action]
            if others and action.id in keymap.changed:
                found.setdefault(action.id, _shared(keymap, scope, key, others[0]))
    return found


def _shared(keymap: Keymap, scope: Scope, key: str, other: Action) -> str:
    sign = keymap.after_leader(key) if scope is Scope.LEADER else key_sign(key)
    where = " in the view" if scope is Scope.VIEW else ""
    return f"{sign}{where} is “{other.label}” too; give {other.id} another key"


def _instead(keymap: Keymap, action_id: str) -> str:
    if action_id not in action_ids():
        return ""
    return f"The default keys are used: {keymap.all_signs(find_action(action_id))}."
