"""Tables as lines: cells under one another between lines, aligned as their author wants; wide cells are wrapped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

from tui.widgets.wrap import clean, wrap

LEAST_COLUMN = 4
"""Cells that a column keeps when all are too wide together."""
_MARKS = re.compile(r"`+|\*\*")
_RULE = re.compile(r"^[\s|:+-]*-[\s|:+-]*$")
_BETWEEN = " │ "

Row = Sequence[str]


def table_rows(source: Sequence[str], width: int) -> tuple[list[list[str]], list[str]]:
    """Lay out a table's markdown at most `width` cells wide.

    Returns the drawn lines of each row, the head first, and the lines (one, or none) under the head.
    """
    head_end = next((number for number, line in enumerate(source) if number and _RULE.match(line)), None)
    rows = [_cells(line) for number, line in enumerate(source) if number != head_end]
    count = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (count - len(row)) for row in rows]
    widths = _widths(rows, count, width)
    sides = _sides(source[head_end], count) if head_end is not None else ["left"] * count
    drawn = [_row(row, widths, sides) for row in rows]
    return drawn, ["─┼─".join("─" * each for each in widths)] if head_end is not None else []


def _cells(line: str) -> list[str]:
    bare = line.strip().removeprefix("|")
    if bare.endswith("|") and not bare.endswith("\\|"):
        bare = bare[:-1]
    cells = re.split(r"(?<!\\)\|", bare)
    return [clean(_MARKS.sub("", cell.replace("\\|", "|")).strip()) for cell in cells]


def _sides(rule: str, count: int) -> list[str]:
    """Where the text of each column stands."""
    sides = []
    for cell in _cells(rule):
        is_left, is_right = cell.startswith(":"), cell.endswith(":")
        sides.append("centre" if is_left and is_right else "right" if is_right else "left")
    return (sides + ["left"] * count)[:count]


def _widths(rows: Sequence[Row], count: int, width: int) -> list[int]:
    """Cells of each column. Where they are too many together, the widest give way."""
    widths = [max(cell_len(row[column]) for row in rows) for column in range(count)]
    excess = sum(widths) + len(_BETWEEN) * (count - 1) - width
    while excess > 0 and max(widths, default=0) > LEAST_COLUMN:
        widest = max(widths)
        following = max((each for each in widths if each < widest), default=0)
        columns = [column for column, each in enumerate(widths) if each == widest]
        step = max(min(widest - max(following, LEAST_COLUMN), -(-excess // len(columns))), 1)
        for column in columns:
            widths[column] -= step
        excess -= step * len(columns)
    return widths


def _row(row: Row, widths: Sequence[int], sides: Sequence[str]) -> list[str]:
    cells = [wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
    height = max((len(lines) for lines in cells), default=1)
    columns = [[*lines, *[""] * (height - len(lines))] for lines in cells]
    return [
        _BETWEEN.join(_aligned(*each) for each in zip(line, widths, sides, strict=True)).rstrip()
        for line in zip(*columns, strict=True)
    ]


def _aligned(text: str, width: int, side: str) -> str:
    blanks = max(width - cell_len(text), 0)
    left = {"left": 0, "right": blanks, "centre": blanks // 2}[side]
    return " " * left + text + " " * (blanks - left)
