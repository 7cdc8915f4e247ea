"""Placeholders for translators that follow no instructions (NLLB, Marian): names go round the model, not through it.

A placeholder is a capital letter and a number, as X1: such short codes are in every vocabulary and are copied by
models trained on web text, where they name figures, cells and parts. One that the model loses anyway leaves its name
missing in the output, and the guard sees that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.glossary import NO_GLOSSARY, Glossary
from engine.translate import tokens

_LETTERS = "XZQVWKYJRH"
_CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_VERSION_OR_MEASURE = re.compile(
    r"(?<![\w.])(?:v\d+(?:\.\d+)*|\d+(?:\.\d+)+)(?:[-+][A-Za-z0-9.]*[A-Za-z0-9])?(?![\w])"  # v2, 3.12.1, 1.0.0-rc1
    r"|(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?:%|[ \u00a0]?(?:[munµ]s|s|[KMGTP]i?B|[kKMG]?Hz|[kMG]bps|px|em|rem|dB|°C)\b)"
)
_LATIN = re.compile("[A-Za-zＡ-Ｚａ-ｚ]")
_SPACE = "[ \u00a0\u3000]?"


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Protected:
    """A sentence with placeholders: `text` is for the model; `names[n - 1]` belongs to placeholder n."""

    text: str
    names: tuple[str, ...]
    """what stands in the translation: the name as written, or the glossary's translation"""
    letter: str
    """the capital letter of the placeholders"""

    def restorer(self) -> Restorer:
        """What puts the names back into the growing translation; one for each translation."""
        return Restorer(self.names, self.letter)


class Restorer:
    """Puts the names back into a growing text. `X 1`, `x1` and full-width `Ｘ１` count as `X1` too."""

    def __init__(self, names: tuple[str, ...], letter: str) -> None:
        self._names = names
        either = f"[{letter}{letter.lower()}{_wide(letter)}{_wide(letter.lower())}]"
        self._whole = re.compile(f"(?<![A-Za-zＡ-Ｚａ-ｚ]){either}{_SPACE}([0-9０-９]+)")
        self._growing = re.compile(f"(?<![A-Za-zＡ-Ｚａ-ｚ]){either}{_SPACE}[0-9０-９]*$")
        self._held = ""
        self._before = " "
        """stands for the last character given out: a placeholder does not begin inside a word"""

    def feed(self, piece: str) -> str:
        """Take the next piece; return what is settled. A placeholder that may still be growing is held back."""
        if not self._names:
            return piece
        text = self._before + self._held + piece
        growing = self._growing.search(text)
        return self._give(text, growing.start() if growing else len(text))

    def end(self) -> str:
        """The translation is whole: return what was held back."""
        text = self._before + self._held
        return self._give(text, len(text))

    def _give(self, text: str, end: int) -> str:
        settled, self._held = text[:end], text[end:]
        self._before = "a" if _LATIN.match(settled[-1]) else " "
        return self._whole.sub(self._name_of, settled)[1:]

    def _name_of(self, found: re.Match[str]) -> str:
        number = int(found[1])
        return self._names[number - 1] if 1 <= number <= len(self._names) else found[0]


def protect(english: str, glossary: Glossary | None = None) -> Protected:
    """Replace code, paths, identifiers, URLs, flags, versions, measures and the glossary's terms by placeholders.

    Plain numbers stay in the text: the model needs them for its grammar, and copies them well.
    """
    letter = _free_letter(english)
    names: list[str] = []
    text, position = "", 0
    for span in _spans(english, glossary or NO_GLOSSARY):
        if span.replacement not in names:
            names.append(span.replacement)
        text += english[position : span.start] + f"{letter}{names.index(span.replacement) + 1}"
        position = span.end
    return Protected(text + english[position:], tuple(names), letter)


def _spans(english: str, glossary: Glossary) -> list[_Span]:
    """What to replace, in order, none overlapping another; what comes first in this list of kinds wins."""
    found: list[_Span] = []
    for span in (*_in_code(english), *_in_glossary(english, glossary), *_named(english), *_measured(english)):
        if all(span.end <= other.start or span.start >= other.end for other in found):
            found.append(span)
    return sorted(found, key=lambda span: span.start)


def _in_code(english: str) -> list[_Span]:
    return [_Span(found.start(), found.end(), found[0]) for found in _CODE_SPAN.finditer(english)]


def _in_glossary(english: str, glossary: Glossary) -> list[_Span]:
    return [_Span(match.start, match.end, match.replacement) for match in glossary.find(english)]


def _named(english: str) -> list[_Span]:
    names = sorted(tokens.names(english), key=len, reverse=True)
    return [
        _Span(found.start(), found.end(), found[0])
        for name in names
        for found in re.finditer(rf"(?<![\w-]){re.escape(name)}(?!\w)", english)
    ]


def _measured(english: str) -> list[_Span]:
    return [_Span(found.start(), found.end(), found[0]) for found in _VERSION_OR_MEASURE.finditer(english)]


def _free_letter(english: str) -> str:
    """A letter that the English does not use as a word of its own, or before a number."""
    used = {found[1].upper() for found in re.finditer(r"(?<![A-Za-z])([A-Za-z])(?![A-Za-z])", english)}
    return next((letter for letter in _LETTERS if letter not in used), _LETTERS[0])


def _wide(letter: str) -> str:
    return chr(ord(letter) + 0xFEE0)
