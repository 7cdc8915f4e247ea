"""Screens for terminals that draw characters of ambiguous width (○ … ─ α) two cells wide.

Such a character would push the rest of its row to the right. Where a blank follows, it is drawn over that; elsewhere a
narrow sign stands in for it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SIGNS = {
    **dict.fromkeys("─━═┄┅┈┉╌╍", "-"),
    **dict.fromkeys("│┃║┆┇┊┋", "|"),
    **dict.fromkeys("▀▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▐░▒▓■□▪▫◆◇", "#"),
    **dict.fromkeys("●○◎◉•◦∙·☆★※", "*"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("–—―‐", "-"),
    **dict.fromkeys("…‥", "."),
    **dict(zip("←→↑↓↖↗↘↙⇒⇔×÷≒≠≤≥∞±¬°", "<>^v\\/\\/>=x/=#<>8+-o", strict=True)),
}
_BOX = range(0x2500, 0x2580)
_UNKNOWN = "?"
_AMBIGUOUS_PAIR = re.compile(r"([^\x00-\x7f])( ?)")


class NarrowFilter(LineFilter):
    """Makes every row as wide in such a terminal as Textual counts it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of one row with stand-ins where they are needed."""
        return [
            segment if segment.control or segment.text.isascii() else segment._replace(text=narrowed(segment.text))
            for segment in segments
        ]


@lru_cache(4096)
def narrowed(text: str) -> str:
    """Return `text` as it must be written to take as many cells as if ambiguous characters took one."""
    return _AMBIGUOUS_PAIR.sub(_fitting, text)


def _fitting(match: re.Match[str]) -> str:
    character, blank = match.groups()
    if unicodedata.east_asian_width(character) != "A" or unicodedata.category(character)[0] == "M":
        return match.group()
    return character if blank else stand_in(character)


def stand_in(character: str) -> str:
    """Return the narrow sign for one ambiguous character."""
    if sign := _SIGNS.get(character):
        return sign
    if ord(character) in _BOX:
        return "+"
    plain = unicodedata.normalize("NFKD", character)
    return plain if plain.isascii() and len(plain) == 1 else _UNKNOWN
