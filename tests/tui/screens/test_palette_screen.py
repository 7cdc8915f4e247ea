"""The command palette: everything is found by a few letters, and carried out."""

from __future__ import annotations

import pytest
from textual.widgets import Input, OptionList, Static

from tests.support.fake_engine import ENGINES, VOICES, FakeEngine
from tests.tui.conftest import FakeProgram, RunApp, Screen, looked
from tui.actions import ACTIONS
from tui.keymap import Keymap
from tui.palette_commands import action_commands, theme_commands, voice_commands
from tui.screens.help import HelpScreen
from tui.screens.palette import PaletteScreen
from tui.screens.picker import Picker

LEADER = "ctrl+right_square_bracket"


def listed(screen: Screen) -> list[str]:
    options = screen.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(index).prompt).rstrip() for index in range(options.option_count)]


def best(screen: Screen) -> str:
    palette = screen.app.screen
    assert isinstance(palette, PaletteScreen)
    assert palette.highlighted is not None
    return palette.highlighted.id


async def opened(screen: Screen, *keys: str) -> None:
    await screen.press(*(keys or ("f11",)))
    await looked(screen.pilot)
    screen.engine.calls.clear()


async def test_every_action_is_there_with_its_keys(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        lines = listed(screen)
        for action in ACTIONS:
            found = [line for line in lines if line.startswith(f"{action.label}  ")]
            assert bool(found) is (action.id != "palette")
        (mute,) = [line for line in lines if line.startswith("Mute ")]
        assert mute.endswith("F2 · Ctrl+] m")


async def test_in_the_view_its_keys_are_shown_first(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.to_view()
        await opened(screen, "p")
        (mute,) = [line for line in listed(screen) if line.startswith("Mute ")]
        assert mute.endswith("m · F2 · Ctrl+] m")


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("mute", "mute"),
        ("MUTE", "mute"),
        ("fast", "faster"),
        ("rplrow", "replay_selected"),
        ("thlight", "theme:light"),
        ("theme light", "theme:light"),
        ("nanami", "voice:edge:ja-JP-NanamiNeural"),
        ("speak slower", "slower"),
        ("select_next", "select_next"),
        ("f12", "stop"),
    ],
)
def test_a_few_letters_find_the_command(typed: str, command: str) -> None:
    def nothing(_: object) -> None:
        """Is not called."""

    commands = [
        *action_commands(Keymap(), False, nothing),
        *theme_commands(["dark", "light"], "dark", nothing),
        *voice_commands(VOICES, ENGINES, nothing),
    ]
    assert PaletteScreen(commands, list).matching(typed)[0].id == command


async def test_enter_carries_it_out(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app() as screen:
        await opened(screen, LEADER, "p")
        await screen.press(*"unmute", "enter")
        assert screen.engine.calls == [("set_muted", True)]
        assert screen.app.screen is screen.app.main
        assert program.received == b""


async def test_the_arrows_choose_another_and_typing_goes_back_to_the_best(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"sel")
        first = best(screen)
        await screen.press("down")
        second = best(screen)
        assert first != second
        await screen.press("e")
        assert best(screen) == screen.app.screen._shown[0].id  # type: ignore[attr-defined]


async def test_a_command_may_open_another_screen(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"help", "enter")
        assert isinstance(screen.app.screen, HelpScreen)


async def test_theme_voice_and_translator_are_chosen_by_name(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"nord", "enter")
        assert screen.app.theme == "nord"
        await opened(screen)
        await screen.press(*"keita", "enter")
        assert ("set_voice", "edge:ja-JP-KeitaNeural") in screen.engine.calls
        assert "edge:ja-JP-KeitaNeural" in screen.status()
        await opened(screen)
        await screen.press(*"translator auto", "enter")
        assert ("set_translator", "auto") in screen.engine.calls


async def test_slow_servers_do_not_keep_the_actions_away(run_app: RunApp, engine: FakeEngine) -> None:
    async with run_app() as screen:
        engine.may_list.clear()
        await screen.press("f11", *"nanami")
        assert listed(screen) == []
        await screen.press(*["backspace"] * 6, *"mute")
        assert best(screen) == "mute"
        engine.may_list.set()
        await looked(screen.pilot)
        assert best(screen) == "mute"
        screen.app.screen.query_one(Input).value = "nanami"
        await screen.pilot.pause()
        assert best(screen) == "voice:edge:ja-JP-NanamiNeural"


async def test_without_a_match_it_says_so_and_enter_does_nothing(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"xqzv", "enter")
        assert isinstance(screen.app.screen, PaletteScreen)
        assert "None of the commands matches" in str(screen.app.screen.query_one("#picker-detail", Static).content)


async def test_it_closes_and_nothing_happens(run_app: RunApp) -> None:
    async with run_app() as screen:
        for key in ("escape", "f11", "ctrl+p", "ctrl+c"):
            await opened(screen)
            await screen.press("m", key)
            assert not isinstance(screen.app.screen, Picker)
            assert screen.engine.calls == []


async def test_ctrl_p_is_claudes_in_its_pane_and_ours_in_the_view(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app() as screen:
        await screen.press("ctrl+p")
        assert program.received == b"\x10"
        await screen.to_view()
        await screen.press("ctrl+p")
        assert isinstance(screen.app.screen, PaletteScreen)
