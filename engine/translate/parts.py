"""Long sentences in parts: a small model loses its way in them, and its context has an end."""

from __future__ import annotations

import re

LONGEST = 400
"""Characters of one part: about 60 words, more than nearly every real sentence has."""
_GOOD_CUTS = (
    re.compile(r"[;:—–](?= )|(?<=[.!?])(?= )"),
    re.compile(r",(?= )"),
    re.compile(r"(?= (?:and|or|but|which) )"),
)


def split(english: str, longest: int = LONGEST) -> list[str]:
    """Cut at the last good place before `longest` characters: a mark, a comma, a conjunction, a space, or anywhere.

    Joined by spaces the parts are the text again, but where one word alone is too long.
    """
    parts, rest = [], english.strip()
    while len(rest) > longest:
        end = _cut(rest[: longest + 1])
        parts.append(rest[:end].strip())
        rest = rest[end:].strip()
    return [*parts, rest] if rest or not parts else parts


def _cut(text: str) -> int:
    for pattern in _GOOD_CUTS:
        ends = [found.end() for found in pattern.finditer(text) if found.end() > len(text) // 3]
        if ends:
            return ends[-1]
    space = text.rfind(" ")
    return space if space > 0 else len(text) - 1
