"""What a terminal that draws ambiguous characters two cells wide is given."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from engine.settings import Settings, load
from tests.tui.conftest import RunApp
from tui.ambiguous import NarrowFilter, narrowed, stand_in
from tui.terminal.emulator import Emulator
from tui.terminal.paint import Painter


def _cells(text: str) -> int:
    """The width of `text` in such a terminal."""
    return sum(
        0 if unicodedata.category(one)[0] == "M" else 1 + (unicodedata.east_asian_width(one) in "AWF") for one in text
    )


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("plain text", "plain text"),
        ("日本語「」。", "日本語「」。"),
        ("● Hello", "●Hello"),
        ("done … (3s)", "done …(3s)"),
        ("wait…", "wait."),
        ("╭──╮", "+--+"),
        ("│ab│", "|ab|"),
        ("“q”—①½Ω", '"q"-1??'),
        ("αβ γ", "?β?"),
        ("e\u0301\ufe0f x", "e\u0301\ufe0f x"),
    ],
)
def test_a_blank_is_given_up_or_a_narrow_sign_stands_in(text: str, drawn: str) -> None:
    assert narrowed(text) == drawn


def test_every_stand_in_takes_one_cell() -> None:
    ambiguous = [chr(code) for code in range(0xA1, 0x10000) if unicodedata.east_asian_width(chr(code)) == "A"]
    assert len(ambiguous) > 700
    assert {_cells(stand_in(character)) for character in ambiguous} == {1}


def test_rows_of_a_recorded_session_are_as_wide_as_the_terminal() -> None:
    folder = Path(__file__).parents[1] / "data/recordings/steady-stream"
    cut = json.loads((folder / "screens.json").read_text(encoding="utf-8"))["screens"][3]["bytes"]
    emulator = Emulator(100, 40)
    emulator.feed((folder / "tty.raw").read_bytes()[:cut])
    emulator.take_dirty()
    painter = Painter(Style.null(), emulator.palette)
    rows = [painter.paint(emulator.row(y)).apply_filter(NarrowFilter(), Color(0, 0, 0)) for y in range(40)]
    assert any(not row.text.isascii() for row in rows)
    assert [_cells(row.text) for row in rows] == [100] * 40


def test_control_codes_and_styles_stay() -> None:
    style = Style(bold=True)
    control = Segment("\x1b[1;2H…", None, [(1,)])  # type: ignore[list-item]
    assert NarrowFilter().apply([Segment("─", style), control], Color(0, 0, 0)) == [Segment("-", style), control]


async def test_only_where_the_settings_say_so(run_app: RunApp) -> None:
    assert not Settings().screen.ambiguous_wide
    assert load(env={"STREAMTTS_SCREEN_AMBIGUOUS_WIDE": "true", "STREAMTTS_CONFIG": "/none"}).screen.ambiguous_wide
    for is_wide in (False, True):
        async with run_app(ambiguous_wide=is_wide) as screen:
            filters = [type(one) for one in screen.app.main.terminal.get_line_filters()]
            assert (NarrowFilter in filters) is is_wide
