"""Words to learn: each content word once, with its reading and the sentence it was first met in."""

from __future__ import annotations

from collections.abc import Iterator

from engine.history.export.material import Material
from engine.text.readings import Word, read_words

_CONTENT = ("名詞", "動詞", "形容詞", "副詞")
_NOT_LEARNT = ("数", "非自立", "代名詞", "接尾")


def words(material: Material) -> Iterator[str]:
    """Tab-separated: word, reading in hiragana, part of speech, how often, Japanese sentence, English sentence.

    Words with kanji only, most frequent first. Raises ImportError without pyopenjtalk.
    """
    found: dict[str, tuple[str, str, str, str]] = {}
    counts: dict[str, int] = {}
    for sentence in material.sentences():
        for word in read_words(sentence.ja) if sentence.ja else ():
            if not _is_worth_it(word):
                continue
            counts[word.base] = counts.get(word.base, 0) + 1
            found.setdefault(word.base, (word.reading, word.part, sentence.ja, sentence.en))
    yield "word\treading\tpart of speech\tcount\tja\ten\n"
    for base in sorted(found, key=lambda base: -counts[base]):
        reading, part, ja, en = found[base]
        cells = (base, reading, part, str(counts[base]), ja, en)
        yield "\t".join(" ".join(cell.split()) for cell in cells) + "\n"


def _is_worth_it(word: Word) -> bool:
    has_kanji = any("\u4e00" <= character <= "\u9fff" for character in word.base)
    return has_kanji and word.part in _CONTENT and word.group not in _NOT_LEARNT
