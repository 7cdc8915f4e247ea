"""A row as lines: English left and Japanese right, or English above Japanese where the view is narrow, or one alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len

from engine.sentence import Kind, Sentence, State
from engine.text.ruby import Ruby
from tui.widgets.block_layout import block_lines
from tui.widgets.look import Above, Languages, Look
from tui.widgets.marks import Mark, mark_line, mark_lines
from tui.widgets.row import Row
from tui.widgets.spans import Line, Span, line_width
from tui.widgets.wrap import clean, fit, wrap, wrap_places

if TYPE_CHECKING:
    from tui.widgets.ruby import RubyLine

MARGIN = 3
"""Cells left of the text: selection bar, mark, space."""
SIDE_BY_SIDE_WIDTH = 70
"""From this width on the two languages stand side by side."""
DIVIDER = "  │ "
SUBAGENT_SIGN = "↳"
BLOCKS = (Kind.CODE, Kind.TABLE, Kind.RULE)
"""Kinds that take both columns."""
PLAIN_LOOK = Look()
READING = "reading"
"""the role of what stands above the Japanese"""
_BULLET = re.compile(r"\s*(?:>\s*)*(?:[-*+]|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class Columns:
    """How the width is shared."""

    width: int
    english: int
    japanese: int
    is_side_by_side: bool

    @classmethod
    def of(cls, width: int, languages: Languages = Languages.BOTH) -> Columns:
        """Share `width` cells: a margin left, one cell free at the right."""
        body = max(width - MARGIN - 1, 4)
        if width < SIDE_BY_SIDE_WIDTH or languages is not Languages.BOTH:
            return cls(width, body, body, False)
        english = (body - len(DIVIDER)) // 2
        return cls(width, english, body - len(DIVIDER) - english, True)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one role, with marks in it. `text` is clean."""

    text: str
    role: str
    marks: Sequence[Mark] = ()
    rubies: Sequence[Ruby] = ()
    """what stands above it"""


def row_lines(row: Row, width: int, look: Look = PLAIN_LOOK) -> list[Line]:
    """The row's lines; the first that has text has the mark. At most `width` cells each."""
    columns = Columns.of(width, look.languages)
    if row.sentence.kind in BLOCKS:
        body = block_lines(row, columns.width - MARGIN - 1, look)
    else:
        body = _text_lines(row, columns, look)
    blank_above: list[Line] = [()] if row.sentence.kind is Kind.HEADING else []
    return [*blank_above, *_with_margin(row, body)]


def draft_lines(kind: Kind, text: str, width: int, look: Look = PLAIN_LOOK) -> list[Line]:
    """The English that is still being written: dim, where its row will be."""
    columns = Columns.of(width, look.languages)
    blank = Span(" " * MARGIN)
    if kind in BLOCKS:  # only its latest line is given
        return [(blank, Span("▏ ", "faint"), Span(fit(clean(text), width - MARGIN - 3), "draft"))]
    if look.languages is Languages.JAPANESE:
        return [(blank, Span("…", "draft"))]
    sentence = Sentence(id=0, kind=kind, en=text)
    english = _wrapped(sentence, [Piece(clean(text), "draft")], columns.english)
    if not columns.is_side_by_side:
        return [(blank, *line) for line in english]
    return [(blank, *_padded(line, columns.english), Span(DIVIDER, "faint")) for line in english]


def separator_lines(prompt: str, time: str | None, width: int, *, is_old: bool = False) -> list[Line]:
    """The line between two turns: the prompt, and the time if it is given; dim for what was said before."""
    role = "dim" if is_old else "prompt"
    tail = f" {time} ─" if time else ""
    shown = fit(clean(prompt).strip() or "…", width - 6 - cell_len(tail))
    rule = "─" * max(width - cell_len(shown) - 6 - cell_len(tail), 0)
    return [(), (Span("── ", "faint"), Span("❯ ", role), Span(shown, role), Span(f" {rule}{tail}", "faint"))]


