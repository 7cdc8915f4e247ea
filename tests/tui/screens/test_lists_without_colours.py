"""Without colours the chosen line of a list can still be told from the others."""

from __future__ import annotations

import pytest
from textual.widgets import OptionList

from tests.tui.conftest import RunApp

LEADER = "ctrl+right_square_bracket"


@pytest.mark.parametrize("keys", [["f9"], [LEADER, "T"], [LEADER, "comma"], [LEADER, "p"]])
async def test_the_chosen_line_is_underlined(run_app: RunApp, keys: list[str]) -> None:
    async with run_app(theme="monochrome") as screen:
        await screen.press(*keys)
        style = screen.app.screen.query_one(OptionList).get_component_rich_style("option-list--option-highlighted")
        assert style.underline
        assert style.bold
