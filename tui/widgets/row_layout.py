"""A row as lines: English left and Japanese right, or English above Japanese where the view is narrow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len

from engine.sentence import Kind, Sentence, State
from tui.widgets.block_layout import block_lines
from tui.widgets.row import Row
from tui.widgets.spans import Line, Span, line_width
from tui.widgets.wrap import clean, fit, wrap

MARGIN = 3
"""Cells left of the text: selection bar, mark, space."""
SIDE_BY_SIDE_WIDTH = 70
"""From this width on the two languages stand side by side."""
DIVIDER = "  │ "
SUBAGENT_SIGN = "↳"
BLOCKS = (Kind.CODE, Kind.TABLE, Kind.RULE)
"""Kinds that take both columns."""
_BULLET = re.compile(r"\s*(?:>\s*)*(?:[-*+]|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class Columns:
    """How the width is shared."""

    width: int
    english: int
    japanese: int
    is_side_by_side: bool

    @classmethod
    def of(cls, width: int) -> Columns:
        """Share `width` cells: a margin left, one cell free at the right."""
        body = max(width - MARGIN - 1, 4)
        if width < SIDE_BY_SIDE_WIDTH:
            return cls(width, body, body, False)
        english = (body - len(DIVIDER)) // 2
        return cls(width, english, body - len(DIVIDER) - english, True)


def row_lines(row: Row, width: int) -> list[Line]:
    """The row's lines; the first has the mark. At most `width` cells each."""
    columns = Columns.of(width)
    if row.sentence.kind in BLOCKS:
        body = block_lines(row.sentence, columns.width - MARGIN - 1)
    else:
        body = _text_lines(row, columns)
    blank_above: list[Line] = [()] if row.sentence.kind is Kind.HEADING else []
    return [*blank_above, *_with_margin(row, body)]


def draft_lines(kind: Kind, text: str, width: int) -> list[Line]:
    """The English that is still being written: dim, where its row will be."""
    columns = Columns.of(width)
    blank = Span(" " * MARGIN)
    if kind in BLOCKS:  # only its latest line is given
        return [(blank, Span("▏ ", "faint"), Span(fit(clean(text), width - MARGIN - 3), "draft"))]
    english = _wrapped(Sentence(id=0, kind=kind, en=text), (Span(text, "draft"),), columns.english)
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


def _text_lines(row: Row, columns: Columns) -> list[Line]:
    sentence = row.sentence
    english = _wrapped(sentence, (*_speaker(sentence), Span(sentence.en, _english_role(sentence))), columns.english)
    said = _japanese(row)
    japanese = _wrapped(sentence, said, columns.japanese, has_bullet=columns.is_side_by_side) if said else []
    if not columns.is_side_by_side:
        return english + japanese
    return [
        (*_padded(left or (), columns.english), Span(DIVIDER, "faint"), *(right or ()))
        for left, right in zip_longest(english, japanese)
    ]


def _speaker(sentence: Sentence) -> Line:
    """Whose words they are, where they are not Claude's own."""
    return (Span(f"{SUBAGENT_SIGN} {sentence.speaker}:", "label"),) if sentence.speaker else ()


def _english_role(sentence: Sentence) -> str:
    if sentence.is_old:
        return "dim"
    return "heading-english" if sentence.kind is Kind.HEADING else "english"


def _japanese(row: Row) -> Line:
    """What stands in the Japanese column: nothing yet, the Japanese, or why there is none."""
    sentence = row.sentence
    if sentence.state is State.FAILED and sentence.reason:
        kept = (Span(sentence.ja + " ", "japanese"),) if sentence.ja else ()
        return (*kept, Span(f"! {sentence.reason}", "error"))
    if row.is_untranslated:
        return (Span("(EN) ", "warning"), Span(sentence.ja, "dim"))
    if sentence.ja:
        return (Span(sentence.ja, _japanese_role(row)),)
    return (Span("…", "state-translating"),) if sentence.state is State.TRANSLATING else ()


def _japanese_role(row: Row) -> str:
    if row.is_sounding:
        return "sounding"
    return "heading-japanese" if row.sentence.kind is Kind.HEADING else "japanese"


def _wrapped(sentence: Sentence, text: Line, width: int, has_bullet: bool = True) -> list[Line]:
    """Untrusted text as lines at most `width` wide, with the sentence's bullet or bar before it."""
    first, rest = _prefixes(sentence, has_bullet)
    room = width - cell_len(first)
    lines: list[Line] = []
    for span in text:
        wrapped = wrap(clean(span.text), room)
        lines.extend((Span(line, span.role),) for line in wrapped)
    return [(Span(rest if number else first, "dim"), *line) for number, line in enumerate(_joined(lines, room))]


def _joined(lines: list[Line], room: int) -> list[Line]:
    """Put a short label and what follows it on one line where they fit."""
    joined: list[Line] = []
    for line in lines:
        if joined and joined[-1][-1].role != line[0].role and line_width(joined[-1]) + 1 + line_width(line) <= room:
            joined[-1] = (*joined[-1], Span(" "), *line)
        else:
            joined.append(line)
    return joined


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
    mark = Span(f" {row.mark} ", f"state-{row.shown_state}")
    return [(Span(" " * MARGIN) if number else mark, *line) for number, line in enumerate(body)]
