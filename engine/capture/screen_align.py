"""Where on a screen the text begins that was not taken yet."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

ENOUGH = 40
"""So many equal words in a row cannot be chance."""
SHORT = 8
"""So few words at the top of a screen may agree by chance."""
MARKS = "❯●■"
"""What the words begin with that stand for prompts, bullets and ends of turns."""
FEWEST = 3
"""Fewer equal words than these may be chance."""


def first_new(taken: Sequence[str], shown: Sequence[str]) -> int:
    """The index in `shown` from which its words are new; `taken` holds all words so far, oldest first.

    A screen shows a part of the conversation: it may end with new words, show only old ones after it was scrolled or
    drawn again, or have nothing in common with what was before.
    """
    if not taken or not shown:
        return 0
    if _is_within(shown, taken):
        return len(shown)
    index = _behind_the_last(taken, shown)
    return _behind_the_common(taken, shown) if index is None else index


def _behind_the_last(taken: Sequence[str], shown: Sequence[str]) -> int | None:
    """Where `taken` ends within `shown`, if what stands above that place agrees with it."""
    best, longest = None, 0
    for index in range(len(shown), 0, -1):
        if shown[index - 1] != taken[-1]:
            continue
        length = _equal_backwards(taken, shown[:index])
        is_top = length == index and (index > SHORT or any(word[0] in MARKS for word in shown[:index]))
        is_alike = length >= ENOUGH or is_top
        if is_alike and length > longest:
            best, longest = index, length
    return best


def _equal_backwards(taken: Sequence[str], shown: Sequence[str]) -> int:
    length, most = 0, min(len(taken), len(shown))
    while length < most and taken[-1 - length] == shown[-1 - length]:
        length += 1
    return length


def _is_within(shown: Sequence[str], taken: Sequence[str]) -> bool:
    """Whether `shown` was taken as it stands, word by word."""
    size = len(shown)
    first = shown[0]
    return any(
        taken[start] == first and list(taken[start : start + size]) == list(shown)
        for start in range(len(taken) - size, -1, -1)
    )


def _behind_the_common(taken: Sequence[str], shown: Sequence[str]) -> int:
    """Something above has changed: go on behind the last run of words that both have."""
    recent = list(taken[-(len(shown) + 200) :])
    matcher = SequenceMatcher(None, recent, list(shown), autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size >= FEWEST]
    return max((block.b + block.size for block in blocks), default=0)
