"""Searching in the bilingual view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui.searching import Searching


@dataclass(frozen=True, slots=True)
class SearchHandlers:
    """`open_prompt` shows the line in which one types; `say` shows a notice, by code and message."""

    searching: Searching
    open_prompt: Callable[[], None]
    say: Callable[[str, str], None]

    def search(self) -> None:
        """Type what to look for."""
        self.open_prompt()

    def next_match(self) -> None:
        """Go to the next sentence that has it."""
        self._move(+1)

    def previous_match(self) -> None:
        """Go to the one before."""
        self._move(-1)

    def _move(self, step: int) -> None:
        if not self.searching.is_on:
            self.open_prompt()
        elif not self.searching.move(step):
            self.say("not_found", f"Nothing here has {self.searching.pattern.typed!r} in it.")
