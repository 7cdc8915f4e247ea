"""What a finished answer holds that was not delivered while it streamed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_COMPARED = 400
"""Pieces between the first hole and the last; of more, all are taken for missing: better twice than never."""
_SENTENCE = re.compile(r".+?[.!?][\"')\]*_`]*(?:\s+|$)|.+$", re.DOTALL)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Missing:
    """Text that must still be shown."""

    text: str
    continues: bool
    """It goes on where the delivered text stops; else it stands alone."""


def find_missing(answer: str, delivered: str) -> Missing | None:
    """Compare an answer with what was delivered of it; None when nothing is missing. White space does not count.

    What the delivered text has more, such as the beginning of an attempt that broke off, does not count either.
    """
    wanted, had = _squeeze(answer), _squeeze(delivered)
    if wanted in had:
        return None
    if wanted.startswith(had):
        return Missing(answer[_raw_position(answer, len(had)) :], continues=bool(had))
    text = _missing_pieces(_pieces(answer), _pieces(delivered))
    return Missing(text, continues=False) if text else None


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _raw_position(text: str, count: int) -> int:
    """Where the first `count` characters that are not white space end."""
    for position, character in enumerate(text):
        if count == 0:
            return position
        count -= not character.isspace()
    return len(text)


def _pieces(text: str) -> list[str]:
    """Sentences and lines, with the white space after them."""
    return [piece for line in text.splitlines(keepends=True) for piece in _SENTENCE.findall(line)]


def _missing_pieces(pieces: list[str], got: list[str]) -> str:
    missing = _not_in(pieces, got)
    for begin, end in _fences(pieces):
        # Half a code block is no code block: it is shown whole or not at all.
        if missing.intersection(range(begin, end)):
            missing.update(range(begin, end))
    text = ""
    previous = -1
    for index in sorted(missing):
        text += pieces[index] if index == previous + 1 or not text else "\n\n" + pieces[index]
        previous = index
    return text.strip("\n")


def _not_in(pieces: list[str], got: list[str]) -> set[int]:
    """The pieces, by index, that `got` does not hold in the same order."""
    numbered = [(index, key) for index, piece in enumerate(pieces) if (key := _squeeze(piece))]
    wanted, had = [key for _, key in numbered], [key for piece in got if (key := _squeeze(piece))]
    begin = _common(wanted, had)
    end = _common(wanted[begin:][::-1], had[begin:][::-1])
    wanted, had = wanted[begin : len(wanted) - end], had[begin : len(had) - end]
    if len(wanted) + len(had) > MOST_COMPARED:
        had = []
    codes = SequenceMatcher(None, wanted, had, autojunk=False).get_opcodes()
    lost = [at for tag, first, last, _, _ in codes if tag != "equal" for at in range(first, last)]
    return {numbered[begin + at][0] for at in lost}


def _common(first: list[str], second: list[str]) -> int:
    """How many pieces both begin with."""
    for count, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return count
    return min(len(first), len(second))


def _fences(pieces: list[str]) -> list[tuple[int, int]]:
    """First piece and end of each code block."""
    found: list[tuple[int, int]] = []
    opened: tuple[int, str] | None = None
    at_line_start = True
    for index, piece in enumerate(pieces):
        fence = _FENCE.match(piece) if at_line_start else None
        at_line_start = piece.endswith("\n")
        if fence is None:
            continue
        if opened is None:
            opened = (index, fence[1])
        elif fence[1].startswith(opened[1]):
            found.append((opened[0], index + 1))
            opened = None
    if opened is not None:
        found.append((opened[0], len(pieces)))
    return found
