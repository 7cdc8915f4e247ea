"""Which pieces of a vocabulary made for 200 languages a translation can need."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache

VERSION = 1
"""Changes with the rules below."""

_WORD_START = "▁"
_MOST_LATIN = 20_000
"""Of the Latin pieces, which fifty languages share, the most frequent. What is missing is spelt with shorter ones."""
_SHORT = 2
"""Latin pieces of so many letters are always kept: every word can be spelt."""

_LANGUAGE = re.compile("[a-z]{3}_[A-Z][a-z]{3}|__[a-z]{2,3}__")
"""The code of a language, which no translation goes on with."""

_SCRIPTS = {
    "Grek": ("GREEK",),
    "Cyrl": ("CYRILLIC",),
    "Arab": ("ARABIC",),
    "Hebr": ("HEBREW",),
    "Deva": ("DEVANAGARI",),
    "Beng": ("BENGALI",),
    "Taml": ("TAMIL",),
    "Thai": ("THAI",),
    "Hang": ("HANGUL",),
    "Hans": ("CJK",),
}
"""Script as FLORES-200 writes it, and how the Unicode names of its letters begin."""


def kept_pieces(vocabulary: Mapping[str, int], target: str, always: Iterable[int]) -> list[int] | None:
    """Ids to keep for `target` (jpn_Jpan, …), ascending; None where all are: for languages in Latin letters.

    `vocabulary` gives the pieces' ids, frequent ones first as byte-pair encoding makes them; `always` are kept.
    """
    is_own = _letters_of(target.partition("_")[2])
    if is_own is None:
        return None
    kept, latin = set(always), list[int]()
    for piece, number in vocabulary.items():
        text = piece.removeprefix(_WORD_START)
        if _LANGUAGE.fullmatch(text):
            continue
        if text.isascii():
            if len(text) <= _SHORT or not text.isalpha():
                kept.add(number)
            else:
                latin.append(number)
        elif all(is_own(character) or _is_common(character) for character in text):
            kept.add(number)
    kept.update(sorted(latin)[:_MOST_LATIN])
    return sorted(kept)


def _letters_of(script: str) -> Callable[[str], bool] | None:
    if script == "Jpan":
        return _is_japanese
    starts = _SCRIPTS.get(script)
    if starts is None:
        return None
    return cache(lambda character: unicodedata.name(character, "").startswith(starts))


@cache
def _is_japanese(character: str) -> bool:
    """Kana, kanji of JIS X 0208, and what stands between them."""
    if not unicodedata.category(character).startswith("L"):
        return False
    name = unicodedata.name(character, "")
    if name.startswith(("HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "FULLWIDTH LATIN", "IDEOGRAPHIC")):
        return True
    if not name.startswith("CJK"):
        return character in "々〆〇ー"
    try:
        return len(character.encode("shift_jis")) == 2
    except UnicodeEncodeError:
        return False


@cache
def _is_common(character: str) -> bool:
    """Signs that every language shares: ASCII, digits, punctuation, symbols; no letters and no marks on them."""
    return character.isascii() or unicodedata.category(character)[0] in "NPSZ"
