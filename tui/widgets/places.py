"""Moves through the rows line by line. Only what is passed is laid out, however many rows there are."""

from __future__ import annotations

from tui.widgets.entries import Place
from tui.widgets.rows import Rows

FAR_LINES = 500
"""A move of more lines is a jump: it goes by the heights that are known, without laying out what is between."""


def filling(rows: Rows, place: Place, height: int) -> Place:
    """The place that a window of `height` lines begins at: `place`, or one above it where the rows end too soon."""
    place = _inside(rows, place)
    left = height + place.line
    for number in range(place.entry, rows.end_number + 1):
        left -= rows.lay_out(number)
        if left <= 0:
            return place
    return at_end(rows, height)


def at_end(rows: Rows, height: int) -> Place:
    """The place that a window begins at when it shows the end."""
    return above(rows, Place(rows.end_number, rows.lay_out(rows.end_number)), height)


def moved(rows: Rows, place: Place, lines: int) -> Place:
    """The place so many lines below another, or above it for a negative number."""
    if abs(lines) > FAR_LINES:
        return rows.place_at(max(rows.top(place.entry) + place.line + lines, 0))
    return above(rows, place, -lines) if lines < 0 else below(rows, place, lines)


def above(rows: Rows, place: Place, lines: int) -> Place:
    """The place so many lines above another; at most the first."""
    number, line = place.entry, place.line - lines
    while line < 0:
        if number == rows.top_number:
            return Place(number, 0)
        number -= 1
        line += rows.lay_out(number)
    return Place(number, line)


def below(rows: Rows, place: Place, lines: int) -> Place:
    """The place so many lines below another; at most the end."""
    number, line = place.entry, place.line + lines
    while line >= (height := rows.lay_out(number)):
        if number == rows.end_number:
            return Place(number, height)
        number, line = number + 1, line - height
    return Place(number, line)


def showing(rows: Rows, place: Place, height: int, number: int) -> Place:
    """The place nearest to `place` from which a window of `height` lines shows an entry; its beginning at least."""
    own = rows.lay_out(number)
    if own >= height or (number, 0) < place:
        return Place(number, 0)
    needed = -place.line
    for passed in range(place.entry, number + 1):
        needed += rows.lay_out(passed)
        if needed > height:
            return above(rows, Place(number, own), height)
    return place


def last_shown(rows: Rows, place: Place, height: int) -> int:
    """The number of the last entry in a window of `height` lines that begins at `place`."""
    return min(below(rows, _inside(rows, place), max(height - 1, 0)).entry, max(rows.end_number - 1, rows.top_number))


def _inside(rows: Rows, place: Place) -> Place:
    """The same line where it is still there, else the nearest: rows go, shrink and are dropped."""
    if place.entry < rows.top_number:
        return Place(rows.top_number, 0)
    if place.entry > rows.end_number:
        return Place(rows.end_number, 0)
    return Place(place.entry, min(place.line, max(rows.lay_out(place.entry) - 1, 0)))