def note_lines(text: str, width: int) -> list[Line]:
    """A remark between rows, such as that the turn was interrupted."""
    return [(Span(" " * MARGIN), Span(line, "dim")) for line in wrap(clean(text), width - MARGIN - 1)]


def _text_lines(row: Row, columns: Columns, look: Look) -> list[Line]:
    sentence = row.sentence
    if look.languages is Languages.JAPANESE:
        said = _japanese(row, look) or _stand_in(row, look)
        return _wrapped(sentence, [*_speaker(sentence), *said], columns.japanese)
    english = _wrapped(sentence, [*_speaker(sentence), *_english(row, look)], columns.english)
    if look.languages is Languages.ENGLISH:
        return english
    said = _japanese(row, look)
    japanese = _wrapped(sentence, said, columns.japanese, has_bullet=columns.is_side_by_side) if said else []
    if not columns.is_side_by_side:
        return english + japanese
    if japanese and _is_reading(japanese[0]):
        english = [(), *english]  # The first lines of text stand side by side.
    return [
        (*_padded(left or (), columns.english), Span(DIVIDER, "faint"), *(right or ()))
        for left, right in zip_longest(english, japanese)
    ]


def _speaker(sentence: Sentence) -> list[Piece]:
    """Whose words they are, where they are not Claude's own."""
    return [Piece(clean(f"{SUBAGENT_SIGN} {sentence.speaker}:"), "label")] if sentence.speaker else []


def _english(row: Row, look: Look) -> list[Piece]:
    sentence = row.sentence
    english = _piece(sentence.en, _english_role(sentence), sentence, look)
    is_alone = look.languages is Languages.ENGLISH
    return [english, *(_failure(sentence) if is_alone else [])]


def _english_role(sentence: Sentence) -> str:
    if sentence.is_old:
        return "dim"
    return "heading-english" if sentence.kind is Kind.HEADING else "english"


def _japanese(row: Row, look: Look) -> list[Piece]:
    """What stands in the Japanese column: nothing yet, the Japanese, or why there is none."""
    sentence = row.sentence
    if failure := _failure(sentence):
        kept = [_piece(sentence.ja, "japanese", sentence, look)] if sentence.ja else []
        return [*kept, *failure]
    if row.is_untranslated:
        return [Piece("(EN)", "warning"), _piece(sentence.ja, "dim", sentence, look)]
    if sentence.ja:
        return [_spoken(row, look)]
    return [Piece("…", "state-translating")] if sentence.state is State.TRANSLATING else []


def _stand_in(row: Row, look: Look) -> list[Piece]:
    """What stands for Japanese that is not there: the English where none will come, else dots."""
    sentence = row.sentence
    is_over = sentence.is_old or sentence.state.is_final
    return [_piece(sentence.en, "dim", sentence, look) if is_over else Piece("…", "dim")]


def _failure(sentence: Sentence) -> list[Piece]:
    is_told = sentence.state is State.FAILED and sentence.reason
    return [Piece(clean(f"! {sentence.reason}"), "error")] if is_told else []


def _spoken(row: Row, look: Look) -> Piece:
    """The Japanese, with the phrase that is being said."""
    sentence = row.sentence
    piece = replace(_piece(sentence.ja, _japanese_role(row), sentence, look), rubies=_rubies(row, look))
    if row.phrase is None:
        return piece
    start, end = _in_clean(sentence.ja, row.phrase)
    return replace(piece, role="sounding-around", marks=[Mark(start, end, "sounding-phrase"), *piece.marks])


def _rubies(row: Row, look: Look) -> list[Ruby]:
    """What stands above the Japanese. Nothing while it grows: another word may come to belong to the last one."""
    sentence = row.sentence
    is_growing = sentence.state in (State.WAITING, State.TRANSLATING)
    readings = None if look.above is Above.OFF or is_growing else look.readings(sentence.ja)
    if readings is None:
        return []
    rubies = readings.furigana if look.above is Above.FURIGANA else readings.romaji
    return [Ruby(*_in_clean(sentence.ja, (ruby.start, ruby.end)), ruby.text) for ruby in rubies]


