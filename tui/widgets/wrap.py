"""Text into lines of exact width: English by words, Japanese by phrases and by kinsoku."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    import budoux

REPLACEMENT = "�"
NO_LINE_START = frozenset(
    "、。，．・：；！？!?,.:;）)」』】］]｝}〕〉》〙〗’”»…‥ー〜～々ゝゞヽヾ％%℃°"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
)
"""Characters no line may start with."""
NO_LINE_END = frozenset("（(「『【［[｛{〔〈《〘〖‘“«￥¥＄$＃#")
"""Characters no line may end with."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Invisible, and terminals disagree on the width of what they join.
_DROPPED = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f")
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_LATIN_RUN = re.compile(r"[!-~]+|.", re.DOTALL)


def clean(text: str) -> str:
    """Make untrusted text safe to draw: one line, no control or direction characters, tabs as spaces."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_clean_character(character) for character in text)


def _clean_character(character: str) -> str:
    if character == "\t":
        return "    "
    if character in _DROPPED:
        return ""
    category = unicodedata.category(character)
    if character == "\n" or (category in ("Zs", "Zl", "Zp") and character != "\u3000"):
        return " "
    return REPLACEMENT if character in _BIDI or category in ("Cc", "Cf", "Cs", "Co", "Cn") else character


def wrap(text: str, width: int) -> list[str]:
    """Cut cleaned text into lines of at most `width` cells; at least one line."""
    if width < 2:
        width = 2  # a wide character must fit
    lines: list[str] = []
    line, used = "", 0
    for phrase, phrase_width, bare_width in _phrases(text):
        if used + bare_width > width:
            if line:
                lines.append(line.rstrip())
            line, used = "", 0
            if bare_width > width:
                *full, phrase = _break_long(phrase, width)
                lines.extend(full)
                phrase_width = cell_len(phrase)
        line, used = line + phrase, used + phrase_width
    return [*lines, line.rstrip()]


def wrap_places(text: str, width: int) -> list[tuple[int, str]]:
    """As `wrap`, with the place in `text` of each line's first character."""
    places: list[tuple[int, str]] = []
    at = 0
    for line in wrap(text, width):
        at = text.index(line, at)  # Only blanks were left out between two lines.
        places.append((at, line))
        at += len(line)
    return places


def phrases(text: str) -> list[str]:
    """What stays together in cleaned text; joined, the phrases are the text again."""
    return [phrase for phrase, _, _ in _phrases(text)]


@lru_cache(maxsize=10_240)
def _phrases(text: str) -> tuple[tuple[str, int, int], ...]:
    """What stays together: (phrase, its cells, its cells without trailing spaces)."""
    pieces = _kinsoku(_japanese_phrases(text)) if _JAPANESE.search(text) else re.findall(r"\s*\S+\s*|\s+", text)
    return tuple((piece, cell_len(piece), cell_len(piece.rstrip())) for piece in pieces)


def _japanese_phrases(text: str) -> list[str]:
    """BudouX's phrases, cut at spaces too, because English words stand between Japanese ones."""
    return [piece for phrase in _parser().parse(text) for piece in re.findall(r"\S+\s*|\s+", phrase)]


@lru_cache(maxsize=1)
def _parser() -> budoux.Parser:
    import budoux

    return budoux.load_default_japanese_parser()


def _kinsoku(phrases: list[str]) -> list[str]:
    """Join phrases wherever the break between them is forbidden."""
    joined: list[str] = []
    for phrase in phrases:
        if joined and not may_break(joined[-1], phrase):
            joined[-1] += phrase
        else:
            joined.append(phrase)
    return joined


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two pieces of text, neither of them empty."""
    return before[-1] not in NO_LINE_END and after[0] not in NO_LINE_START and not unicodedata.combining(after[0])


def _break_long(phrase: str, width: int) -> list[str]:
    """Cut a phrase wider than a line, as late as kinsoku allows; every line but the last is full."""
    lines: list[str] = []
    units = list(_units(phrase, width))
    while units:
        count = _fitting(units, width)
        if count < len(units):
            count = _allowed(units, count)
        lines.append("".join(units[:count]))
        units = units[count:]
    return lines


def _fitting(units: list[str], width: int) -> int:
    """How many units fit on one line; at least one."""
    used = 0
    for count, unit in enumerate(units):
        used += cell_len(unit)
        if used > width:
            return max(count, 1)
    return len(units)


def _allowed(units: list[str], count: int) -> int:
    """The last allowed break at or before `count`; `count` itself where none is allowed."""
    for candidate in range(count, 0, -1):
        if may_break(units[candidate - 1], units[candidate]):
            return candidate
    return count


def _units(phrase: str, width: int) -> Iterator[str]:
    """Single characters with their combining marks; Latin words whole where they fit a line."""
    pending = ""
    for run in _LATIN_RUN.findall(phrase):
        for unit in [run] if cell_len(run) <= width else run:
            if pending and unicodedata.combining(unit[0]):
                pending += unit
                continue
            if pending:
                yield pending
            pending = unit
    if pending:
        yield pending


def fit(text: str, width: int) -> str:
    """Cut cleaned text to `width` cells, with `…` where something is missing; never padded."""
    if cell_len(text) <= width:
        return text
    kept, used = [], 0
    for character in text:
        used += cell_len(character)
        if used > width - 1:
            break
        kept.append(character)
    return "".join(kept) + "…" if width > 0 else ""


def pad(text: str, width: int) -> str:
    """Fill up with spaces to `width` cells."""
    return text + " " * max(width - cell_len(text), 0)
