"""Words as they can be compared between the screen and the transcript: without marks, punctuation and case."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A line may break between any two of these, so each is a word of its own.
_WIDE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_WORD = re.compile(rf"[{_WIDE}]|(?:(?![{_WIDE}])[^\W_])+")


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of `text`, in small letters, with where it begins and ends."""
    for match in _WORD.finditer(text):
        yield match[0].casefold(), match.start(), match.end()


def word_end(text: str, end: int) -> int:
    """Where the marks end that stand right behind a word that ends at `end`."""
    while end < len(text) and not text[end].isspace():
        if _WORD.match(text, end):
            break
        end += 1
    return end