def _in_clean(text: str, edges: tuple[int, int]) -> tuple[int, int]:
    """Places in a text as places in it when it is clean."""
    start, end = edges
    return len(clean(text[:start])), len(clean(text[:end]))


def _japanese_role(row: Row) -> str:
    if row.is_sounding:
        return "sounding"
    return "heading-japanese" if row.sentence.kind is Kind.HEADING else "japanese"


def _piece(text: str, role: str, sentence: Sentence, look: Look) -> Piece:
    cleaned = clean(text)
    return Piece(cleaned, role, look.found_in(cleaned, sentence.id))


def _wrapped(sentence: Sentence, pieces: Sequence[Piece], width: int, has_bullet: bool = True) -> list[Line]:
    """Clean text as lines at most `width` wide, with the sentence's bullet or bar before it."""
    first, rest = _prefixes(sentence, has_bullet)
    room = width - cell_len(first)
    lines: list[Line] = []
    for piece in pieces:
        following = _piece_lines(piece, room)
        fits = lines and line_width(lines[-1]) + 1 + line_width(following[0]) <= room
        if fits and not _is_reading(following[0]):
            # A short label and what follows it stand on one line.
            lines[-1] = (*lines[-1], Span(" "), *following.pop(0))
        lines.extend(following)
    begins = next((number for number, line in enumerate(lines) if not _is_reading(line)), 0)
    return [(Span(first if number == begins else rest, "dim"), *line) for number, line in enumerate(lines)]


def _piece_lines(piece: Piece, width: int) -> list[Line]:
    if piece.rubies:
        from tui.widgets.ruby import ruby_lines  # Few people have readings on.

        return [drawn for line in ruby_lines(piece.text, piece.rubies, width) for drawn in _with_readings(line, piece)]
    wrapped = ((place, (Span(line, piece.role),)) for place, line in wrap_places(piece.text, width))
    return mark_lines(wrapped, piece.marks)


def _with_readings(line: RubyLine, piece: Piece) -> list[Line]:
    """A line, and the readings above it where there are any."""
    below: list[Span] = []
    for number, (place, text) in enumerate(line.pieces, 1):
        if place < 0:  # a gap; a word follows
            below.append(Span(text, _role_at(line.pieces[number][0], piece)))
            continue
        shown = text.rstrip() if number == len(line.pieces) else text
        below.extend(mark_line((Span(shown, piece.role),), piece.marks, place))
    above: list[Line] = [(Span(line.above, READING),)] if line.above else []
    return [*above, tuple(below)]


def _role_at(place: int, piece: Piece) -> str:
    """The role of a gap before this place: a mark goes on over it, but does not begin or end with it."""
    return next((mark.role for mark in reversed(piece.marks) if mark.start < place < mark.end), piece.role)


def _is_reading(line: Line) -> bool:
    return any(span.role == READING for span in line)


def _prefixes(sentence: Sentence, has_bullet: bool) -> tuple[str, str]:
    """What stands before the first line and before the others."""
    if sentence.kind is Kind.QUOTE:
        return "▏ ", "▏ "
    if sentence.kind is not Kind.LIST:
        return "", ""
    indent = "  " * max(sentence.level - 1, 0)
    bullet = f"{clean(sentence.ordinal)} " if sentence.ordinal else "• "
    blank = " " * cell_len(indent + bullet)
    is_first = has_bullet and starts_item(sentence)
    return (indent + bullet if is_first else blank), blank


def starts_item(sentence: Sentence) -> bool:
    """Whether the sentence is the first of its list item; later ones stand under it without a bullet."""
    return not sentence.markdown or bool(_BULLET.match(sentence.markdown))


def _padded(line: Line, width: int) -> Line:
    return (*line, Span(" " * max(width - line_width(line), 0)))


def _with_margin(row: Row, body: list[Line]) -> list[Line]:
    mark, blank = Span(f" {row.mark} ", f"state-{row.shown_state}"), Span(" " * MARGIN)
    begins = 1 if len(body) > 1 and _is_reading(body[0]) else 0
    return [(mark if number == begins else blank, *line) for number, line in enumerate(body)]
