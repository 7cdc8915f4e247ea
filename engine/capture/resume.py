"""Where to go on when an answer is started again and turns out different."""

from __future__ import annotations

import re

_SENTENCE_END = re.compile(r"[.!?][\"')\]*_`]*\s+|\n")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)


def resume_point(common: str) -> int:
    """How much of `common`, which both texts begin with, needs no repeating.

    The new text goes on at the beginning of the sentence, line or code block in which it left the old one; from the
    middle of a word nobody would understand it.
    """
    fence = _open_fence(common)
    if fence is not None:
        return fence
    ends = [match.end() for match in _SENTENCE_END.finditer(common)]
    return ends[-1] if ends else 0


def _open_fence(text: str) -> int | None:
    """Where the code block begins that is still open at the end of `text`."""
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence
        elif fence[1].startswith(opened[1]):
            opened = None
    return opened.start() if opened else None
