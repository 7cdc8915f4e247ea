"""What of a block of markdown was not said yet, when a part of it was already taken from the screen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from engine.capture.screen_words import word_end, words

ALIKE = 0.6
"""So large a part of the words must agree."""
MOST_COMPARED = 1500
"""Words behind the first difference; comparing takes their number squared."""
_UNSEEN = re.compile(r"(?<=\])\([^()\s]*\)|(?<=```)[\w+#.-]+(?=[^\n]*\n)")
"""What the screen does not show: where links lead, and the languages of code."""
_PIECE = re.compile(r"```.*?(?:```|\Z)\s*|[^\n]*?(?:[.!?:][\"')\]*_`]*(?:[ \t]+|\n+|\Z)|\n+|\Z)", re.DOTALL)


def seen_words(markdown: str) -> list[tuple[str, int, int]]:
    """The words of `markdown` that the screen shows, with where they begin and end."""
    return list(words(_masked(markdown)))


def unsaid(markdown: str, said: Sequence[str]) -> str:
    """`markdown` without what `said`, the words taken from the screen, covers.

    In the usual case that is the beginning. Where screen and markdown differ, sentences are left out most of whose
    words were said.
    """
    if not said:
        return markdown
    found = seen_words(markdown)
    keys = [key for key, _, _ in found]
    if keys[: len(said)] == list(said):
        return _after(markdown, word_end(_masked(markdown), found[len(said) - 1][2]))
    return _without_said(markdown, found, said)


def agreement(shown: Sequence[str], written: Sequence[str]) -> float:
    """How large a part of `shown`, in any order, stands in `written`: 0 to 1."""
    return (Counter(shown) & Counter(written)).total() / len(shown) if shown else 0.0


def _matched(said: Sequence[str], keys: Sequence[str]) -> set[int]:
    """Which of `keys` stand in `said`, in order."""
    same = 0
    while same < min(len(said), len(keys)) and said[same] == keys[same]:
        same += 1
    end = same + MOST_COMPARED
    matcher = SequenceMatcher(None, list(said[same:end]), list(keys[same:end]))
    blocks = matcher.get_matching_blocks()
    found = {same + index for block in blocks for index in range(block.b, block.b + block.size)}
    return found.union(range(same))


def _masked(markdown: str) -> str:
    """The same text with what is not seen made unreadable, so that places stay the same."""
    return _UNSEEN.sub(lambda match: "·" * len(match[0]), markdown)


def _after(markdown: str, place: int) -> str:
    """What follows `place`; bold text that goes on there begins anew, marks that end a line were said with it."""
    marks, line_end, below = markdown[place:].partition("\n")
    rest = markdown[place:] if any(words(marks)) else line_end + below
    if markdown.count("**", 0, place) % 2 and "**" in rest:
        space = len(rest) - len(rest.lstrip())
        rest = f"{rest[:space]}**{rest[space:]}"
    return rest if rest.strip() else ""


def _without_said(markdown: str, found: Sequence[tuple[str, int, int]], said: Sequence[str]) -> str:
    keys = [key for key, _, _ in found]
    matched = _matched(said, keys)
    kept: list[str] = []
    index = place = 0
    for piece in _PIECE.finditer(markdown):
        first = index
        while index < len(found) and found[index][1] < piece.end():
            index += 1
        alike = sum(1 for word in range(first, index) if word in matched)
        behind = _place_behind(said, keys[first:index], place)
        place = behind or place
        if first == index or (behind is None and alike < ALIKE * (index - first)):
            kept.append(piece[0])
    rest = "".join(kept)
    return rest if any(words(rest)) else ""


def _place_behind(said: Sequence[str], sentence: Sequence[str], start: int) -> int | None:
    """Where `sentence` ends in `said`, looked for from `start`; None where it is not, word by word."""
    size = len(sentence)
    if not size:
        return None
    for place in range(start, len(said) - size + 1):
        if said[place] == sentence[0] and list(said[place : place + size]) == list(sentence):
            return place + size
    return None
