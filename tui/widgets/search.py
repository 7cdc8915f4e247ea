"""Finding text in rows: case, width and the kind of kana make no difference (ﾃｽﾄ, テスト and てすと are the same)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_HALF_WIDTH_VOICING = frozenset("ﾞﾟ")


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """The text as it is compared."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_TO_HIRAGANA)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is looked for."""

    typed: str
    """as it was typed"""

    @property
    def folded(self) -> str:
        """As it is compared; empty finds nothing."""
        return folded(self.typed)

    def is_in(self, text: str) -> bool:
        """Whether the text has it."""
        wanted = self.folded
        return bool(wanted) and wanted in folded(text)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where the text has it: (first character, one after the last) of `text`, none overlapping."""
        if not self.is_in(text):
            return []
        return _places(self.folded, *_folded_with_places(text))


def _places(wanted: str, folded_text: str, origins: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found = []
    at = folded_text.find(wanted)
    while at >= 0:
        found.append((origins[at][0], origins[at + len(wanted) - 1][1]))
        at = folded_text.find(wanted, at + len(wanted))
    return found


def _folded_with_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The folded text, and of each of its characters the stretch of `text` that it comes from."""
    pieces, origins = [], []
    start = 0
    while start < len(text):
        end = start + 1
        # What makes one character with the one before is folded with it.
        while end < len(text) and (text[end] in _HALF_WIDTH_VOICING or unicodedata.combining(text[end])):
            end += 1
        piece = folded(text[start:end])
        pieces.append(piece)
        origins += [(start, end)] * len(piece)
        start = end
    return "".join(pieces), origins
