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


class WatchedScreen:
    """The way from a terminal to the one who reads its screen, which may be there before the terminal is.

    Use it on one thread.
    """

    def __init__(self, read: ReadScreen | None = None) -> None:
        self._read = read
        self._on_drawn: Callable[[], None] | None = None

    def attach(self, read: ReadScreen) -> None:
        """The terminal is there; it is read with `read`."""
        self._read = read

    def read(self) -> ScreenView | None:
        """The screen as it is now; None where there is none to read."""
        return self._read() if self._read is not None else None

    def drawn(self) -> None:
        """The terminal calls this after each repaint; without a watcher it costs nothing."""
        if self._on_drawn is not None:
            self._on_drawn()

    def watch(self, on_drawn: Callable[[], None]) -> None:
        """Have `on_drawn` called after each repaint from now on, instead of what was called before."""
        self._on_drawn = on_drawn

    def unwatch(self) -> None:
        """Call nobody any more."""
        self._on_drawn = None
