from __future__ import annotations

import pytest

from tests.tui.conftest import MakeApp, begun
from tui.layouts import DEFAULT_SHARES, Layout, claude_part, terminal_size
from tui.remembered import Remembered
from tui.split import Split

SIZES = [(60, 16), (101, 31), (240, 67)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", [Layout.SIDE, Layout.STACKED])
@pytest.mark.parametrize("share", [0.01, 0.618])
async def test_the_panes_are_as_large_as_claude_was_told(
    make_app: MakeApp, layout: Layout, size: tuple[int, int], share: float
) -> None:
    Remembered().put(f"split.{layout}", share)
    app = make_app(layout=str(layout))
    async with app.run_test(size=size) as pilot:
        await begun(pilot)
        assert tuple(app.main.terminal.size) == terminal_size(layout, *size, {layout: share})


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("room", [70, 80, 150, 400])
def test_side_by_side_both_panes_stay_usable(room: int, share: float) -> None:
    part = claude_part(Layout.SIDE, room, share)
    assert part >= 40
    assert room - part >= 30


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("room", [13, 20, 31, 100])
def test_stacked_both_panes_stay_usable(room: int, share: float) -> None:
    part = claude_part(Layout.STACKED, room, share)
    assert part >= 8
    assert room - part >= 5


@pytest.mark.parametrize(("layout", "room", "part"), [(Layout.SIDE, 150, 75), (Layout.STACKED, 18, 10)])
def test_the_first_share_is_exact(layout: Layout, room: int, part: int) -> None:
    assert claude_part(layout, room, DEFAULT_SHARES[layout]) == part


def test_each_layout_remembers_its_own_share() -> None:
    split = Split(Remembered())
    split.shares[Layout.SIDE] = 0.6
    split.keep(Layout.SIDE)
    assert Split(Remembered()).shares == {**DEFAULT_SHARES, Layout.SIDE: 0.6}
    split.reset(Layout.SIDE)
    assert Split(Remembered()).shares == DEFAULT_SHARES


@pytest.mark.parametrize("kept", ["wide", True, 0, -1, 7.5, None, [0.5]])
def test_a_share_that_cannot_be_is_forgotten(kept: object) -> None:
    Remembered().put("split.side", kept)
    assert Split(Remembered()).shares == DEFAULT_SHARES
