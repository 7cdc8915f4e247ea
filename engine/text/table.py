"""Tables: rows with `|`, of which the second is a delimiter row."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator

from engine.sentence import Kind
from engine.text.lines import DELIMITER_ROW
from engine.text.pieces import Piece, SourceLine
from engine.text.plain import plain
from engine.text.verbatim import Taken

_QUOTE_MARKS = re.compile(r"(?:[ \t]{0,3}>[ ]?)*")
_CELL_MARKS = re.compile(r"\\.|`+|\|", re.DOTALL)


class Table:
    """Rows with `|`; a table only if the second is a delimiter row."""

    kind = Kind.TABLE

    def __init__(self, header: SourceLine, start: int = 0) -> None:
        self._lines = [header]
        self._header = _row(header.text[start:])

    @property
    def is_sure(self) -> bool:
        """True once the delimiter row was seen."""
        return len(self._lines) > 1

    def take(self, line: SourceLine) -> Taken:
        """Take rows; a second line that is no delimiter row shows that this is ordinary text."""
        row = _row(line.text)
        if len(self._lines) == 1 and not ("-" in row and DELIMITER_ROW.fullmatch(row)):
            return Taken.NO
        if "|" not in row:
            return Taken.NO
        self._lines.append(line)
        return Taken.YES

    def piece(self) -> Piece | None:
        """The header and the rows: cells joined by ` | `."""
        if not self.is_sure:
            return None
        rows = [self._header, *(_row(line.text) for line in self._lines[2:])]
        en = "\n".join(" | ".join(plain(cell) for cell in cells(row)) for row in rows)
        source = "\n".join(line.text for line in self._lines)
        return Piece(Kind.TABLE, en, source, self._lines[-1].ended_at, lines=len(rows) - 1)

    def leftover(self) -> list[SourceLine]:
        """The header, where it was none."""
        return [] if self.is_sure else self._lines


def cells(row: str) -> list[str]:
    r"""Split a row at its `|`, not at `\|` and not inside code spans."""
    parts, start = [], 0
    for mark in _marks_outside_code(row):
        if mark.group() == "|":
            parts.append(row[start : mark.start()])
            start = mark.end()
    parts.append(row[start:])
    if len(parts) > 1 and not parts[0].strip():
        parts = parts[1:]
    if len(parts) > 1 and not parts[-1].strip():
        parts = parts[:-1]
    return [part.replace("\\|", "|").strip() for part in parts]


def _marks_outside_code(row: str) -> Iterator[re.Match[str]]:
    """The marks of a row but for those in code spans; linear, however many backticks there are."""
    marks = list(_CELL_MARKS.finditer(row))
    runs = defaultdict[str, deque[int]](deque)
    for index, mark in enumerate(marks):
        if mark.group()[0] == "`":
            runs[mark.group()].append(index)
    index = 0
    while index < len(marks):
        mark = marks[index]
        closings = runs.get(mark.group(), deque())
        while closings and closings[0] <= index:
            closings.popleft()
        if closings:
            index = closings.popleft()
        else:
            yield mark
        index += 1


def _row(text: str) -> str:
    marks = _QUOTE_MARKS.match(text)
    return text[marks.end() if marks else 0 :].strip()
