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
MOST_COMPARED = 1000
"""Words; comparing takes their number squared."""
FEWEST = 3
"""Fewer equal words than these may be chance."""


def first_new(taken: Sequence[str], shown: Sequence[str]) -> int:
    """The index in `shown` from which its words are new; `taken` holds all words so far, oldest first.

    A screen shows a part of the conversation: it may end with new words, show only old ones after it was scrolled or
    drawn again, or have nothing in common with what was before.
    """
    if not taken or not shown:
        return 0
    index, length = _behind_the_last(taken, shown)
    if length < ENOUGH and _is_within(shown, taken):
        return len(shown)
    return index if length else _behind_the_common(taken, shown)


def older_words(taken: Sequence[str], shown: Sequence[str]) -> Sequence[str]:
    """The words on the screen above the first ones that were taken: the user looks at what was there before."""
    start = list(taken[:SHORT])
    if len(start) < SHORT:
        return ()
    for index in range(1, len(shown) - SHORT + 1):
        if shown[index] == start[0] and list(shown[index : index + SHORT]) == start:
            return shown[:index]
    return ()


def _behind_the_last(taken: Sequence[str], shown: Sequence[str]) -> tuple[int, int]:
    """Where `taken` ends within `shown`, and how many words above that place agree with it; none where too few do."""
    best, longest = 0, 0
    for index in range(len(shown), 0, -1):
        if shown[index - 1] != taken[-1]:
            continue
        length = _equal_backwards(taken, shown[:index])
        is_top = length == index and (index > SHORT or any(word[0] in MARKS for word in shown[:index]))
        if (length >= ENOUGH or is_top) and length > longest:
            best, longest = index, length
    return best, longest


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
    first = max(len(shown) - MOST_COMPARED, 0)
    recent, latest = list(taken[-MOST_COMPARED:]), list(shown[first:])
    # Words that are everywhere on the screen count only beside others: a screen full of one word must not take long.
    blocks = SequenceMatcher(None, recent, latest).get_matching_blocks()
    return max((first + block.b + block.size for block in blocks if block.size >= FEWEST), default=0)
