"""What reaches a translator: a clean sentence, or none, where there is nothing to translate."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from engine.translate import letters, tokens
from engine.translate.languages import find

_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u2028-\u202e\u20e3\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffd\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Soft hyphens, marks of zero width, of direction and of variation, replacement characters, halves of surrogates."""
_HARMFUL = re.compile("[\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Overrides of direction can hide what a line says; halves of surrogates cannot be encoded."""
_PICTURES = ("So", "Sk", "Cn", "Co")
_KEPT_SYMBOLS = frozenset("°©®™^`´¨")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_END_OF_CODE = re.compile(r"[;{}]\s*$")
_OPERATOR = re.compile(r"[={}$|;]|=>|->|::|\w\(")
_ADJACENT_WORDS = re.compile(r"[A-Za-z][A-Za-z'’]+(?: [A-Za-z][A-Za-z'’]+){2,}")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sentence as a translator should get it."""

    english: str
    """cleaned: no control characters, no pictures, no halves of characters; one line; code in backticks if known"""
    verbatim: str | None
    """what to show instead of a translation, without asking a model; None where there is something to translate"""


def prepare(english: str, to: str, markdown: str = "") -> Prepared:
    """Clean one sentence that is to become the language `to` (ISO 639 code).

    Text that is already in that language, and text of nothing but code, numbers or pictures stays as it is.
    `markdown` is the sentence as it was written: what is a code span there gets its backticks back, so that the
    translator and the guard know that it has to come through unchanged.
    """
    shown = _without_controls(english)
    cleaned = _mark_code(_one_line(_without_pictures(shown)), markdown)
    is_final = not _has_words(cleaned) or _is_code(cleaned) or _is_in(cleaned, to)
    return Prepared(cleaned, shown if is_final else None)


def _mark_code(plain: str, markdown: str) -> str:
    marked, position = "", 0
    for span in _CODE_SPAN.finditer(markdown):
        code = _one_line(_without_pictures(_without_controls(span[2])))
        start = plain.find(code, position) if code and "`" not in code else -1
        if start >= 0:
            marked += f"{plain[position:start]}`{code}`"
            position = start + len(code)
    return marked + plain[position:]


def _without_controls(text: str) -> str:
    """A control character may have stood between two words, so a space takes its place."""
    visible = (" " if unicodedata.category(character) == "Cc" else character for character in text)
    return _one_line(_HARMFUL.sub("", "".join(visible)))


def _without_pictures(text: str) -> str:
    """Without emoji and the like: they are in no translator's vocabulary, and come out as rubbish."""
    text = _INVISIBLE.sub("", text)
    return "".join(" " if _is_picture(character) else character for character in text)


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) in _PICTURES and character not in _KEPT_SYMBOLS


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _has_words(text: str) -> bool:
    """Two letters in a row at least, outside of names from code."""
    plain = tokens.blank_names(text)
    return bool(_TWO_LETTERS.search(plain)) or letters.count_han(plain) > 0


def _is_code(text: str) -> bool:
    """A line of a program: it ends as one, or has operators, and no three words in a row, and no full stop."""
    if _END_OF_CODE.search(text):
        return _OPERATOR.search(text) is not None
    starts_small = text[:1].islower() or not text[:1].isalpha()
    ends_open = text[-1:] not in ".!?:…"
    return starts_small and ends_open and bool(_OPERATOR.search(text)) and not _ADJACENT_WORDS.search(text)


def _is_in(text: str, to: str) -> bool:
    """Whether most letters are of a script that this language has and English has not. Japanese needs kana, too."""
    language = find(to)
    if language is None:
        return False
    plain = tokens.blank_names(text)
    own = letters.count_script(plain, language.nllb.partition("_")[2])
    latin = letters.count_latin(plain)
    if language.nllb.endswith("_Latn") or not own:
        return False
    if to != "ja":
        return own > latin
    if letters.count_kana(plain):
        # Japanese about code holds long Latin names; English that quotes a label holds many words.
        return own * 5 >= latin
    return latin == 0 and not letters.foreign_letters(plain)
