"""Thousands of rows: where each begins, what is laid out, and what is in memory."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from engine.sentence import Kind, Sentence, State
from tui.widgets import rows as rows_module
from tui.widgets.entries import PAGE_ENTRIES, Place
from tui.widgets.look import Look
from tui.widgets.places import FAR_LINES, above, at_end, below, filling, last_shown, moved, showing
from tui.widgets.row import Row
from tui.widgets.row_layout import row_lines
from tui.widgets.rows import IN_THE_HISTORY, MOST_HELD, MOST_KEPT, NEWEST_HELD, NO_LONGER_THERE, NOT_KEPT, Rows
from tui.widgets.spans import Line, plain


def sentence(number: int, en: str = "", state: State = State.SPOKEN) -> Sentence:
    return Sentence(number, Kind.PROSE, en or f"Sentence {number}.", ja=en or f"{number}番の文。", state=state)


def filled(count: int, width: int = 60, **about: bool) -> Rows:
    rows = Rows(width=width, **about)  # type: ignore[arg-type]
    for number in range(1, count + 1):
        rows.add_sentence(sentence(number))
    return rows


def text(rows: Rows, y: int) -> str:
    place = rows.place_at(y)
    rows.lay_out(place.entry)
    return plain([rows.line(y)[0]])[0]


Drawn = list[int]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Which rows are laid out."""
    numbers: Drawn = []

    def counted(row: Row, width: int, look: Look) -> list[Line]:
        numbers.append(row.sentence.id)
        return row_lines(row, width, look)

    monkeypatch.setattr("tui.widgets.rows.row_lines", counted)
    return numbers


def test_lines_belong_to_their_rows() -> None:
    rows = filled(3)
    assert rows.height == 6
    assert text(rows, 2) == " ✓ Sentence 2."
    assert text(rows, 3) == "   2番の文。"
    assert [row.sentence.id for y in range(6) if (row := rows.line(y)[1])] == [1, 1, 2, 2, 3, 3]


def test_a_row_that_grows_pushes_the_others_down() -> None:
    rows = filled(3)
    assert rows.top(2) == 4
    row = rows.row(1)
    assert row is not None
    row.sentence.ja = "長い文です。" * 12
    rows.touch(1)
    height = rows.lay_out(0)
    assert height > 2
    assert rows.top(2) == height + 2
    assert text(rows, rows.top(2)) == " ✓ Sentence 3."


def test_only_what_is_looked_at_is_laid_out(drawn: Drawn) -> None:
    rows = filled(2000)
    top = at_end(rows, 10)
    assert top == Place(1995, 0)
    assert drawn == [2000, 1999, 1998, 1997, 1996]
    drawn.clear()
    rows.touch(1500)
    rows.add_sentence(sentence(2001))
    assert at_end(rows, 10) == Place(1996, 0)
    assert drawn == [2001]


def test_another_width_lays_out_only_what_is_looked_at_and_keeps_the_place(drawn: Drawn) -> None:
    rows = filled(2000, width=100)
    top = Place(700, 0)
    assert filling(rows, top, 12) == top
    drawn.clear()
    rows.resize(60)
    assert filling(rows, top, 12) == top
    assert drawn == list(range(701, 707))


def test_more_rows_and_late_changes_are_as_much_work_after_ten_thousand_as_after_ten() -> None:
    def work(count: int) -> int:
        rows = Rows(is_recorded=True)
        add_same(rows, count)
        rows.trim(*looked_at(rows))

        def add_and_change() -> None:
            for _ in range(4 * PAGE_ENTRIES):
                add_same(rows, 1)
                rows.touch(rows.neighbour(rows.neighbour(None, 0), -3) or 0)
                first, last = looked_at(rows)
                assert rows.line(rows.top(first))[1]
                rows.trim(first, last)

        return lines_run(add_and_change)

    first = work(10)
    assert work(1_000) < 1.2 * first
    assert work(10_000) < 1.2 * first


def add_same(rows: Rows, count: int) -> None:
    last = rows.neighbour(None, 0) or 0
    for number in range(last + 1, last + count + 1):
        rows.add_sentence(sentence(number, "Always the same."))


def looked_at(rows: Rows) -> tuple[int, int]:
    """The numbers of the first and the last entry of a window at the end."""
    top = at_end(rows, 20)
    return top.entry, last_shown(rows, top, 20)


