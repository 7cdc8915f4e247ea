"""Words to learn: each content word once, with its reading and the sentence it was first met in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.history.export.material import Material

_CONTENT = ("名詞", "動詞", "形容詞", "副詞")
_NOT_LEARNT = ("数", "非自立", "代名詞", "接尾")


def words(material: Material) -> Iterator[str]:
    """Tab-separated: word, reading in hiragana, part of speech, how often, Japanese sentence, English sentence.

    Words with kanji only, most frequent first. Raises ImportError without pyopenjtalk.
    """
    import pyopenjtalk

    found: dict[str, tuple[str, str, str, str]] = {}
    counts: dict[str, int] = {}
    for sentence in material.sentences():
        for feature in pyopenjtalk.run_frontend(sentence.ja) if sentence.ja else ():
            if not _is_worth_it(feature):
                continue
            word = str(feature["orig"])
            counts[word] = counts.get(word, 0) + 1
            found.setdefault(word, (_hiragana(str(feature["read"])), feature["pos"], sentence.ja, sentence.en))
    yield "word\treading\tpart of speech\tcount\tja\ten\n"
    for word in sorted(found, key=lambda word: -counts[word]):
        reading, part, ja, en = found[word]
        cells = (word, reading, part, str(counts[word]), ja, en)
        yield "\t".join(" ".join(cell.split()) for cell in cells) + "\n"


def _is_worth_it(feature: Mapping[str, Any]) -> bool:
    has_kanji = any("\u4e00" <= character <= "\u9fff" for character in feature["orig"])
    return has_kanji and feature["pos"] in _CONTENT and feature["pos_group1"] not in _NOT_LEARNT


def _hiragana(katakana: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in katakana.replace("’", ""))
