"""The list whose rows have any height: what is in the window, and what it costs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui.widgets.row_list import RowList
from tui.widgets.spans import Line, Span

HEIGHT = 10


class Numbers(RowList):
    """Row n has n % 3 + 1 lines."""

    def __init__(self) -> None:
        super().__init__()
        self.laid_out: set[int] = set()
        self.lines_of: dict[int, int] = {}

    def row(self, index: int, width: int) -> list[Line]:
        self.laid_out.add(index)
        return [(Span(f"  {index}.{line}"),) for line in range(self.lines_of.get(index, index % 3 + 1))]


class Host(App[None]):
    """Shows the list alone."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, int]] = []

    def compose(self) -> ComposeResult:
        yield Numbers()

    @on(RowList.Highlighted)
    @on(RowList.Chosen)
    def _told(self, message: RowList.Highlighted | RowList.Chosen) -> None:
        self.told.append((type(message).__name__, message.index))


@asynccontextmanager
async def shown(count: int, highlighted: int | None = None) -> AsyncIterator[tuple[Numbers, Pilot[None], Host]]:
    app = Host()
    async with app.run_test(size=(20, HEIGHT)) as pilot:
        numbers = app.query_one(Numbers)
        numbers.focus()
        numbers.show(count, highlighted)
        await pilot.pause()
        yield numbers, pilot, app


def window(numbers: Numbers) -> list[str]:
    return [numbers.render_line(y).text[2:].strip(" │┃") for y in range(HEIGHT)]


async def test_the_first_row_is_highlighted_and_the_list_begins_at_the_top() -> None:
    async with shown(100) as (numbers, _, _app):
        assert numbers.highlighted == 0
        assert window(numbers)[:4] == ["0.0", "1.0", "1.1", "2.0"]


async def test_the_highlighted_row_is_always_whole_in_the_window() -> None:
    async with shown(100) as (numbers, pilot, app):
        for index in range(1, 30):
            await pilot.press("down")
            assert {f"{index}.{line}" for line in range(index % 3 + 1)} <= set(window(numbers))
        assert "".join(window(numbers)), "no empty line at the end"
        for index in range(28, -1, -1):
            await pilot.press("k")
            assert {f"{index}.{line}" for line in range(index % 3 + 1)} <= set(window(numbers))
        assert app.told[-1] == ("Highlighted", 0)


async def test_the_end_is_at_the_bottom_and_the_beginning_at_the_top() -> None:
    async with shown(101) as (numbers, pilot, _):
        await pilot.press("end")
        assert numbers.highlighted == 100
        assert window(numbers)[-2:] == ["100.0", "100.1"]
        await pilot.press("home")
        assert window(numbers)[0] == "0.0"


async def test_a_page_goes_on_where_the_window_ended() -> None:
    async with shown(100) as (numbers, pilot, _):
        before = {line.partition(".")[0] for line in window(numbers)}
        await pilot.press("pagedown")
        assert str(numbers.highlighted) in before
        await pilot.press("pagedown")
        assert str(numbers.highlighted) not in before
        await pilot.press("pageup", "pageup", "pageup")
        assert numbers.highlighted == 0


async def test_what_is_out_of_view_is_not_laid_out_however_many_there_are() -> None:
    async with shown(1_000_000, 500_000) as (numbers, pilot, _):
        assert "500000.0" in window(numbers)
        await pilot.press("end", "home", "down")
        assert len(numbers.laid_out) < 100


async def test_the_wheel_scrolls_and_the_highlight_stays() -> None:
    async with shown(100) as (numbers, _, app):
        for _ in range(40):
            numbers._scroll(3)
        assert window(numbers)[0] == "60.0", "120 lines are 60 rows"
        for _ in range(100):
            numbers._scroll(3)
        assert window(numbers)[-1] == "99.0"
        for _ in range(200):
            numbers._scroll(-3)
        assert window(numbers)[0] == "0.0"
        assert (numbers.highlighted, app.told) == (0, [])


async def test_a_click_highlights_and_a_second_one_chooses() -> None:
    async with shown(100) as (numbers, pilot, app):
        await pilot.click(Numbers, offset=(3, 4))
        assert numbers.highlighted == 2
        await pilot.double_click(Numbers, offset=(3, 4))
        assert app.told[-1] == ("Chosen", 2)


async def test_enter_chooses() -> None:
    async with shown(3) as (_, pilot, app):
        await pilot.press("down", "enter")
        assert app.told == [("Highlighted", 1), ("Chosen", 1)]


async def test_an_empty_list_takes_every_key() -> None:
    async with shown(0) as (numbers, pilot, app):
        await pilot.press("down", "up", "end", "pagedown", "enter")
        assert app.told == []
        assert window(numbers) == [""] * HEIGHT


async def test_rows_that_grow_leave_the_highlighted_one_in_view() -> None:
    async with shown(100, 50) as (numbers, _, _app):
        numbers.lines_of = dict.fromkeys(range(100), 4)
        numbers.changed()
        assert {f"50.{line}" for line in range(4)} <= set(window(numbers))


async def test_a_row_higher_than_the_window_shows_its_beginning() -> None:
    async with shown(5) as (numbers, pilot, _):
        numbers.lines_of = {3: 30}
        numbers.changed()
        await pilot.press("down", "down", "down")
        assert window(numbers) == [f"3.{line}" for line in range(HEIGHT)]
        await pilot.press("down")
        assert window(numbers)[-2:] == ["4.0", "4.1"]


async def test_the_bar_says_where_one_is() -> None:
    async with shown(100) as (numbers, pilot, _):
        bar = [numbers.render_line(y).text[-1] for y in range(HEIGHT)]
        assert bar[0] == "┃"
        assert set(bar[1:]) == {"│"}
        await pilot.press("end")
        assert numbers.render_line(HEIGHT - 1).text[-1] == "┃"
    async with shown(3) as (numbers, _, _app):
        assert {numbers.render_line(y).text[-1] for y in range(HEIGHT)} == {" "}
