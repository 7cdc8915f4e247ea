"""Where each of many things that stand one below the other begins. What did not change is not counted again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


class HasHeight(Protocol):
    """Something that takes lines."""

    @property
    def height(self) -> int:
        """How many."""
        ...


@dataclass(slots=True)
class Tops:
    """First lines, counted from the first thing's own; one more for the end of the last.

    Adding at the end and changing near it cost the same however many there are.
    """

    _tops: list[int] = field(default_factory=lambda: [0])
    _right_to: int = 0
    """so many things' heights are in `_tops` as they are"""

    def changed(self, index: int) -> None:
        """A thing has another height, or is new; all before it are as they were."""
        self._right_to = min(self._right_to, index)

    def of(self, things: Sequence[HasHeight]) -> list[int]:
        """The tops; not to be changed. Every change of `things` must have been told."""
        tops, count = self._tops, len(things)
        if self._right_to < count or len(tops) != count + 1:
            del tops[self._right_to + 1 :]
            for index in range(self._right_to, count):
                tops.append(tops[index] + things[index].height)
            self._right_to = count
        return tops

    def index_at(self, things: Sequence[HasHeight], line: int) -> int:
        """The thing that a line belongs to; the last one for lines after the end."""
        return min(bisect_right(self.of(things), line), len(things)) - 1
