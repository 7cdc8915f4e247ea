"""When Claude writes faster than a voice speaks: the voice speeds up gently, then the oldest prose is let go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.sentence import Kind

Manner = Literal["off", "faster", "skip"]

FASTER_FROM_S, FASTEST_FROM_S = 15.0, 60.0
"""Seconds behind between which the speed rises from normal to its most."""
MOST_FASTER = 1.5
"""Beyond that, words blur."""
MOST_RATE = 3.0
SKIP_FROM_S, SKIP_UNTIL_S = 120.0, 60.0
"""So far behind, sentences are let go until it is only so far."""
_LET_GO = (Kind.PROSE, Kind.LIST, Kind.QUOTE)
"""Headings stay: they tell where one is."""


@dataclass(slots=True)
class CatchUp:
    """Decides on speed and on letting go; remembers whether it is letting go now."""

    manner: Manner = "off"
    is_letting_go: bool = False
    let_go: int = 0
    """how many sentences, this time"""

    def rate(self, rate: float, behind_s: float) -> float:
        """The speed for the next sentence; 1.0 is normal."""
        if self.manner == "off":
            return rate
        way = min(1.0, max(0.0, (behind_s - FASTER_FROM_S) / (FASTEST_FROM_S - FASTER_FROM_S)))
        return max(rate, min(MOST_RATE, rate * (1.0 + (MOST_FASTER - 1.0) * way)))

    def lets_go(self, kind: Kind, behind_s: float) -> bool:
        """Whether the oldest waiting sentence is shown only, not spoken."""
        if self.manner != "skip":
            return False
        if not self.is_letting_go and behind_s > SKIP_FROM_S:
            self.is_letting_go, self.let_go = True, 0
        elif behind_s <= SKIP_UNTIL_S:
            self.is_letting_go = False
        gone = self.is_letting_go and kind in _LET_GO
        self.let_go += gone
        return gone
