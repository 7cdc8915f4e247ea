from __future__ import annotations

import pytest

from tui.terminal.emulator import Emulator
from tui.terminal.selection import Selection, Unit

TEXT = "hello wörld\r\n日本語の文。次の「言葉」 src/app.py:12 and more words\r\nsecond   \r\n\r\nlast"


@pytest.fixture
def emulator() -> Emulator:
    """Three rows of the long line, the rest of the lines one row each."""
    emulator = Emulator(24, 8)
    emulator.feed(TEXT.encode())
    emulator.take_dirty()
    assert emulator.text()[1:4] == ["日本語の文。次の「言葉」", " src/app.py:12 and more", "words"]
    return emulator


@pytest.fixture
def selection(emulator: Emulator) -> Selection:
    return Selection(emulator)


def _select(selection: Selection, start: tuple[int, int], end: tuple[int, int], unit: Unit = Unit.CELL) -> str:
    selection.start(*start, unit)
    selection.extend(*end)
    selection.finish()
    return selection.text()


def test_cells_from_and_to_are_both_included_in_either_direction(selection: Selection) -> None:
    assert _select(selection, (1, 0), (3, 0)) == "ell"
    assert _select(selection, (3, 0), (1, 0)) == "ell"
    assert _select(selection, (2, 0), (2, 0)) == "l"


def test_soft_wrapped_rows_are_joined_and_blanks_at_the_ends_of_lines_left_out(selection: Selection) -> None:
    assert _select(selection, (0, 0), (23, 7)) == (
        "hello wörld\n日本語の文。次の「言葉」 src/app.py:12 and more words\nsecond\n\nlast"
    )


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ((1, 0), "hello"),
        ((8, 0), "wörld"),
        ((0, 1), "日本語の文"),
        ((1, 1), "日本語の文"),
        ((12, 1), "次の"),
        ((20, 1), "言葉"),
        ((5, 2), "src/app.py"),
        ((1, 3), "words"),
    ],
)
def test_words_end_at_japanese_signs_too(selection: Selection, cell: tuple[int, int], word: str) -> None:
    selection.start(*cell, Unit.WORD)
    assert selection.text() == word


def test_a_drag_of_words_takes_whole_words(selection: Selection) -> None:
    assert _select(selection, (8, 0), (2, 0), Unit.WORD) == "hello wörld"
    assert _select(selection, (2, 0), (8, 0), Unit.WORD) == "hello wörld"


def test_a_line_is_taken_whole_however_many_rows_it_has(selection: Selection) -> None:
    selection.start(1, 3, Unit.LINE)
    assert selection.text() == "日本語の文。次の「言葉」 src/app.py:12 and more words"


def test_a_blank_has_neither_word_nor_line(selection: Selection) -> None:
    for unit in (Unit.WORD, Unit.LINE):
        selection.start(5, 7, unit)
        assert selection.text() == ""


def test_cells_outside_are_kept_inside(selection: Selection) -> None:
    assert _select(selection, (-5, -5), (99, 0)) == "hello wörld"


def test_what_is_selected_is_drawn_and_undrawn(emulator: Emulator, selection: Selection) -> None:
    _select(selection, (6, 0), (3, 1))
    assert set(emulator.take_dirty()) == set(range(8))
    assert [emulator.selected(y) for y in range(3)] == [(6, 23), (0, 3), None]
    selection.clear()
    emulator.take_dirty()
    assert [emulator.selected(y) for y in range(3)] == [None] * 3
    assert selection.text() == ""
    assert not selection.is_active


def test_it_stays_on_its_text_while_that_scrolls_and_flows(emulator: Emulator, selection: Selection) -> None:
    assert _select(selection, (5, 2), (3, 3)) == "app.py:12 and more word"
    emulator.feed(b"\r\nmore" * 30)
    assert selection.text() == "app.py:12 and more word"
    emulator.resize(40, 5)
    assert selection.text() == "app.py:12 and more word"


def test_a_drag_begins_where_the_text_went(emulator: Emulator, selection: Selection) -> None:
    selection.start(0, 0)
    emulator.feed(b"\r\nnew" * 4)
    emulator.take_dirty()
    selection.extend(1, 0)
    assert selection.text().startswith("hello wörld\n")


def test_a_terminal_that_was_reset_under_a_drag(emulator: Emulator, selection: Selection) -> None:
    selection.start(0, 0)
    emulator.feed(b"\x1bcnew")
    selection.extend(5, 0)
    assert selection.text() == ""
    emulator.feed(b"\x1b[?1049h")
    selection.extend(3, 0)
    assert selection.text() == ""
