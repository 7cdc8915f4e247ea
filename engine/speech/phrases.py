"""Cuts Japanese into the phrases that a voice can speak one after the other."""

from __future__ import annotations

import re

_PHRASE = re.compile(r"[^、。！？!?\n]*[、。！？!?\n]+[」』）)]*|[^、。！？!?\n]+")
_SENTENCE_END = re.compile(r"[。！？!?\n][」』）)]*$")

_PAUSE_S = 0.12
_SENTENCE_PAUSE_S = 0.30


def split_phrases(text: str, min_length: int = 1) -> list[str]:
    """Cut after 、。！？; a phrase shorter than `min_length` characters is joined to the next one.

    Joined together, the phrases are the text again.
    """
    phrases: list[str] = []
    pending = ""
    for match in _PHRASE.finditer(text):
        pending += match.group()
        if len(pending) >= min_length:
            phrases.append(pending)
            pending = ""
    if pending and phrases and len(pending) < min_length:
        phrases[-1] += pending
    elif pending:
        phrases.append(pending)
    return phrases


def ends_sentence(phrase: str) -> bool:
    """Say whether a longer pause follows the phrase."""
    return _SENTENCE_END.search(phrase) is not None


def pause_after(phrase: str) -> float:
    """Seconds that a speaker at normal speed is silent after a phrase that another one follows."""
    return _SENTENCE_PAUSE_S if ends_sentence(phrase) else _PAUSE_S
