"""Code, tables and rules as lines over both columns: they are the same in every language."""

from __future__ import annotations

import re

from rich.cells import cell_len

from engine.sentence import Kind, Sentence
from tui.widgets.spans import Line, Span
from tui.widgets.wrap import clean, fit, pad

MAX_LINES = 12
"""More lines of code or rows of a table are folded away."""
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_MARKS = re.compile(r"`+|\*\*")
_TABLE_RULE = re.compile(r"^[\s|:+-]+$")


def block_lines(sentence: Sentence, width: int) -> list[Line]:
    """Lines of at most `width` cells."""
    if sentence.kind is Kind.RULE:
        return [(Span("─" * width, "faint"),)]
    lines = _table(sentence) if sentence.kind is Kind.TABLE else _code(sentence)
    role = "dim" if sentence.is_old else "code"
    shown = [(Span("▏ ", "faint"), Span(fit(line, width - 2), role)) for line in lines[:MAX_LINES]]
    hidden = len(lines) - MAX_LINES
    if hidden > 0:
        shown.append((Span("▏ ", "faint"), Span(f"… {hidden} more line{'s' if hidden > 1 else ''}", "dim")))
    return [_caption(sentence, width), *shown]


def _caption(sentence: Sentence, width: int) -> Line:
    """What it is, and what the voice says of it."""
    is_table = sentence.kind is Kind.TABLE
    name = "table" if is_table else clean(sentence.language) or "code"
    unit = "row" if is_table else "line"
    english = fit(f"{name} · {sentence.lines} {unit}{'' if sentence.lines == 1 else 's'}", width)
    room = width - cell_len(english) - 3
    if not sentence.ja or room < 8:
        return (Span(english, "dim"),)
    return (Span(english + "   ", "dim"), Span(fit(clean(sentence.ja), room), "japanese"))


def _source(sentence: Sentence) -> list[str]:
    return (sentence.markdown or sentence.en).strip("\n").splitlines()


def _code(sentence: Sentence) -> list[str]:
    lines = _source(sentence)
    if lines and _FENCE.match(lines[0]):
        lines = lines[1:-1] if _FENCE.match(lines[-1]) and len(lines) > 1 else lines[1:]
    return [clean(line) for line in lines] or [""]


def _table(sentence: Sentence) -> list[str]:
    """Rows with their cells under one another."""
    rows = [_cells(line) for line in _source(sentence) if not _TABLE_RULE.match(line)]
    count = max((len(row) for row in rows), default=0)
    padded = [row + [""] * (count - len(row)) for row in rows]
    widths = [max(cell_len(row[column]) for row in padded) for column in range(count)]
    return ["  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in padded]


def _cells(line: str) -> list[str]:
    bare = line.strip().removeprefix("|").removesuffix("|")
    return [clean(_MARKS.sub("", cell.replace("\\|", "|")).strip()) for cell in re.split(r"(?<!\\)\|", bare)]
