"""Kana: from one kind to the other, and to Latin letters."""

from __future__ import annotations

import re

KANA = "ぁ-ゖァ-ヺーゝゞヽヾ"
"""for a character class"""
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "g": "がぎぐげご", "s": "さしすせそ", "z": "ざじずぜぞ", "t": "たちつてと",
    "d": "だぢづでど", "n": "なにぬねの", "h": "はひふへほ", "b": "ばびぶべぼ", "p": "ぱぴぷぺぽ", "m": "まみむめも",
    "y": "や ゆ よ", "r": "らりるれろ", "w": "わゐ ゑ ",
}  # fmt: skip
_PLAIN = {kana: letter + vowel for letter, row in _ROWS.items() for kana, vowel in zip(row, "aiueo", strict=True)}
_ODD = {
    "し": "shi", "じ": "ji", "ち": "chi", "つ": "tsu", "ぢ": "ji", "づ": "zu", "ふ": "fu", "ゔ": "vu", "を": "o",
    "ん": "n", "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o", "ゃ": "ya", "ゅ": "yu", "ょ": "yo", "ゎ": "wa",
}  # fmt: skip
_SYLLABLES = _PLAIN | _ODD
_SMALL = {"ゃ": "ya", "ゅ": "yu", "ょ": "yo", "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o", "ゎ": "wa"}
_SOFT = {"し": "sh", "じ": "j", "ち": "ch", "ぢ": "j"}
"""Swallow the y of the small kana after them: しょ is sho."""
_FOREIGN = {
    "ふ": "f", "つ": "ts", "ゔ": "v", "う": "w", "て": "t", "で": "d", "と": "t", "ど": "d", "く": "kw", "ぐ": "gw",
}  # fmt: skip
"""Consonants for vowels that they do not have by themselves: ティ is ti."""
_PIECE = re.compile("(.)([ゃゅょぁぃぅぇぉゎ]?)")


def to_hiragana(text: str) -> str:
    """Katakana as hiragana; everything else stays."""
    return text.translate(_TO_HIRAGANA)


def to_romaji(kana: str) -> str:
    """Kana in Hepburn's letters, long vowels as the kana write them: がっこう is gakkou, サーバー is saabaa.

    What is no kana is left out.
    """
    written, before = "", ""
    for first, small in _PIECE.findall(to_hiragana(kana)):
        if first == "ー":
            written += written[-1:] if written[-1:] in tuple("aiueo") else ""
            continue
        syllable = "" if first == "っ" else _syllable(first, small)
        if before == "ん" and syllable[:1] in tuple("aiueoy"):
            written += "'"
        if before == "っ" and syllable[:1] not in ("", *"aiueon"):
            written += "t" if syllable.startswith("ch") else syllable[0]
        written, before = written + syllable, first
    return written


def _syllable(first: str, small: str) -> str:
    if not small:
        return _SYLLABLES.get(first, "")
    vowel = _SMALL[small]
    if first in _SOFT:
        return _SOFT[first] + vowel.removeprefix("y")
    if first in _FOREIGN:
        return _FOREIGN[first] + vowel
    syllable = _SYLLABLES.get(first, "")
    return syllable[:-1] + vowel if vowel[0] == "y" and syllable.endswith("i") else syllable + vowel
