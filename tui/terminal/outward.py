"""What the program says to the window around it, held until the next drawing: a flood of it costs nothing."""

from __future__ import annotations

from dataclasses import dataclass

BELL_INTERVAL_S = 0.1


@dataclass(frozen=True, slots=True)
class Said:
    """What there is to pass on."""

    titles: tuple[str, ...] = ()
    """the first and the latest since the last time"""
    bell: bool = False
    copied: str | None = None


class Outward:
    """Collects titles, bells and copied text; `take` gives what became of them."""

    def __init__(self) -> None:
        self._titles: list[str] = []
        self._is_bell_due = False
        self._rang_at = float("-inf")
        self._copied: str | None = None

    def title(self, title: str) -> None:
        """The program set its title."""
        self._titles = [*self._titles[:1], title]

    def bell(self) -> None:
        """The program rang."""
        self._is_bell_due = True

    def copied(self, text: str) -> None:
        """The program copied text."""
        self._copied = text

    def take(self, now_s: float) -> Said:
        """Return what is to be passed on at this monotonic time, and forget it. Bells come one at a time."""
        rings = self._is_bell_due and now_s - self._rang_at >= BELL_INTERVAL_S
        if rings:
            self._rang_at = now_s
        said = Said(tuple(self._titles), rings, self._copied)
        self._titles, self._is_bell_due, self._copied = [], False, None
        return said
