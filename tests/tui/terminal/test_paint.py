from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from tui.terminal.cells import CellStyle, Run
from tui.terminal.emulator import CursorShape, Emulator
from tui.terminal.paint import Painter, cluster_at, with_cursor

BASE = Style(color=Color.from_rgb(200, 200, 200), bgcolor=Color.from_rgb(10, 10, 10))
PALETTE = [(index, 0, 255 - index) for index in range(256)]


def _segments(text: str, cols: int = 10) -> list[Segment]:
    emulator = Emulator(cols, 2)
    emulator.feed(text.encode())
    emulator.take_dirty()
    return list(Painter(BASE, PALETTE).paint(emulator.row(0)))


def test_the_themes_colours_under_the_programs() -> None:
    plain, styled, _ = _segments("a\x1b[1;31;48;2;1;2;3mb\x1b[0m")
    assert plain.style == BASE
    assert styled.style == BASE + Style(bold=True, color=Color.from_rgb(1, 0, 254), bgcolor=Color.from_rgb(1, 2, 3))


def test_text_is_never_markup() -> None:
    assert _segments("[red]x[/]", 9)[0] == Segment("[red]x[/]", BASE)


def test_hidden_text_is_not_drawn() -> None:
    assert _segments("\x1b[8msecret")[0].text.strip() == ""


@pytest.mark.parametrize(
    "text",
    ["👨\u200d👩\u200d👧", "🇯🇵🇫🇷", "❤\ufe0f", "👍🏽", "日本", "e\u0301", "か\u3099", "\u0e33", "कि", "한", "☺\ufe0f"],
)
def test_every_row_is_exactly_as_wide_as_the_terminal(text: str) -> None:
    segments = _segments(text + "|")
    assert cell_len("".join(segment.text for segment in segments)) == 10


def test_a_character_that_is_counted_otherwise_is_replaced_not_shifted() -> None:
    run = Run("\u200bx", 2, CellStyle(), (("\u200b", 1), ("x", 1)))
    (segment,) = Painter(BASE, PALETTE).paint([run])
    assert segment.text == "?x"


def test_the_cursor_turns_its_cell_around() -> None:
    strip = Painter(BASE, PALETTE).paint([Run("abc", 3, CellStyle())])
    drawn = list(with_cursor(strip, 1, 1, CursorShape.BLOCK))
    assert [(segment.text, bool(segment.style and segment.style.reverse)) for segment in drawn] == [
        ("a", False),
        ("b", True),
        ("c", False),
    ]


def test_the_cursor_can_be_seen_on_an_inverse_cell() -> None:
    strip = Painter(BASE, PALETTE).paint([Run("x", 1, CellStyle(inverse=True))])
    (segment,) = with_cursor(strip, 0, 1, CursorShape.BLOCK)
    assert segment.style is not None
    assert not segment.style.reverse


def test_the_cursor_covers_a_whole_wide_character() -> None:
    run = Run("a日b", 4, CellStyle(), (("a", 1), ("日", 2), ("b", 1)))
    assert [cluster_at([run], x) for x in range(4)] == [(0, 1), (1, 2), (1, 2), (3, 1)]
    strip = with_cursor(Painter(BASE, PALETTE).paint([run]), 1, 2, CursorShape.BLOCK)
    assert [segment.text for segment in strip] == ["a", "日", "b"]


@pytest.mark.parametrize(
    ("text", "shape", "drawn", "look"),
    [
        (" ", CursorShape.BAR, "▏", Style()),
        ("x", CursorShape.BAR, "x", Style(reverse=True)),
        (" ", CursorShape.UNDERLINE, " ", Style(underline=True)),
        ("x", CursorShape.UNDERLINE, "x", Style(underline=True)),
        ("x", CursorShape.HOLLOW, "x", Style(underline=True)),
        (" ", CursorShape.BLOCK, " ", Style(reverse=True)),
    ],
)
def test_the_cursor_has_the_shape_that_the_program_chose(
    text: str, shape: CursorShape, drawn: str, look: Style
) -> None:
    strip = Painter(BASE, PALETTE).paint([Run(text, 1, CellStyle())])
    assert list(with_cursor(strip, 0, 1, shape)) == [Segment(drawn, BASE + look)]


def test_a_line_cursor_can_be_seen_under_underlined_text() -> None:
    strip = Painter(BASE, PALETTE).paint([Run("x", 1, CellStyle(underline=1))])
    (before,), (under,) = strip, with_cursor(strip, 0, 1, CursorShape.UNDERLINE)
    assert before.style is not None
    assert under.style is not None
    assert before.style.underline
    assert under.style.underline2
    assert not under.style.underline


@pytest.mark.parametrize(
    ("sequence", "shape"),
    [(2, CursorShape.BLOCK), (4, CursorShape.UNDERLINE), (5, CursorShape.BAR), (6, CursorShape.BAR)],
)
def test_programs_choose_the_shape(sequence: int, shape: CursorShape) -> None:
    emulator = Emulator(10, 2)
    emulator.feed(b"\x1b[%d q" % sequence)
    emulator.take_dirty()
    assert emulator.cursor.shape is shape
