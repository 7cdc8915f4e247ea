"""Where to go on in a phrase of which a voice has said the beginning before it failed."""

from __future__ import annotations

import re

from engine.text.phrases import count_morae

MORAE_PER_S = 7.0
"""How fast voices speak at rate 1.0, about."""
_NOTHING_HEARD_S = 0.1
_WORD = re.compile(r"\S+\s*")
_SPEAKABLE = re.compile(r"\w")


def rest_after(phrase: str, heard_s: float, rate: float) -> str:
    """Return what is left to be said of `phrase` after `heard_s` seconds of it, from the beginning of a word on.

    Estimated from the length, to the nearest beginning of a word. Empty when all of it was heard.
    """
    if heard_s < _NOTHING_HEARD_S:
        return phrase
    said, words = heard_s * rate * MORAE_PER_S, _words(phrase)
    for number, word in enumerate(words):
        length = count_morae(word)
        if said < length / 2:
            return "".join(words[number:])
        said -= length
    return ""


def is_speakable(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return _SPEAKABLE.search(text) is not None


def _words(phrase: str) -> list[str]:
    if " " in phrase.strip():
        return _WORD.findall(phrase)
    # Only after a failure: loading it for every start would be a waste.
    import budoux

    words: list[str] = budoux.load_default_japanese_parser().parse(phrase)
    return words
