"""Themes are followed while the app runs: a good edit shows at once, a wrong one is told and changes nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.tui.conftest import RunApp
from tui.theme_control import ThemeControl
from tui.themes import load_themes, packaged_files

PATIENCE_S = 60.0


def source(name: str) -> str:
    return next(path for path in packaged_files() if path.stem == name).read_text(encoding="utf-8")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A theme of one's own: `mine`."""
    path = tmp_path / "mine.toml"
    path.write_text(source("dark").replace('"dark"', '"mine"'), encoding="utf-8")
    return path


@pytest.fixture
def control(mine: Path) -> ThemeControl:
    return ThemeControl("mine", load_themes(mine.parent))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    # All test edits change the size: times alone could be the same on a coarse clock.
    assert len(old) != len(new)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_files_that_stay_are_not_read_again(control: ThemeControl) -> None:
    before = control.themes
    assert control.look() is None
    assert control.themes is before


def test_a_good_edit_changes_the_theme(control: ThemeControl, mine: Path) -> None:
    edit(mine, '"#12141c"', '"#000000" # black')
    assert control.look() == []
    assert control.shown.ui.background == "#000000"


def test_a_wrong_edit_is_told_once_and_the_theme_stays(control: ThemeControl, mine: Path) -> None:
    before = control.shown
    edit(mine, '"#12141c"', '"black"')
    assert control.look() == [
        f"{mine}, line 6, ui.background: expected a colour as #rrggbb. The theme stays as it was."
    ]
    assert control.shown == before
    assert control.look() is None
    edit(mine, '"black"', '"#010203"')
    assert control.look() == []
    assert control.shown.ui.background == "#010203"


def test_a_wrong_edit_of_a_theme_that_replaces_a_packaged_one_keeps_it_too(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(source("dark").replace("#12141c", "#000000"), encoding="utf-8")
    control = ThemeControl("dark", load_themes(tmp_path))
    edit(path, "dark = true", "dark = 1")
    assert control.look()
    assert control.shown.ui.background == "#000000"
    path.unlink()
    assert control.look() == []
    assert control.shown.ui.background == "#12141c"


def test_a_file_that_goes_away_leaves_its_theme_on_the_screen(control: ThemeControl, mine: Path) -> None:
    text = mine.read_text(encoding="utf-8")
    mine.unlink()
    assert control.look() == []
    assert control.name == "mine"
    mine.write_text(text.replace("#12141c", "#000000"), encoding="utf-8")
    assert control.look() == []
    assert control.shown.ui.background == "#000000"


def test_a_theme_that_gets_another_name_is_followed(control: ThemeControl, mine: Path) -> None:
    edit(mine, '"mine"', '"yours"')
    assert control.look() == []
    assert control.name == "yours"
    assert "mine" not in control.themes.names()


def test_a_wanted_theme_that_comes_later_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("name = 1", encoding="utf-8")
    control = ThemeControl("mine", load_themes(tmp_path))
    assert control.name == "dark"
    assert [code for code, _ in control.first_problems()] == ["theme_invalid", "theme_unknown"]
    path.write_text(source("light").replace('"light"', '"mine"'), encoding="utf-8")
    assert control.look() == []
    assert control.name == "mine"


def test_a_theme_that_was_chosen_meanwhile_stays(tmp_path: Path) -> None:
    control = ThemeControl("mine", load_themes(tmp_path))
    assert control.show_next() == "light"
    (tmp_path / "mine.toml").write_text(source("dark").replace('"dark"', '"mine"'), encoding="utf-8")
    assert control.look() == []
    assert control.name == "light"


async def test_an_edit_shows_on_the_screen(run_app: RunApp, mine: Path) -> None:
    async with run_app(theme="mine") as screen:
        app = screen.app
        edit(mine, '"#bb9af7", "#7dcfff", "#c0c8e0"', '"#bb9af7", "red", "#c0c8e0"')
        app.look_at_themes()
        await screen.pilot.pause()
        assert "mine.toml, line 49, terminal.colors[6]" in app.main.status.notices[-1].message
        assert "▲" in screen.status()
        edit(mine, '"red"', '"#0000ff"')
        edit(mine, 'background = "#12141c"', 'background = "#030201" # night')
        app.look_at_themes()
        await screen.pilot.pause()
        assert "▲" not in screen.status()
        assert screen.view.styles.background.hex.lower() == "#030201"
        assert app.main.terminal.emulator.palette[6] == (0, 0, 255)


async def test_the_app_looks_by_itself(run_app: RunApp, mine: Path) -> None:
    async with run_app(theme="mine") as screen:
        edit(mine, 'background = "#12141c"', 'background = "#030201" # night')
        async with asyncio.timeout(PATIENCE_S):
            while screen.view.styles.background.hex.lower() != "#030201":
                await screen.pilot.pause(0.05)
