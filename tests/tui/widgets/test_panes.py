"""The divider between the panes: by mouse, by key, and at the next start."""

from __future__ import annotations

import pytest

from tests.tui.conftest import RunApp, Screen
from tui.remembered import Remembered
from tui.widgets.divider import Divider
from tui.widgets.panes import Panes
from tui.widgets.terminal import TerminalView

LEADER = "ctrl+right_square_bracket"
STACKED, SIDE = (100, 40), (160, 40)


def parts(screen: Screen) -> tuple[int, int]:
    """Columns and rows of Claude's pane."""
    size = screen.app.main.terminal.size
    return size.width, size.height


async def drag(screen: Screen, dx: int, dy: int, *, steps: int = 1) -> None:
    """Press on the divider, move, and let go."""
    pilot, divider = screen.pilot, screen.app.main.query_one(Divider)
    x, y = divider.region.offset
    await pilot.mouse_down(offset=(x, y))
    for step in range(1, steps + 1):
        await pilot.hover(offset=(x + dx * step // steps, y + dy * step // steps))
    await pilot.mouse_up(offset=(x + dx, y + dy))
    await settled(screen)


async def settled(screen: Screen) -> None:
    await screen.pilot.pause()
    await screen.pilot.pause()


async def fitted(screen: Screen) -> None:
    """Wait until Claude's terminal is there, and has the size of its pane."""
    main = screen.app.main
    await screen.until(
        lambda: main.has_terminal and main.terminal.emulator.cols == main.terminal.size.width,
        "the terminal is as wide as its pane",
    )
    await settled(screen)


@pytest.mark.parametrize(("size", "move"), [(SIDE, (12, 0)), (SIDE, (-9, 0)), (STACKED, (0, 4)), (STACKED, (0, -3))])
async def test_the_divider_goes_where_the_mouse_goes(
    run_app: RunApp, size: tuple[int, int], move: tuple[int, int]
) -> None:
    async with run_app(size) as screen:
        columns, rows = parts(screen)
        await drag(screen, *move)
        assert parts(screen) == (columns + move[0], rows + move[1])


async def test_it_is_there_at_the_next_start_for_this_layout_only(run_app: RunApp) -> None:
    async with run_app(SIDE) as screen:
        before = parts(screen)
        await drag(screen, 20, 0)
    async with run_app(SIDE) as screen:
        assert parts(screen) == (before[0] + 20, before[1])
    async with run_app(STACKED) as screen:
        assert parts(screen) == (100, 19)


async def test_dragging_takes_the_keyboard_from_nobody(run_app: RunApp) -> None:
    async with run_app(SIDE) as screen:
        await settled(screen)
        assert screen.app.main.focused is screen.app.main.terminal
        await drag(screen, 5, 0)
        assert screen.app.main.focused is screen.app.main.terminal


async def test_claude_hears_of_few_sizes_while_it_is_dragged_and_of_the_last_one(
    run_app: RunApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.widgets.panes.RESIZE_EVERY_S", 1000.0)
    sizes: list[int] = []
    async with run_app(SIDE) as screen:
        await fitted(screen)
        columns = parts(screen)[0]
        fit = TerminalView._fit

        def told(terminal: TerminalView) -> None:
            sizes.append(terminal.size.width)
            fit(terminal)

        monkeypatch.setattr(TerminalView, "_fit", told)
        await drag(screen, 30, 0, steps=10)
        assert parts(screen)[0] == columns + 30
        assert sizes == [columns + 3, columns + 30]


async def test_it_stops_where_a_pane_would_be_too_small(run_app: RunApp) -> None:
    async with run_app(SIDE) as screen:
        await drag(screen, -79, 0)
        assert parts(screen)[0] == 40
        await drag(screen, 119, 0)
        assert parts(screen)[0] == 130
    async with run_app(STACKED) as screen:
        await drag(screen, 0, -19)
        assert parts(screen)[1] == 8


async def test_a_double_click_puts_it_back(run_app: RunApp) -> None:
    Remembered().put("split.side", 0.7)
    async with run_app(SIDE) as screen:
        assert parts(screen)[0] == 112
        divider = screen.app.main.query_one(Divider)
        await screen.pilot.click(offset=divider.region.offset, times=2)
        await settled(screen)
        assert parts(screen)[0] == 80
    assert Remembered().get("split.side") is None


@pytest.mark.parametrize("in_view", [False, True])
@pytest.mark.parametrize("size", [SIDE, STACKED])
async def test_keys_move_it_by_a_twentieth_and_put_it_back(
    run_app: RunApp, size: tuple[int, int], in_view: bool
) -> None:
    async with run_app(size) as screen:
        if in_view:
            await screen.to_view()
        prefix = [] if in_view else [LEADER]
        axis, room = (0, 160) if size == SIDE else (1, screen.app.main.query_one(Panes).size.height)
        first = parts(screen)[axis]
        for key, change in [("greater_than_sign", 1), ("less_than_sign", 0), ("less_than_sign", -1)]:
            await screen.press(*prefix, key)
            await settled(screen)
            assert parts(screen)[axis] == first + change * round(room / 20)
        await screen.press(*prefix, "vertical_line")
        await settled(screen)
        assert parts(screen)[axis] == first


async def test_at_its_end_a_key_says_why_it_goes_no_further(run_app: RunApp) -> None:
    async with run_app(SIDE) as screen:
        await screen.to_view()
        await screen.press(*["less_than_sign"] * 8)
        assert parts(screen)[0] == 40
        assert "Claude's pane would be too small" in screen.status()


@pytest.mark.parametrize("layout", ["bilingual", "claude"])
@pytest.mark.parametrize("key", ["less_than_sign", "greater_than_sign", "vertical_line"])
async def test_with_one_pane_the_keys_say_that_there_is_no_divider(run_app: RunApp, layout: str, key: str) -> None:
    async with run_app(SIDE, layout=layout) as screen:
        await screen.press(LEADER, key)
        assert "no divider" in screen.status()


async def test_the_line_is_heavy_in_its_middle_and_where_it_is_held(run_app: RunApp) -> None:
    async with run_app(SIDE) as screen:
        divider = screen.app.main.query_one(Divider)

        def column() -> str:
            return "".join(divider.render_line(y).text for y in range(divider.size.height))

        assert column().strip("│") == "┃┃┃"
        await screen.pilot.mouse_down(offset=divider.region.offset)
        assert set(column()) == {"┃"}
        await screen.pilot.mouse_up(offset=divider.region.offset)


@pytest.mark.parametrize("layout", ["side", "stacked", "bilingual", "claude"])
async def test_with_hardly_any_room_nothing_lies_outside(run_app: RunApp, layout: str) -> None:
    async with run_app((60, 16), layout=layout) as screen:
        await screen.press(LEADER, "g", LEADER, "w")
        await settled(screen)
        panes = screen.app.main.query_one(Panes)
        for pane in panes.children:
            assert panes.region.contains_region(pane.region) or not pane.region


@pytest.mark.parametrize(("size", "away", "here"), [(SIDE, "│", "║"), (STACKED, "─", "═")])
async def test_who_has_the_keyboard_is_told_by_shape_too(
    run_app: RunApp, size: tuple[int, int], away: str, here: str
) -> None:
    async with run_app(size) as screen:
        divider = screen.app.main.query_one(Divider)
        await settled(screen)
        assert divider.render_line(0).text.startswith(away)
        await screen.to_view()
        assert divider.render_line(0).text.startswith(here)


async def test_above_the_view_it_says_what_the_view_is(run_app: RunApp) -> None:
    async with run_app(STACKED) as screen:
        divider = screen.app.main.query_one(Divider)
        assert divider.render_line(0).text.startswith("─ English → 日本語 ──")
        assert divider.render_line(0).cell_length == 100
