"""The window: panes, theme, notices, and leaving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WindowHandlers:
    """Passes each on to what the main screen gives for it."""

    focus: Callable[[], None]
    layout: Callable[[], None]
    mark_text: Callable[[], None]
    theme: Callable[[], None]
    dismiss: Callable[[], None]
    quit: Callable[[], None]
