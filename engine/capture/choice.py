"""Which sources a session gets, best first, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.capture import version as versions
from engine.capture.version_cache import Known

RANKING = ("mod", "hook", "screen", "transcript")
SAFE_MODE = "--safe-mode"


@dataclass(frozen=True, slots=True)
class Choice:
    """The sources to start; the first one that is heard is followed."""

    names: tuple[str, ...]
    why: str = ""
    """Why the best one is not among them, or not alone; for a person."""
    hooks: tuple[str, ...] = ()
    """The hooks that the version knows."""
    has_session_mod: bool = True
    """Whether the version knows all that the second mod asks for; else it would show an error."""


def choose(
    wanted: str,
    known: Known | None,
    environment: Mapping[str, str],
    arguments: Sequence[str],
    available: Sequence[str],
) -> Choice:
    """The sources for one session; `wanted` is one of RANKING, or auto. `known` is None for an unknown version."""
    hooks = versions.hooks_of(known.version) if known else ()
    carried_away = versions.hook_problem(environment)
    if wanted != "auto":
        return _as_wanted(wanted, known, hooks, available, carried_away)
    names, why = [], ""
    if SAFE_MODE in arguments:
        why = f"{SAFE_MODE} turns mods and hooks off"
    else:
        problem = versions.mod_problem(known.version, environment) if known else None
        if problem is None:
            names.append("mod")
        if problem is None and known is not None and known.is_mod_blocked:
            problem = "the mod was not heard last time"
        if problem is not None:
            why = problem
            if hooks and carried_away:
                why = f"{problem}, and {carried_away}"
            elif hooks:
                names.append("hook")
    names += ["screen", "transcript"]
    return Choice(tuple(name for name in names if name in available), why, hooks, _has_session_mod(known))


def _as_wanted(
    wanted: str, known: Known | None, hooks: tuple[str, ...], available: Sequence[str], carried_away: str | None
) -> Choice:
    if wanted not in available:
        return Choice((), f"there is no source {wanted!r} for this program")
    if wanted == "hook" and known is None:
        return Choice((), "the version of Claude Code is not known, and an unknown hook would open a dialog in it")
    if wanted == "hook" and not hooks and known is not None:
        since = versions.text(versions.HOOKS_SINCE[versions.DISPLAY_HOOK])
        return Choice((), f"Claude Code {versions.text(known.version)} has no such hook yet (it came with {since})")
    if wanted == "hook" and carried_away:
        return Choice((), carried_away)
    return Choice((wanted,), f"--source {wanted} asks for it", hooks, _has_session_mod(known))


def _has_session_mod(known: Known | None) -> bool:
    return known is None or known.version >= versions.MODS_SINCE
