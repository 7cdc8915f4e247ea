"""What kind of letter a character is, as far as Japanese text is concerned."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

HAN = "\u3400-\u9fff\uf900-\ufaff々〆"
KATAKANA = "ァ-ヺーｦ-ﾟ"
HIRAGANA = "ぁ-ゖゝゞ"

_NAME_OF_SCRIPT = {
    "Arab": "ARABIC LETTER",
    "Beng": "BENGALI",
    "Cyrl": "CYRILLIC",
    "Deva": "DEVANAGARI",
    "Grek": "GREEK",
    "Hang": "HANGUL",
    "Hans": "CJK UNIFIED",
    "Hebr": "HEBREW",
    "Latn": "LATIN",
    "Taml": "TAMIL",
    "Thai": "THAI",
}
"""How the names of a script's characters begin in Unicode."""

_EVERYWHERE = ("LATIN", "GREEK", "FULLWIDTH LATIN", "MICRO", "MODIFIER", "FEMININE", "MASCULINE", "DOUBLE-STRUCK")
"""Beginnings of names of letters that any text about code may have."""

_KANA = re.compile(f"[{HIRAGANA}{KATAKANA}]")
_HAN = re.compile(f"[{HAN}]")


def count_kana(text: str) -> int:
    """How many hiragana and katakana."""
    return len(_KANA.findall(text))


def count_han(text: str) -> int:
    """How many kanji or other Han characters."""
    return len(_HAN.findall(text))


def count_latin(text: str) -> int:
    """How many Latin letters."""
    return sum(character.isalpha() and unicodedata.name(character, "").startswith("LATIN") for character in text)


def count_script(text: str, script: str) -> int:
    """How many letters of a script (ISO 15924 code; Jpan counts kana and Han). An unknown script has none."""
    if script == "Jpan":
        return count_kana(text) + count_han(text)
    prefix = _NAME_OF_SCRIPT.get(script)
    return sum(unicodedata.name(character, "").startswith(prefix) for character in text) if prefix else 0


def foreign_letters(text: str) -> str:
    """The letters that Japanese technical text does not have: other scripts, and Han outside the Japanese sets."""
    return "".join(character for character in text if _is_foreign(character))


def letters_outside(text: str, script: str) -> str:
    """The letters that are neither of this script (ISO 15924 code) nor Latin or Greek."""
    own = _NAME_OF_SCRIPT.get(script, "LATIN").split()[0]
    return "".join(character for character in text if character.isalpha() and not _is_of(character, own))


def _is_of(character: str, own: str) -> bool:
    return unicodedata.name(character, "LATIN").startswith((own, *_EVERYWHERE))


@cache
def jis_kanji() -> frozenset[str]:
    """The kanji of JIS X 0208 (levels 1 and 2), as Python's own codec knows them."""
    rows = range(0x21, 0x75)
    encoded = (bytes((0x1B, 0x24, 0x42, row, cell, 0x1B, 0x28, 0x42)) for row in rows for cell in range(0x21, 0x7F))
    decoded = (code.decode("iso2022_jp", errors="ignore") for code in encoded)
    return frozenset(character for character in decoded if _HAN.fullmatch(character))


def _is_foreign(character: str) -> bool:
    if not character.isalpha():
        return False
    if _HAN.match(character):
        return not _is_japanese_han(character)
    name = unicodedata.name(character, "")
    return not name.startswith(("LATIN", "GREEK", "HIRAGANA", "KATAKANA", "FULLWIDTH", "HALFWIDTH", "MICRO"))


def _is_japanese_han(character: str) -> bool:
    # Windows' set has a few dozen more than JIS X 0208 that real Japanese text uses.
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
