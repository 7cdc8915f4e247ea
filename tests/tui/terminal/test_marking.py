"""Text of the terminal pane is marked and copied, and links are followed, without a mouse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.support.terminal_host import RAW_CAT, shown, until_shown
from tests.tui.terminal.test_terminal_mouse import Desk

STORY = (
    "first line\r\n日本語 の行\r\nsee https://example.org/a, or "
    "\x1b]8;;https://example.org/made\x1b\\here\x1b]8;;\x1b\\\r\nlast\x1b[1;1H"
)


@pytest.fixture(autouse=True)
def _a_desktop_without_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.terminal.clipboard.clipboard_command", lambda env: None)
    monkeypatch.setenv("DISPLAY", ":99")


@asynccontextmanager
async def marking(text: str = STORY) -> AsyncIterator[tuple[Desk, Pilot[None]]]:
    """An app in whose terminal somebody begins to mark, at its first cell."""
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.focus()
        app.view.feed(text.encode())
        await pilot.pause()
        app.view.begin_marking()
        await pilot.pause()
        yield app, pilot


@pytest.mark.parametrize(
    ("keys", "copied"),
    [
        (["space", "right", "right", "y"], "fir"),
        (["l", "l", "v", "h", "y"], "ir"),
        (["down", "right", "space", "right", "enter"], "本語"),
        (["j", "V", "y"], "日本語 の行"),
        (["w", "end", "y"], "first line"),
        (["end", "space", "down", "home", "y"], "e\n日"),
        (["j", "end", "v", "k", "home", "y"], "first line\n日本語 の行"),
        (["left", "up", "v", "y"], "f"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
async def test_keys_mark_and_copy(keys: list[str], copied: str) -> None:
    async with marking() as (app, pilot):
        await pilot.press(*keys)
        assert app.noted == [("copied", copied)]
        assert not app.view.is_marking
        assert app.view.selected_text == ""


async def test_the_place_is_seen_and_a_wide_character_is_one_step() -> None:
    async with marking() as (app, pilot):
        for key, cell in (("down", "日"), ("right", "本"), ("right", "語"), ("left", "本"), ("up", "r")):
            await pilot.press(key)
            assert app.view.selected_text == cell


async def test_links_made_and_written_are_gone_through_and_opened() -> None:
    async with marking() as (app, pilot):
        await pilot.press("tab", "enter")
        assert app.noted == [("opened", "https://example.org/a")]
        app.view.begin_marking()
        await pilot.press("tab", "tab", "tab", "shift+tab", "tab", "enter")
        assert app.noted[1:] == [("opened", "https://example.org/made")]


async def test_without_a_link_or_a_mark_the_corner_says_what_to_do() -> None:
    async with marking("nothing here\x1b[1;1H") as (app, pilot):
        for key, told in (("tab", "No further link here"), ("enter", "Space marks first"), ("y", "Space marks first")):
            await pilot.press(key)
            await pilot.pause()
            assert told in shown(app)[0]
        assert app.view.is_marking
        assert app.noted == []


async def test_what_has_scrolled_away_can_be_marked() -> None:
    lines = "\r\n".join(f"line {number}" for number in range(1, 101))
    async with marking(lines) as (app, pilot):
        await pilot.press("home", *["up"] * 20, "V", "up", "y")
        assert app.noted == [("copied", "line 79\nline 80")]
        assert shown(app)[-1] == "line 100"
        app.view.begin_marking()
        await pilot.press("g", "V", "y")
        assert app.noted[1:] == [("copied", "line 1")]


async def pressed_while_marking(*keys: str) -> tuple[list[str], Desk]:
    """Type `keys` while somebody marks, then Escape and z; return what the program shows, and the app."""
    app = Desk(RAW_CAT)
    async with app.run_test(size=(60, 12)) as pilot:
        await until_shown(app, pilot, "ready")
        app.view.begin_marking()
        await pilot.press(*keys, "escape", "z")
        await until_shown(app, pilot, "z")
        return [row for row in shown(app) if row], app


async def test_nothing_is_typed_meanwhile_and_escape_gives_the_keyboard_back() -> None:
    rows, app = await pressed_while_marking("x", "j", "f9", "1")
    assert rows == ["ready", "z"]
    assert app.noted == ["f9"]


async def test_no_editing_key_reaches_the_program_but_ctrl_c_does() -> None:
    rows, _ = await pressed_while_marking("backspace", "delete", "ctrl+u", "ctrl+c")
    assert rows == ["ready", "^Cz"]


async def test_text_that_flows_in_does_not_move_what_is_marked() -> None:
    async with marking() as (app, pilot):
        await pilot.press("space", "end")
        app.view.feed(b"\x1b[9;1H" + b"more\r\n" * 9)
        await pilot.pause()
        await pilot.press("y")
        assert app.noted == [("copied", "first line")]


async def test_wide_text_that_comes_under_the_place_stops_nobody() -> None:
    async with marking("abcdef\x1b[1;1H") as (app, pilot):
        await pilot.press("right")
        app.view.feed("\x1b[1;1H日本語".encode())
        await pilot.pause()
        await pilot.press("right", "space", "right", "y")
        assert app.noted == [("copied", "本語")]


async def test_another_pane_a_click_and_a_paste_end_it() -> None:
    async with marking() as (app, pilot):
        await pilot.press("space")
        app.query_one(Input).focus()
        await pilot.pause()
        assert not app.view.is_marking
        assert app.view.selected_text == ""
        app.view.begin_marking()
        await pilot.click(app.view, offset=(3, 3))
        assert not app.view.is_marking
