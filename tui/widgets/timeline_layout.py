"""The timeline as a line: a cell a sentence, told apart by shape and by colour; where it is cut, and who is where."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from engine.sentence import State
from tui.widgets.landmarks import landmark, with_unit
from tui.widgets.row import Row
from tui.widgets.spans import Line, Span, line_width

BETWEEN_TURNS = Span("╎", "faint")
EMPTY_TEXT = "Timeline: a cell for each sentence"
_MARGIN = 1


class Drawn(NamedTuple):
    """The line, and the sentence in each column of it."""

    line: Line
    columns: tuple[int | None, ...]
    """ids; None where there is no sentence"""
    selected: int | None = None
    """the column of the selected sentence"""


def cell(row: Row) -> Span:
    """A sentence's cell: its mark, or how late its voice was.

    One that had to wait for others to be spoken says nothing about that: nobody waited for it.
    """
    first_sound_ms = row.sentence.timings.first_sound_ms
    if row.shown_state is State.SPOKEN and first_sound_ms is not None and not row.had_to_queue:
        role, sign = landmark(first_sound_ms)
        return Span(sign, role)
    return Span(row.mark, f"state-{row.shown_state}")


def draw(rows: Sequence[Row], selected: int | None, width: int) -> Drawn:
    """The part of the timeline that fits `width` cells: the newest, or what is around the selected sentence.

    The ids of `rows` grow. What does not fit is not looked at: a long session costs no more than a short one.
    """
    if not rows:
        return Drawn((Span(" " * _MARGIN), Span(EMPTY_TEXT[: max(width - _MARGIN, 0)], "dim")), ())
    chosen = None if selected is None else index_of(rows, selected)
    readout = () if chosen is None else _readout(rows, chosen)
    # A margin at the left, the sign that there is more, and a free cell before the readout.
    room = max(width - 2 * _MARGIN - 1 - line_width(readout), 1)
    start, end = _window(rows, chosen, room)
    return _joined(rows, start, end, chosen, readout, width)


def index_of(rows: Sequence[Row], sentence_id: int) -> int | None:
    """Where a sentence is among rows whose ids grow."""
    index = bisect_left(rows, sentence_id, key=lambda row: row.sentence.id)
    return index if index < len(rows) and rows[index].sentence.id == sentence_id else None


def _window(rows: Sequence[Row], chosen: int | None, room: int) -> tuple[int, int]:
    """First row and the one after the last: the end, unless the chosen one would not be in it."""
    start = _back_from(rows, len(rows), room)
    if chosen is None or chosen >= start:
        return start, len(rows)
    start = _back_from(rows, chosen + 1, room // 2 + 1)
    end, used = start, 0
    while end < len(rows) and (used := used + _cells(rows, end, start)) <= room:
        end += 1
    return start, end


def _back_from(rows: Sequence[Row], end: int, room: int) -> int:
    """The first of the rows before `end` that fit so many cells; at least one does."""
    start, used = end - 1, 1
    while start > 0 and (used := used + 1 + _is_new_turn(rows, start)) <= room:
        start -= 1
    return start


def _cells(rows: Sequence[Row], index: int, start: int) -> int:
    return 1 + (index > start and _is_new_turn(rows, index))


def _is_new_turn(rows: Sequence[Row], index: int) -> bool:
    return rows[index].sentence.turn != rows[index - 1].sentence.turn


def _joined(rows: Sequence[Row], start: int, end: int, chosen: int | None, readout: Line, width: int) -> Drawn:
    line: list[Span] = [Span("‹", "dim") if start else Span(" ")]
    columns: list[int | None] = [None]
    column = None
    for index in range(start, end):
        if index > start and _is_new_turn(rows, index):
            line.append(BETWEEN_TURNS)
            columns.append(None)
        if index == chosen:
            column = len(columns)
        line.append(cell(rows[index]))
        columns.append(rows[index].sentence.id)
    if end < len(rows):
        line.append(Span("›", "dim"))
    if readout:
        line.append(Span(" " * max(width - _MARGIN - line_width(tuple(line)) - line_width(readout), 1)))
        line.extend(readout)
    return Drawn(tuple(line), tuple(columns), column)


def _readout(rows: Sequence[Row], chosen: int) -> Line:
    """Which one is selected, and when its voice began."""
    row = rows[chosen]
    place: Line = (Span(f"{chosen + 1}/{len(rows)} ", "dim"),)
    first_sound_ms = row.sentence.timings.first_sound_ms
    if first_sound_ms is None:
        return (*place, Span(str(row.shown_state), f"state-{row.shown_state}"))
    if row.had_to_queue:
        return (*place, Span("after the one before", "text"))
    role, sign = landmark(first_sound_ms)
    return (*place, Span(f"{sign}{with_unit(first_sound_ms)}", role))
