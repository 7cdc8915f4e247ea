"""What a source that reads the screen gets to see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScreenView:
    """The screen as it is now."""

    rows: Sequence[str]
    """From top to bottom, without trailing blanks."""
    cols: int
    cursor_row: int
    is_held: bool
    """In the middle of a synchronized update."""


ReadScreen = Callable[[], ScreenView | None]
"""None while there is no screen, or the user looks at earlier lines."""
