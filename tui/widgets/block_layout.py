"""Code, tables and rules as lines over both columns: they are the same in every language."""

from __future__ import annotations

import re

from rich.cells import cell_len

from engine.sentence import Kind, Sentence
from tui.widgets.highlight import PLAIN, highlight
from tui.widgets.look import Languages, Look
from tui.widgets.marks import mark_line
from tui.widgets.row import Row
from tui.widgets.spans import Line, Span, line_width
from tui.widgets.table_layout import table_rows
from tui.widgets.wrap import clean, fit

MAX_LINES = 12
"""More lines of code or rows of a table are folded away."""
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")


def block_lines(row: Row, width: int, look: Look) -> list[Line]:
    """Lines of at most `width` cells."""
    sentence = row.sentence
    if sentence.kind is Kind.RULE:
        return [(Span("─" * width, "faint"),)]
    is_table = sentence.kind is Kind.TABLE
    body, hidden = _table(row, width - 2) if is_table else _code(row)
    bar = Span("▏ ", "faint")
    shown: list[Line] = [(bar, *fit_line(_found(line, sentence, look), width - 2)) for line in body]
    if hidden > 0:
        unit = "row" if is_table else "line"
        shown.append((bar, Span(f"… {hidden} more {unit}{'s' if hidden > 1 else ''} ({look.fold_key})", "dim")))
    return [_caption(row, width, look), *shown]


def is_foldable(sentence: Sentence) -> bool:
    """Whether the block has more than what is shown of it when it is folded."""
    if sentence.kind is Kind.CODE:
        return len(code_lines(sentence)) > MAX_LINES
    return sentence.kind is Kind.TABLE and len(table_rows(_source(sentence), 80)[0]) > MAX_LINES + 1


def code_lines(sentence: Sentence) -> list[str]:
    """The lines of a code block as they were written, without the fence."""
    lines = _source(sentence)
    if lines and _FENCE.match(lines[0]):
        lines = lines[1:-1] if _FENCE.match(lines[-1]) and len(lines) > 1 else lines[1:]
    return lines or [""]


def fit_line(line: Line, width: int) -> Line:
    """Cut a line to `width` cells, with `…` where something is missing."""
    if line_width(line) <= width:
        return line
    kept: list[Span] = []
    room = width - 1
    for span in line:
        text = _beginning(span.text, room)
        kept.append(Span(text, span.role))
        room -= cell_len(text)
        if text != span.text:
            return (*kept, Span("…", span.role))
    return tuple(kept)


def _beginning(text: str, width: int) -> str:
    """As many characters as fit."""
    used = 0
    for count, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return text[:count]
    return text


def _caption(row: Row, width: int, look: Look) -> Line:
    """What it is, and what the voice says of it."""
    sentence = row.sentence
    is_table = sentence.kind is Kind.TABLE
    name = "table" if is_table else clean(sentence.language) or "code"
    unit = "row" if is_table else "line"
    english = fit(f"{name} · {sentence.lines} {unit}{'' if sentence.lines == 1 else 's'}", width)
    room = width - cell_len(english) - 3
    if not sentence.ja or room < 8 or look.languages is Languages.ENGLISH:
        return (Span(english, "dim"),)
    japanese = Span(fit(clean(sentence.ja), room), "sounding" if row.is_sounding else "japanese")
    return (japanese,) if look.languages is Languages.JAPANESE else (Span(english + "   ", "dim"), japanese)


def _source(sentence: Sentence) -> list[str]:
    return (sentence.markdown or sentence.en).strip("\n").splitlines()


def _code(row: Row) -> tuple[list[Line], int]:
    """The lines that are shown, and how many are not."""
    lines = [clean(line) for line in code_lines(row.sentence)]
    shown = lines if row.is_unfolded else lines[:MAX_LINES]
    if row.sentence.is_old:
        return [(Span(line, "dim"),) for line in shown], len(lines) - len(shown)
    return highlight(shown, clean(row.sentence.language)), len(lines) - len(shown)


def _table(row: Row, width: int) -> tuple[list[Line], int]:
    """The lines that are shown, and how many rows are not."""
    rows, rule = table_rows(_source(row.sentence), width)
    head, body = (rows[:1], rows[1:]) if rule else ([], rows)
    shown = body if row.is_unfolded else body[:MAX_LINES]
    role, head_role = ("dim", "dim") if row.sentence.is_old else (PLAIN, "code-head")
    lines: list[Line] = [_between_lines(line, head_role) for drawn in head for line in drawn]
    lines += [(Span(line, "faint"),) for line in rule]
    lines += [_between_lines(line, role) for drawn in shown for line in drawn]
    return lines, len(body) - len(shown)


def _between_lines(line: str, role: str) -> Line:
    """A table's row: the lines between its cells are faint."""
    return tuple(Span(part, "faint" if part == "│" else role) for part in re.split("(│)", line) if part)


def _found(line: Line, sentence: Sentence, look: Look) -> Line:
    text = "".join(span.text for span in line)
    return mark_line(line, look.found_in(text, sentence.id))
