"""Latin letters to katakana: words, acronyms, identifiers and paths."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

# fmt: off
_LETTERS = {
    "a": "エー", "b": "ビー", "c": "シー", "d": "ディー", "e": "イー", "f": "エフ", "g": "ジー", "h": "エイチ",
    "i": "アイ", "j": "ジェイ", "k": "ケー", "l": "エル", "m": "エム", "n": "エヌ", "o": "オー", "p": "ピー",
    "q": "キュー", "r": "アール", "s": "エス", "t": "ティー", "u": "ユー", "v": "ブイ", "w": "ダブリュー",
    "x": "エックス", "y": "ワイ", "z": "ゼット",
}
# fmt: on
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SEPARATOR = re.compile(r"(::|[./\\@-])")
_SAID = {"/": "スラッシュ", "\\": "スラッシュ", ".": "ドット", "@": "アット"}
_MAX_PATH_PARTS = 3
_MAX_WORD = 40
"""Letters; a longer word is no word, and would take the model long."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The sections of words.toml."""

    phrases: Mapping[str, str]
    exact: Mapping[str, str]
    words: Mapping[str, str]
    units: Mapping[str, str]


def load_dictionary() -> Dictionary:
    """Read words.toml from the package."""
    return Dictionary(**tomllib.loads((files("engine.speech") / "words.toml").read_text(encoding="utf-8")))


def convert_with_kanalizer(word: str) -> str:
    """Read one lower-case English word; empty when the model finds no end."""
    import kanalizer

    try:
        return str(kanalizer.convert(word, on_incomplete="error"))
    except kanalizer.IncompleteConversionError:
        return ""


def spell(word: str) -> str:
    """Say a word letter by letter; digits stay."""
    return "".join(_LETTERS.get(letter, letter) for letter in word.lower())


class Katakana:
    """Says Latin words in katakana. Each word is worked out once and kept."""

    def __init__(self, dictionary: Dictionary, convert: Callable[[str], str] = convert_with_kanalizer) -> None:
        """`convert` reads one lower-case word that the dictionary does not have."""
        self._dictionary = dictionary
        self._convert = convert
        self._word = lru_cache(maxsize=4096)(self._read_word)

    def name(self, name: str) -> str:
        """Say an identifier, a dotted name, a path or a plain word. Of a deep path, the last two parts are said."""
        parts = [part for part in re.split(r"[/\\]", name) if part not in ("", ".", "..", "~")]
        if len(parts) > _MAX_PATH_PARTS:
            name = "/".join(parts[-2:])
        elif len(parts) <= 1:
            name = parts[0] if parts else ""
        return " ".join(said for part in _SEPARATOR.split(name) if (said := self._part(part)))

    def word(self, word: str) -> str:
        """Say one word; digits stay digits."""
        return self._word(word)

    def _part(self, part: str) -> str:
        return _SAID.get(part, "") if _SEPARATOR.fullmatch(part) else self._word(part)

    def _look_up(self, word: str) -> str | None:
        return self._dictionary.exact.get(word) or self._dictionary.words.get(word.lower())

    def _read_word(self, word: str) -> str:
        word = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
        if (known := self._look_up(word)) is not None:
            return known
        if len(word) == 1:
            return spell(word)
        if len(word) > 2 and word[-1] == "s" and word[:-1].isupper():
            return self._word(word[:-1])
        pieces = _PIECE.findall(word.replace("'", ""))
        if len(pieces) == 1:
            return self._read_piece(pieces[0])
        # A space gives each piece an accent of its own, without a pause.
        return " ".join(self._word(piece) for piece in pieces)

    def _read_piece(self, piece: str) -> str:
        if piece.isdigit():
            return piece
        if len(piece) > _MAX_WORD:
            return "長い名前"
        if _is_acronym(piece):
            return spell(piece)
        said = self._convert(piece.lower())
        # No Japanese word begins so: the model did not know what to do.
        return spell(piece) if not said or said[0] in "ンッー" else said


def _is_acronym(piece: str) -> bool:
    has_vowel = any(letter in "aeiouy" for letter in piece.lower())
    return (piece.isupper() and len(piece) <= 3) or not has_vowel
