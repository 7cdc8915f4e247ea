"""What a full stop after a word means: an end, never an end, or an end that depends on what follows."""

from __future__ import annotations

import re
from enum import Enum

from engine.text.words import words


class Stop(Enum):
    """How a terminator is to be read."""

    END = "end"
    NEVER = "never"
    UNLESS_LOWER = "unless lower"
    """an end, unless a small letter follows"""
    UNLESS_DIGIT = "unless digit"
    """an end, unless a digit follows"""


_NEVER = words(
    "e.g eg i.e ie vs cf dr mr mrs ms prof st a.k.a aka approx ca viz resp esp incl excl w.r.t wrt mt messrs rev hon "
    "u.s u.k e.u u.n"
)
_NUMBERED = words(
    "no nos fig figs eq eqs sec secs ch chap p pp vol art ver jan feb mar apr jun jul aug sep sept oct nov dec"
)
_LOWER = words("etc al inc ltd co corp jr sr bros dept univ assn a.m p.m am pm ph.d")
_DOTTED = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_OPENING = "([{\"'“‘*_~"
_ORDINAL = re.compile(
    r"""[\s*_~"'(]*(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{1,4}
        |(?i:step|phase|part|chapter|section|question|task|stage|option|appendix|figure|table|issue|problem|fix|rule|day|week)
         [ ](?:\d{1,3}(?:\.\d{1,3})*|[A-Z]))""",
    re.VERBOSE,
)
_LABELS = words(
    "plan option step phase figure section appendix part class type grade team group version vitamin drive tier case "
    "level table point item choice answer variant"
)
_QUOTED = re.compile(r"[)\]\"'”’»]")


def stop_of(before: str, terminator: str, closers: str) -> Stop:
    """Say how `terminator` is to be read; `before` is the sentence up to it, `closers` what follows it directly."""
    quoted = Stop.UNLESS_LOWER if _QUOTED.search(closers) else Stop.END
    if terminator == "…" or terminator.startswith(".."):
        return Stop.UNLESS_LOWER
    if terminator != ".":
        return quoted
    if _ORDINAL.fullmatch(before):
        return Stop.NEVER
    words = before.split()
    word = words[-1].lstrip(_OPENING)
    plain = _of_word(word, words[-2] if len(words) > 1 else "")
    return quoted if plain is Stop.END or quoted is Stop.UNLESS_LOWER else plain


def _of_word(word: str, previous: str) -> Stop:
    lower = word.lower()
    if lower in _NEVER or _is_initial(word, previous):
        return Stop.NEVER
    if lower in _NUMBERED:
        return Stop.UNLESS_DIGIT
    if lower in _LOWER or _DOTTED.fullmatch(word):
        return Stop.UNLESS_LOWER
    return Stop.END


def _is_initial(word: str, previous: str) -> bool:
    """`J.` in "Donald J. Smith", but not "Plan B." and not "you and I."."""
    if len(word) != 1 or not word.isupper() or word == "I":
        return False
    return previous[:1].isupper() and previous.strip(_OPENING).lower() not in _LABELS