def lines_run(act: Callable[[], None]) -> int:
    """How many lines of Python are executed: as good as a clock, and the same on every machine."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


def test_the_draft_is_last_and_goes_away() -> None:
    rows = filled(1)
    rows.set_draft(Kind.PROSE, "Being writ")
    assert at_end(rows, 3) == Place(0, 0)
    assert (rows.height, text(rows, 2)) == (3, "   Being writ")
    rows.set_draft(Kind.PROSE, "")
    assert rows.height == 2


def test_a_draft_alone_is_not_nothing() -> None:
    rows = Rows()
    assert rows.is_empty
    rows.set_draft(Kind.PROSE, "Being")
    assert not rows.is_empty


def test_another_width_is_laid_out_anew() -> None:
    rows = filled(2)
    rows.set_draft(Kind.PROSE, "word " * 20)
    at_end(rows, 20)
    rows.resize(100)
    at_end(rows, 20)
    assert rows.height == 2 + 3
    assert "│" in text(rows, 0)


@pytest.mark.parametrize(("start", "step", "found"), [(None, 1, 5), (3, 1, 4), (5, 1, 5), (1, -1, 1), (99, -1, 5)])
def test_neighbours(start: int | None, step: int, found: int) -> None:
    assert filled(5).neighbour(start, step) == found


def test_no_neighbour_without_rows() -> None:
    assert Rows().neighbour(None, 1) is None


def test_neighbours_are_sentences_whatever_is_between() -> None:
    rows = filled(2)
    rows.add_note("— interrupted —")
    rows.add_separator("And now?", None)
    rows.add_sentence(sentence(3))
    rows.add_note("— interrupted —")
    assert [rows.neighbour(3, step) for step in (-1, -2, 1)] == [2, 1, 3]
    assert rows.neighbour(2, 1) == 3


# --- places ---


def test_lines_are_counted_up_and_down_over_entries_of_any_height() -> None:
    rows = filled(300)
    row = rows.row(150)
    assert row is not None
    row.sentence.ja = "長い文です。" * 60
    rows.touch(150)
    tall = rows.lay_out(149)
    assert tall > 10
    assert above(rows, Place(150, 0), tall + 1) == Place(148, 1)
    assert above(rows, Place(150, 0), 3) == Place(149, tall - 3)
    assert below(rows, Place(148, 1), tall + 1) == Place(150, 0)
    assert above(rows, Place(3, 1), 100) == Place(0, 0)
    assert below(rows, Place(298, 0), 100) == Place(300, 0)


def test_a_far_jump_goes_by_what_is_known(drawn: Drawn) -> None:
    rows = filled(1000)
    assert moved(rows, Place(10, 1), 2 * FAR_LINES) == Place(10 + FAR_LINES, 1)
    assert moved(rows, Place(10 + FAR_LINES, 1), -2 * FAR_LINES) == Place(10, 1)
    assert filling(rows, moved(rows, Place(10, 1), 100 * FAR_LINES), 10) == at_end(rows, 10)
    assert len(drawn) < 20


def test_a_window_at_the_end_is_full() -> None:
    rows = filled(30)
    assert filling(rows, Place(29, 0), 10) == Place(25, 0)
    assert filling(rows, Place(3, 1), 10) == Place(3, 1)
    assert filling(filled(3), Place(2, 0), 10) == Place(0, 0)


def test_what_is_to_be_shown_moves_the_window_as_little_as_can_be() -> None:
    rows = filled(100)
    place = Place(50, 1)
    assert showing(rows, place, 10, 52) == place
    assert showing(rows, place, 10, 50) == Place(50, 0)
    assert showing(rows, place, 10, 20) == Place(20, 0)
    assert showing(rows, place, 10, 80) == Place(76, 0)
    assert showing(rows, place, 1, 80) == Place(80, 0)


# --- memory ---


def test_old_rows_leave_memory_and_keep_their_place_and_height() -> None:
    rows = filled(100, is_recorded=True)
    row = rows.row(5)
    assert row is not None
    row.sentence.ja = "長い文です。" * 12
    rows.touch(5)
    rows.lay_out(4)
    top, height = rows.top(99), rows.height
    add_more(rows, MOST_HELD * 2)
    rows.trim(rows.end_number - 10, rows.end_number)
    assert len(list(rows.rows())) <= MOST_HELD
    assert rows.row(5) is None
    assert (rows.top(99), rows.height) == (top, height + 2 * MOST_HELD * 2)
    assert next(rows.ids()) == 1
    assert rows.neighbour(6, -1) == 5
    assert text(rows, rows.top(5)) == " …"


def add_more(rows: Rows, count: int, state: State = State.SPOKEN) -> None:
    last = rows.neighbour(None, 0) or 0
    for number in range(last + 1, last + count + 1):
        rows.add_sentence(sentence(number, state=state))


def test_a_page_comes_back_as_it_was(drawn: Drawn) -> None:
    rows = filled(MOST_HELD * 2, is_recorded=True)
    rows.trim(rows.end_number - 10, rows.end_number)
    (page,) = rows.released(70, 80)
    assert page.sentence_ids == list(range(PAGE_ENTRIES + 1, 2 * PAGE_ENTRIES + 1))
    held, height = len(list(rows.rows())), rows.height
    rows.restore(page, [sentence(number) for number in page.sentence_ids])
    assert len(list(rows.rows())) == held + PAGE_ENTRIES
    assert rows.height == height
    assert rows.released(70, 80) == []
    assert text(rows, rows.top(70)) == " ✓ Sentence 71."
    assert drawn[-1] == 71


def test_what_the_history_does_not_have_is_said_once_a_page() -> None:
    rows = filled(MOST_HELD * 2, is_recorded=True)
    rows.trim(rows.end_number - 10, rows.end_number)
    (page,) = rows.released(0, 5)
    rows.restore(page, [sentence(1)])
    assert text(rows, 0) == " ✓ Sentence 1."
    assert text(rows, rows.top(1)) == f"   {NO_LONGER_THERE}"
    assert text(rows, rows.top(2)) == " …"


def test_separators_and_remarks_stay_where_rows_leave() -> None:
    rows = Rows(width=60, is_recorded=True)
    rows.add_separator("First prompt", "10:30")
    add_more(rows, 10)
    rows.add_note("— interrupted —")
    add_more(rows, MOST_HELD * 2)
    rows.trim(rows.end_number, rows.end_number)
    assert rows.row(1) is None
    assert "First prompt" in text(rows, 1)
    assert "interrupted" in text(rows, rows.top(11))


def test_what_is_looked_at_what_is_new_and_what_may_still_change_stays() -> None:
    rows = filled(2 * PAGE_ENTRIES, is_recorded=True)
    add_more(rows, PAGE_ENTRIES, State.TRANSLATED)
    add_more(rows, MOST_HELD)
    rows.trim(10, 20)
    count = len(rows)
    assert all(rows.row(number) for number in range(1, 2 * PAGE_ENTRIES))  # looked at, and beside it
    assert all(rows.row(number) for number in range(2 * PAGE_ENTRIES + 1, 3 * PAGE_ENTRIES + 1))  # not at their end
    assert all(rows.row(number) for number in range(count - NEWEST_HELD + 1, count + 1))
    assert len(list(rows.rows())) <= MOST_HELD


def test_a_row_that_sounds_again_stays() -> None:
    rows = filled(PAGE_ENTRIES, is_recorded=True)
    row = rows.row(1)
    assert row is not None
    row.is_replaying = True
    add_more(rows, MOST_HELD * 2)
    rows.trim(rows.end_number, rows.end_number)
    assert rows.row(1) is row


def test_without_a_history_the_oldest_are_dropped_and_a_line_says_so() -> None:
    rows = filled(MOST_KEPT + 1)
    shown = text(rows, rows.top(MOST_KEPT - 10))
    rows.trim(MOST_KEPT - 10, MOST_KEPT)
    assert len(list(rows.rows())) == MOST_KEPT + 1 - PAGE_ENTRIES
    assert rows.row(PAGE_ENTRIES) is None
    assert next(rows.ids()) == PAGE_ENTRIES + 1
    assert " ".join(text(rows, y).strip() for y in (0, 1)) == NOT_KEPT
    assert text(rows, rows.top(MOST_KEPT - 10)) == shown


def test_not_even_the_places_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MOST_PLACES", 3000)
    rows = filled(3001, is_recorded=True)
    rows.trim(3000, 3001)
    assert len(rows) == 3001 - PAGE_ENTRIES
    assert text(rows, 0).strip() == IN_THE_HISTORY
    assert filling(rows, Place(5, 1), 10) == Place(rows.top_number, 0)


def test_a_page_that_was_dropped_meanwhile_is_not_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MOST_PLACES", 3000)
    rows = filled(3000, is_recorded=True)
    rows.trim(2990, 3000)
    (page,) = rows.released(0, 5)
    add_more(rows, 1)
    rows.trim(2990, 3000)
    held = len(list(rows.rows()))
    rows.restore(page, [sentence(number) for number in page.sentence_ids])
    assert len(list(rows.rows())) == held
    assert rows.row(1) is None
