"""NO_COLOR chooses the theme without colours, and that theme leaves none on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.settings import Settings
from tests.tui.conftest import RunApp, Screen
from tui.cli import main
from tui.no_color import respect_no_color

Rgb = tuple[int, int, int]
ORANGE = b"\x1b[38;2;255;135;0morange\x1b[m \x1b[41mred\x1b[m"


@pytest.mark.parametrize(
    ("env", "flags", "theme"),
    [
        ({"NO_COLOR": "1"}, {}, "monochrome"),
        ({"NO_COLOR": "1"}, {"screen.theme": None, "screen.layout": "side"}, "monochrome"),
        ({"NO_COLOR": "1"}, {"screen.theme": "light"}, "light"),
        ({"NO_COLOR": ""}, {}, "light"),
        ({}, {"screen.theme": None}, "light"),
    ],
)
def test_no_color_chooses_the_theme_unless_a_flag_does(
    env: dict[str, str], flags: dict[str, str | None], theme: str
) -> None:
    settings = Settings().replace("screen", theme="light", layout="side")
    chosen = respect_no_color(settings, flags, env)
    assert chosen.screen.theme == theme
    assert chosen.screen.layout == "side"


@pytest.mark.parametrize(("arguments", "theme"), [([], "monochrome"), (["--theme", "nord"], "nord")])
def test_the_command_line_heeds_no_color(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], theme: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[screen]\ntheme = "light"\n', encoding="utf-8")
    monkeypatch.setenv("STREAMTTS_CONFIG", str(config))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("tui.cli.has_tty", lambda: True)
    themes = []

    def run_app(settings: Settings, *_: object, **__: object) -> int:
        themes.append(settings.screen.theme)
        return 0

    monkeypatch.setattr("tui.cli.run_app", run_app)
    assert main(["--demo", *arguments]) == 0
    assert themes == [theme]


async def colours(screen: Screen) -> set[Rgb]:
    """All colours on the screen, as they are sent to the terminal."""
    screen.app.main.terminal.feed(ORANGE)
    screen.app.main.terminal.redraw()
    await screen.pilot.pause()
    strips = screen.app.screen._compositor.render_strips(screen.app.size)
    styles = [segment.style for strip in strips for segment in strip if segment.style]
    found = [colour for style in styles for colour in (style.color, style.bgcolor) if colour]
    return {tuple(colour.get_truecolor()) for colour in found}  # type: ignore[misc]


async def test_the_monochrome_theme_leaves_no_colour_the_programs_neither(run_app: RunApp) -> None:
    async with run_app(theme="monochrome") as screen:
        shown = await colours(screen)
        assert [colour for colour in shown if len(set(colour)) != 1] == []
        assert len(shown) > 5


@pytest.mark.parametrize("no_color", ["1", ""])
async def test_a_theme_that_is_chosen_all_the_same_has_its_colours(
    run_app: RunApp, monkeypatch: pytest.MonkeyPatch, no_color: str
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    async with run_app(theme="dark") as screen:
        assert (255, 135, 0) in await colours(screen)


async def test_the_key_leads_out_of_the_monochrome_theme_and_back(run_app: RunApp) -> None:
    async with run_app(theme="high-contrast") as screen:
        for is_grey in (True, False):
            await screen.press("ctrl+right_square_bracket", "t")
            assert ((255, 135, 0) not in await colours(screen)) is is_grey
