"""How rows are shown: in which languages, with which readings, and what is marked in them. The same for all rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from tui.widgets.marks import Mark
from tui.widgets.search import Pattern

if TYPE_CHECKING:
    from engine.text.ruby import Readings

FOUND, FOUND_HERE = "found", "found-here"


class Languages(StrEnum):
    """Which of the two a row shows."""

    BOTH = "both"
    ENGLISH = "english"
    JAPANESE = "japanese"


class Above(StrEnum):
    """What stands above the Japanese."""

    OFF = "off"
    FURIGANA = "furigana"
    ROMAJI = "romaji"


@dataclass(frozen=True, slots=True)
class Look:
    """How every row is shown."""

    languages: Languages = Languages.BOTH
    above: Above = Above.OFF
    readings: Callable[[str], Readings | None] = lambda japanese: None
    """how a text is read; None while that is not known yet"""
    fold_key: str = "z"
    """what folds and unfolds a block, as people write it"""
    wanted: Pattern = field(default_factory=lambda: Pattern(""))
    """what is being searched for"""
    found: int | None = None
    """id of the sentence at which the search stands"""

    def found_in(self, text: str, sentence_id: int) -> list[Mark]:
        """Marks where a sentence's text has what is searched for."""
        role = FOUND_HERE if sentence_id == self.found else FOUND
        return [Mark(start, end, role) for start, end in self.wanted.find(text)]
