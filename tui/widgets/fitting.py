"""Lines that fit: whole items in the order of their importance, and cells of an exact width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from tui.widgets.spans import Line, Span, line_width
from tui.widgets.wrap import fit


def fitted(items: Iterable[Line], width: int, gap: int) -> Line:
    """As many items as fit, in order; one that does not fit is left out whole."""
    line: Line = (Span(" "),)
    for item in items:
        between = Span(" " * (gap if len(line) > 1 else 0))
        if line_width(line) + len(between.text) + line_width(item) < width:
            line = (*line, between, *item)
    return line


def flowed(items: Iterable[Line], width: int, gap: int) -> list[Line]:
    """All items, in order, over as many lines as it takes; one that is too long for a line is cut."""
    lines: list[Line] = []
    line: Line = ()
    for item in items:
        if line and line_width(line) + gap + line_width(item) >= width:
            lines.append(line)
            line = ()
        line = (*line, Span(" " * (gap if line else 1)), *cut(item, width - 2))
    return [*lines, line] if line else lines


def cut(line: Line, width: int) -> Line:
    """A line of at most `width` cells."""
    kept: Line = ()
    for span in line:
        room = width - line_width(kept)
        if room > 0:
            kept = (*kept, Span(fit(span.text, room), span.role))
    return kept


def padded(line: Line, width: int) -> Line:
    """A line of exactly `width` cells, its text at the left."""
    kept = cut(line, width)
    return (*kept, Span(" " * (width - line_width(kept))))


def right(line: Line, width: int) -> Line:
    """A line of exactly `width` cells, its text at the right."""
    kept = cut(line, width)
    return (Span(" " * (width - line_width(kept))), *kept)


def merged(spans: Sequence[Span]) -> Line:
    """The same line in as few spans as it takes."""
    line: list[Span] = []
    for span in spans:
        if line and line[-1].role == span.role:
            line[-1] = Span(line[-1].text + span.text, span.role)
        elif cell_len(span.text):
            line.append(span)
    return tuple(line)
