"""How Japanese is read: its words, as Open JTalk's dictionary has them, and what stands above them.

The dictionary is loaded with the first question: some 0.3 s and 100 MB, so ask on a thread or in a worker process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.text.kana import KANA, to_hiragana, to_romaji
from engine.text.ruby import Readings, Ruby

_KANJI = re.compile("[々〆㐀-䶿一-鿿豈-﫿]")
_JAPANESE = re.compile(f"[{KANA}々〆㐀-䶿一-鿿豈-﫿]")
_RUNS = re.compile(f"[{KANA}]+|[^{KANA}]+")
_KANA_RUN = re.compile(f"[{KANA}]+")
_DEVOICED = "’"
_SUFFIXES = (("助動詞", ""), ("助詞", "接続助詞"), ("動詞", "接尾"), ("動詞", "非自立"), ("名詞", "接尾"))
"""What is written together with the word before it, as (part of speech, its group; empty is any)."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text."""

    start: int
    """its first character in the text"""
    end: int
    """one after its last"""
    text: str
    """as it is written there"""
    reading: str
    """in hiragana"""
    said: str
    """in hiragana, as a particle is said: は is わ"""
    base: str
    """the form that a dictionary lists"""
    part: str
    """part of speech, in Japanese"""
    group: str
    """a finer one"""


def read_words(text: str) -> list[Word]:
    """The words of a text, in order; signs and blanks are words too. Raises ImportError without pyopenjtalk."""
    import pyopenjtalk

    try:
        found = pyopenjtalk.g2p_mapping(text)
    except ValueError:  # It could not match what it has made of the text with the text.
        return []
    return [_word(text, feature) for feature in found]


def read(text: str) -> Readings:
    """What can stand above a text. Raises ImportError without pyopenjtalk."""
    words = [word for word in read_words(text) if word.end > word.start]
    return Readings(tuple(_furigana(words)), tuple(_romaji(words)))


def above_kanji(written: str, reading: str) -> list[Ruby]:
    """The parts of a reading (hiragana) that belong to what of `written` is no kana: 取り込み has と and こ.

    The whole reading over the whole word where the two cannot be matched; nothing where there is no kanji.
    """
    if not _KANJI.search(written):
        return []
    runs = _RUNS.findall(written)
    pattern = "".join(re.escape(to_hiragana(run)) if _KANA_RUN.fullmatch(run) else "(.+?)" for run in runs)
    match = re.fullmatch(pattern, reading)
    if match is None:
        return [Ruby(0, len(written), reading)]
    rubies, start, parts = [], 0, iter(match.groups())
    for run in runs:
        if not _KANA_RUN.fullmatch(run):
            rubies.append(Ruby(start, start + len(run), next(parts)))
        start += len(run)
    return rubies


def _word(text: str, feature: Mapping[str, Any]) -> Word:
    start, end = feature["char_span"]
    reading, said = (to_hiragana(str(feature[key]).replace(_DEVOICED, "")) for key in ("read", "pron"))
    part, group = str(feature["pos"]), str(feature["pos_group1"])
    # Only particles are said as they are not written; elsewhere `pron` makes long vowels of おう and えい.
    said = said if part == "助詞" else reading
    return Word(start, end, text[start:end], reading, said, str(feature["orig"]), part, group)


def _furigana(words: Iterable[Word]) -> Iterator[Ruby]:
    for word in words:
        for ruby in above_kanji(word.text, word.reading):
            if ruby.text != to_hiragana(word.text) and _is_kana(ruby.text):
                yield Ruby(word.start + ruby.start, word.start + ruby.end, ruby.text)


def _romaji(words: Iterable[Word]) -> Iterator[Ruby]:
    """Above each word with what belongs to it; a word that is no Japanese, as a number, has nothing above it."""
    start = end = 0
    kana = ""
    for word in words:
        is_japanese = bool(_JAPANESE.search(word.text)) and _is_kana(word.said)
        if kana and not (is_japanese and word.start == end and _is_suffix(word)):
            yield Ruby(start, end, to_romaji(kana))
            kana = ""
        if is_japanese:
            start = start if kana else word.start
            kana, end = kana + word.said, word.end
    if kana:
        yield Ruby(start, end, to_romaji(kana))


def _is_suffix(word: Word) -> bool:
    return any(word.part == part and group in ("", word.group) for part, group in _SUFFIXES)


def _is_kana(text: str) -> bool:
    return bool(_KANA_RUN.fullmatch(text))
