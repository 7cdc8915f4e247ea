"""The program's colours in the pane: 16 follow the theme, the rest are what the program says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.tui.conftest import RunApp, Screen
from tui.themes import load_themes

Rgb = tuple[int, int, int]


@asynccontextmanager
async def _running(run_app: RunApp) -> AsyncIterator[Screen]:
    async with run_app() as screen:
        terminal = screen.app.main.terminal
        while (terminal.emulator.cols, terminal.emulator.rows) != tuple(terminal.size):
            await screen.pilot.pause(0.01)
        yield screen


def _colour_of(screen: Screen, sequence: str) -> tuple[Rgb, Rgb]:
    """Foreground and background of an X drawn after a sequence."""
    terminal = screen.app.main.terminal
    terminal.feed(f"\x1b[2J\x1b[H\x1b[{sequence}mX\x1b[m\x1b[9;1H".encode())
    terminal.redraw()
    style = next(iter(terminal.render_line(0))).style
    assert style is not None
    assert style.color is not None
    assert style.bgcolor is not None
    return tuple(style.color.get_truecolor()), tuple(style.bgcolor.get_truecolor())  # type: ignore[return-value]


def _rgb(colour: str) -> Rgb:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


async def _next_theme(screen: Screen) -> str:
    await screen.press("ctrl+right_square_bracket", "t")
    return screen.app.theme


async def test_the_sixteen_colours_are_the_themes(run_app: RunApp) -> None:
    themes = load_themes().by_name
    async with _running(run_app) as screen:
        for _ in range(2):
            theme = themes[screen.app.theme].terminal.colors
            for number in range(16):
                foreground = 30 + number if number < 8 else 82 + number
                assert _colour_of(screen, f"{foreground}")[0] == _rgb(theme[number])
                assert _colour_of(screen, f"38;5;{number}")[0] == _rgb(theme[number])
                assert _colour_of(screen, f"{foreground + 10}")[1] == _rgb(theme[number])
            await _next_theme(screen)


async def test_the_other_colours_are_the_same_in_every_theme(run_app: RunApp) -> None:
    colours: dict[str, Rgb] = {
        "5;16": (0, 0, 0),
        "5;208": (255, 135, 0),
        "5;255": (238, 238, 238),
        "2;1;2;3": (1, 2, 3),
    }
    async with _running(run_app) as screen:
        for _ in range(2):
            for code, colour in colours.items():
                assert _colour_of(screen, f"38;{code}")[0] == colour
                assert _colour_of(screen, f"48;{code}")[1] == colour
            await _next_theme(screen)


@pytest.mark.parametrize("pick", [lambda pair: pair[0], lambda pair: pair[1]], ids=["text", "background"])
async def test_what_has_no_colour_has_the_themes(run_app: RunApp, pick: Callable[[tuple[Rgb, Rgb]], Rgb]) -> None:
    async with _running(run_app) as screen:
        seen = set()
        for _ in range(2):
            seen.add(pick(_colour_of(screen, "0")))
            await _next_theme(screen)
        assert len(seen) == 2


async def test_a_colour_that_the_program_changed_stays_changed(run_app: RunApp) -> None:
    async with _running(run_app) as screen:
        screen.app.main.terminal.feed(b"\x1b]4;1;#010203\x1b\\")
        assert _colour_of(screen, "31")[0] == (1, 2, 3)
        await _next_theme(screen)
        assert _colour_of(screen, "31")[0] == (1, 2, 3)
        screen.app.main.terminal.feed(b"\x1b]104\x1b\\")
        assert _colour_of(screen, "31")[0] != (1, 2, 3)
