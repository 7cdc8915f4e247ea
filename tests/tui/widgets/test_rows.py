"""Thousands of rows: where each begins, what is laid out again, and what is dropped."""

from __future__ import annotations

import pytest

from engine.sentence import Kind, Sentence
from tui.widgets.row import Row
from tui.widgets.row_layout import row_lines
from tui.widgets.rows import DROP_ENTRIES, MAX_ENTRIES, Rows
from tui.widgets.spans import Line, plain


def sentence(number: int, en: str = "") -> Sentence:
    return Sentence(number, Kind.PROSE, en or f"Sentence {number}.", ja=f"{number}番の文。")


def filled(count: int, width: int = 60) -> Rows:
    rows = Rows(width=width)
    for number in range(1, count + 1):
        rows.add_sentence(sentence(number))
    return rows


def text(rows: Rows, y: int) -> str:
    return plain([rows.line(y)[0]])[0]


def test_lines_belong_to_their_rows() -> None:
    rows = filled(3)
    assert rows.height == 6
    assert text(rows, 2) == " · Sentence 2."
    assert text(rows, 3) == "   2番の文。"
    assert [row.sentence.id for y in range(6) if (row := rows.line(y)[1])] == [1, 1, 2, 2, 3, 3]


def test_a_row_that_grows_pushes_the_others_down() -> None:
    rows = filled(3)
    assert rows.span_of(3) == (4, 2)
    row = rows.row(1)
    assert row is not None
    row.sentence.ja = "長い文です。" * 12
    rows.touch(1)
    top, height = rows.span_of(3) or (0, 0)
    assert top > 4
    assert rows.height == top + height
    assert text(rows, top) == " · Sentence 3."


def test_only_what_changed_is_laid_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def counted(row: Row, width: int) -> list[Line]:
        drawn.append(row.sentence.id)
        return row_lines(row, width)

    monkeypatch.setattr("tui.widgets.rows.row_lines", counted)
    rows = filled(2000)
    assert rows.height == 4000
    drawn.clear()
    rows.touch(1500)
    rows.add_sentence(sentence(2001))
    assert rows.height == 4002
    assert drawn == [1500, 2001]


def test_the_draft_is_last_and_goes_away() -> None:
    rows = filled(1)
    rows.set_draft(Kind.PROSE, "Being writ")
    assert (rows.height, text(rows, 2)) == (3, "   Being writ")
    rows.set_draft(Kind.PROSE, "")
    assert rows.height == 2


def test_another_width_lays_everything_out_again() -> None:
    rows = filled(2)
    rows.set_draft(Kind.PROSE, "word " * 20)
    rows.resize(100)
    assert rows.height == 2 + 3
    assert "│" in text(rows, 0)


def test_the_oldest_are_dropped_and_their_lines_counted() -> None:
    rows = filled(MAX_ENTRIES + 1)
    assert len(rows.entries) == MAX_ENTRIES + 1 - DROP_ENTRIES
    assert rows.dropped_lines == 2 * DROP_ENTRIES
    assert rows.row(DROP_ENTRIES) is None
    assert text(rows, 0) == f" · Sentence {DROP_ENTRIES + 1}."
    assert rows.height == 2 * len(rows.entries)


@pytest.mark.parametrize(("start", "step", "found"), [(None, 1, 5), (3, 1, 4), (5, 1, 5), (1, -1, 1), (99, -1, 5)])
def test_neighbours(start: int | None, step: int, found: int) -> None:
    assert filled(5).neighbour(start, step) == found


def test_no_neighbour_without_rows() -> None:
    assert Rows().neighbour(None, 1) is None
