"""With `screen.motion = "reduced"` nothing blinks or glides."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.widgets import Input

from tests.tui.conftest import RunApp
from tui.still import StillFilter


@pytest.mark.parametrize(("motion", "blinks", "level"), [("reduced", False, "none"), ("full", True, "full")])
async def test_the_cursor_of_a_filter_keeps_still(run_app: RunApp, motion: str, blinks: bool, level: str) -> None:
    async with run_app(motion=motion) as screen:
        assert screen.app.animation_level == level
        await screen.press("f9")
        field = screen.app.screen.query_one(Input)
        field.focus()
        await screen.pilot.pause()
        assert field.has_focus
        assert field.cursor_blink is blinks


async def test_what_the_program_wants_to_blink_stands_still(run_app: RunApp) -> None:
    async with run_app(motion="reduced") as screen:
        (still,) = [one for one in screen.app.get_line_filters() if isinstance(one, StillFilter)]
        blinking = Segment("now", Style(blink=True, bold=True))
        plain = Segment("then", Style(bold=True))
        stilled, same = still.apply([blinking, plain], Color.parse("black"))
        assert stilled.style is not None
        assert (stilled.text, stilled.style.bold, stilled.style.blink) == ("now", True, False)
        assert same is plain
