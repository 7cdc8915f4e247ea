"""Which tokens of a byte-pair vocabulary, as GGUF files have it, English and Japanese can need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from engine.translate.grammar import japanese_characters

VERSION = 1
"""Changes with the rules below."""
NORMAL, UNUSED = 1, 5
"""Kinds of tokens, as GGUF numbers them; the others steer a model, or are single bytes."""

_MOST_ASCII = 50_000
"""Of the tokens in ASCII, those that the vocabulary learnt first, which are the frequent ones."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens in the order of their numbers, their kinds, and the merges, which are written `left right`."""

    tokens: Sequence[str]
    kinds: Sequence[int]
    merges: Sequence[str]


def kept_tokens(vocabulary: Vocabulary) -> list[int]:
    """Numbers to keep, ascending. Any text can still be spelt, if with more tokens where it is not Japanese.

    A token is kept with all those that it is merged from, so that a text whose tokens are kept is cut as before.
    """
    numbers = {token: number for number, token in enumerate(vocabulary.tokens)}
    parts = _parts(vocabulary.merges)
    kept: set[int] = set()
    waiting = [number for number in range(len(vocabulary.tokens)) if _is_needed(vocabulary, number)]
    while waiting:
        number = waiting.pop()
        if number not in kept:
            kept.add(number)
            waiting += [numbers[part] for part in parts.get(vocabulary.tokens[number], ()) if part in numbers]
    return sorted(kept)


def kept_merges(merges: Iterable[str], tokens: Iterable[str]) -> list[str]:
    """The merges of which all three tokens are there."""
    there = set(tokens)
    return [merge for merge in merges if {*(pair := merge.split(" ", 1)), "".join(pair)} <= there]


def _parts(merges: Iterable[str]) -> dict[str, list[str]]:
    """What each token is merged from: by its first merge, which is the one that happens."""
    parts: dict[str, list[str]] = {}
    for merge in merges:
        pair = merge.split(" ", 1)
        parts.setdefault("".join(pair), pair)
    return parts


def _is_needed(vocabulary: Vocabulary, number: int) -> bool:
    kind, token = vocabulary.kinds[number], vocabulary.tokens[number]
    if kind != NORMAL:
        return kind != UNUSED
    try:
        written = bytes(map(_bytes().__getitem__, token))
    except KeyError:
        return True  # not spelt in bytes: left alone
    try:
        text = written.decode()
    except UnicodeDecodeError:
        return True  # a part of a character
    if len(written) == 1 or not text.isascii():
        return len(written) == 1 or japanese_characters().issuperset(text.strip())
    return number < _MOST_ASCII


@cache
def _bytes() -> dict[str, int]:
    """The characters that stand for bytes: printable ones for themselves, the others moved up (as GPT-2 does it)."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    moved = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + place): byte for place, byte in enumerate(moved)}
