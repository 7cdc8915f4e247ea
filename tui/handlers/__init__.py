"""What each action of the registry does: one group of handlers a file, a method's name is the action's id."""

from __future__ import annotations

from collections.abc import Callable

from tui.actions import ACTIONS

Handler = Callable[[], None]


def collect(*groups: object) -> dict[str, Handler]:
    """The handler of each action, by id. Raises LookupError when an action has none, or two."""
    found: dict[str, Handler] = {}
    for action in ACTIONS:
        handlers = [getattr(group, action.id) for group in groups if hasattr(type(group), action.id)]
        if len(handlers) != 1:
            raise LookupError(f"{action.id} has {len(handlers)} handlers")
        found[action.id] = handlers[0]
    return found
