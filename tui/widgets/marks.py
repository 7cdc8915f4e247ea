"""Marks in drawn text: a stretch of characters that has another role than the text around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from tui.widgets.spans import Line, Span


class Mark(NamedTuple):
    """Characters `start` up to, and without, `end` of a text; a later mark lies over an earlier one."""

    start: int
    end: int
    role: str


def mark_line(line: Line, marks: Sequence[Mark], offset: int = 0) -> Line:
    """Give stretches of a line their marks' roles. Its first character is character `offset` of the marked text."""
    if not any(mark.start < offset + _length(line) and mark.end > offset for mark in marks):
        return line
    spans: list[Span] = []
    start = offset
    for span in line:
        end = start + len(span.text)
        spans.extend(_cut(span, start, end, marks))
        start = end
    return tuple(spans)


def mark_lines(lines: Iterable[tuple[int, Line]], marks: Sequence[Mark]) -> list[Line]:
    """The same for lines that each begin at an offset in one marked text."""
    return [mark_line(line, marks, offset) for offset, line in lines]


def _cut(span: Span, start: int, end: int, marks: Sequence[Mark]) -> Iterable[Span]:
    edges = {start, end}
    for mark in marks:
        edges |= {edge for edge in (mark.start, mark.end) if start < edge < end}
    cuts = sorted(edges)
    for left, right in pairwise(cuts):
        role = next((mark.role for mark in reversed(marks) if mark.start <= left < mark.end), span.role)
        yield Span(span.text[left - start : right - start], role)


def _length(line: Line) -> int:
    return sum(len(span.text) for span in line)
