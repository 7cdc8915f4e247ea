"""Keys that come faster than a screen opens reach that screen, and not Claude or the view behind it."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from tests.tui.conftest import FakeProgram, RunApp, Screen
from tui.screens.picker import Picker


async def burst(screen: Screen, *keys: str) -> None:
    """Keys as the terminal sends them when they were typed ahead: all at once."""
    for key in keys:
        name = {"/": "slash"}.get(key, key)
        screen.app.post_message(events.Key(name, key if len(key) == 1 else None))
    for _ in range(10):
        await screen.pilot.pause()


@pytest.mark.parametrize("opener", ["f9", "f11"])
async def test_letters_after_a_key_that_opens_a_screen_are_typed_there(
    run_app: RunApp, program: FakeProgram, opener: str
) -> None:
    async with run_app() as screen:
        await burst(screen, opener, *"mei")
        assert isinstance(screen.app.screen, Picker)
        assert screen.app.screen.query_one(Input).value == "mei"
        assert program.received == b""


async def test_a_search_gets_what_is_typed_right_after_its_key(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app() as screen:
        await screen.to_view()
        await burst(screen, *"/mute")
        assert screen.app.main.query_one("SearchPrompt Input", Input).value == "mute"
        assert ("set_muted", True) not in screen.engine.calls
        assert program.received == b""


async def test_the_view_gets_what_is_typed_right_after_going_there(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app() as screen:
        await burst(screen, "f6", "/", *"retry")
        assert screen.app.main.query_one("SearchPrompt Input", Input).value == "retry"
        assert program.received == b""


async def test_claude_gets_what_is_typed_right_after_coming_back(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app() as screen:
        await screen.to_view()
        await burst(screen, "f6", *"hello", "f6", "f6", *"you")
        assert program.received == b"helloyou"


async def test_a_place_that_never_comes_keeps_nobody_from_typing(
    run_app: RunApp, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.key_hold.PATIENCE_S", 0.05)
    async with run_app() as screen:
        screen.app.main.key_hold.begin()
        await burst(screen, *"hi")
        while program.received != b"hi":
            await screen.pilot.pause(0.01)
