"""The settings screen, on a real config file."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input, OptionList, Static

from tests.tui.conftest import RunApp, Screen
from tui.screens.setting_editor import SettingEditor
from tui.screens.settings import SettingsScreen

LEADER = "ctrl+right_square_bracket"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("STREAMTTS_CONFIG", str(path))
    return path


@asynccontextmanager
async def opened(run_app: RunApp, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Screen]:
    async with run_app(size=size) as screen:
        await screen.press(LEADER, "comma")
        assert isinstance(screen.app.screen, SettingsScreen)
        screen.engine.calls.clear()
        yield screen


async def find(screen: Screen, words: str) -> None:
    """Filter until one setting is left."""
    screen.app.screen.query_one("#settings-filter", Input).value = words
    await screen.pilot.pause()


def listed(screen: Screen) -> list[str]:
    options = screen.app.screen.query_one("#settings-list", OptionList)
    return [str(option.prompt).rstrip() for option in options.options]


def detail(screen: Screen) -> str:
    return " ".join(str(screen.app.screen.query_one("#settings-detail", Static).content).split())


async def looked(screen: Screen) -> None:
    await screen.app.workers.wait_for_complete()
    await screen.pilot.pause()


def put(config: Path, content: str) -> None:
    config.write_text(content, encoding="utf-8")


def text(config: Path) -> str:
    return config.read_text(encoding="utf-8")


def on_top(screen: Screen) -> object:
    return screen.app.screen


def is_there(config: Path) -> bool:
    return config.exists()


def kept(config: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads(text(config))


async def test_the_sections_and_what_is_highlighted(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        lines = listed(screen)
        assert [line for line in lines if not line.startswith((" ", "●", "!"))][:3] == [
            "Translation",
            "Speech",
            "Sound",
        ]
        assert lines[1].split() == ["translator", "auto", "default"]
        assert "see `streamtts models`" in detail(screen)
        assert "STREAMTTS_TRANSLATE_TRANSLATOR · --translator" in detail(screen)


async def test_typing_filters_and_a_switch_is_turned_with_enter(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        await screen.press(*"speech.announce")
        assert [line.split()[:2] for line in listed(screen)] == [["Speech"], ["announce", "on"]]
        await screen.press("enter")
        assert kept(config) == {"speech": {"announce": False}}
        assert screen.engine.calls == [("apply", "speech.announce")]
        assert not screen.engine.settings.speech.announce
        assert "kept in the file, counts now" in detail(screen)
        assert listed(screen)[1].split() == ["●", "announce", "off", "file"]


async def test_a_number_is_checked_while_it_is_typed(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        await find(screen, "speech.rate")
        await screen.press("enter")
        editor = screen.app.screen
        assert isinstance(editor, SettingEditor)
        message = editor.query_one("#setting-message", Static)
        assert str(message.content) == "a number from 0.5 to 3"
        await screen.press("9")
        assert "3.0" in str(message.content)
        await screen.press("enter")
        assert screen.app.screen is editor
        await screen.press("backspace", *"1.5", "enter")
        assert kept(config) == {"speech": {"rate": 1.5}}
        assert screen.engine.settings.speech.rate == 1.5


async def test_one_of_a_few_words_is_chosen_from_a_list_or_turned(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        await find(screen, "speech.catch_up")
        await screen.press("enter", "up", "enter")
        assert kept(config)["speech"] == {"catch_up": "faster"}
        await screen.press("down", "right")
        assert kept(config)["speech"] == {"catch_up": "skip"}
        await screen.press("left", "left")
        assert kept(config)["speech"] == {"catch_up": "off"}


async def test_known_values_are_offered(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        await find(screen, "speech.voice openjtalk")
        await screen.press("enter")
        await looked(screen)
        choices = screen.app.screen.query_one("#setting-choices", OptionList)
        lines = [str(option.prompt) for option in choices.options]
        assert lines[-1].split()[0] == "none"
        assert any("piper:css10" in line and "40 MB to fetch" in line for line in lines)
        await screen.press("down", "down", "enter")
        assert kept(config) == {"speech": {"voice": "kokoro:jf_alpha"}}
        assert screen.engine.calls[-1] == ("apply", "speech.voice")


async def test_a_translator_says_what_it_costs_before_it_is_chosen(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        await find(screen, "translate.translator")
        await screen.press("enter")
        await looked(screen)
        choices = screen.app.screen.query_one("#setting-choices", OptionList)
        [nllb] = [str(option.prompt) for option in choices.options if "nllb-600m" in str(option.prompt)]
        assert "2.5 GB to fetch · non-commercial, CC-BY-NC-4.0" in nllb


async def test_the_default_again(run_app: RunApp, config: Path) -> None:
    put(config, "# mine\n[speech]\ngap_ms = 40 # short\n")
    async with opened(run_app) as screen:
        await find(screen, "gap")
        assert listed(screen)[1].split()[:3] == ["●", "gap_ms", "40"]
        await screen.press("down", "delete")
        assert text(config).startswith("# mine\n[speech]")
        assert kept(config) == {"speech": {}}
        assert "the default again" in detail(screen)


async def test_theme_and_layout_change_at_once(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        await find(screen, "screen.theme")
        await screen.press("enter")
        await looked(screen)
        await screen.press("end", *["backspace"] * 4, *"light", "enter")
        assert screen.app.theme == "light"
        await find(screen, "screen.layout")
        await screen.press("down", "left")
        await screen.press("escape")
        assert kept(config)["screen"] == {"theme": "light", "layout": "claude"}
        assert screen.app.main.has_class("-claude")


async def test_what_waits_for_the_next_start_says_so(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        await find(screen, "history.enabled")
        assert listed(screen)[1].endswith("next start")
        assert "A change counts from the next start." in detail(screen)
        await screen.press("down", "space")
        assert "counts from the next start" in detail(screen)
        assert screen.engine.calls == []


async def test_what_goes_before_the_file_is_named(
    run_app: RunApp, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMTTS_SPEECH_GAP_MS", "10")
    async with opened(run_app) as screen:
        await find(screen, "speech.gap_ms")
        assert listed(screen)[1].split() == ["!", "gap_ms", "10", "environment"]
        assert "STREAMTTS_SPEECH_GAP_MS goes before the file at each start; the file says nothing." in detail(screen)


async def test_a_file_that_is_wrong_is_told_and_stays(run_app: RunApp, config: Path) -> None:
    put(config, "[speech\n")
    async with opened(run_app) as screen:
        assert "config.toml" in detail(screen)
        await find(screen, "speech.announce")
        await screen.press("down", "enter")
        assert "Nothing was changed" in detail(screen)
        assert (text(config), screen.engine.calls) == ("[speech\n", [])


async def test_a_folder_that_cannot_be_written_is_told(
    run_app: RunApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STREAMTTS_CONFIG", str(tmp_path / "file" / "config.toml"))
    async with opened(run_app) as screen:
        await find(screen, "speech.announce")
        await screen.press("down", "enter")
        assert "Nothing was changed" in detail(screen)
        assert screen.engine.calls == []


async def test_all_by_mouse(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        await find(screen, "speech.announce")
        await screen.pilot.click("#settings-list", offset=(4, 1))
        await screen.pilot.pause()
        assert kept(config) == {"speech": {"announce": False}}
        await screen.pilot.click("#settings-links", offset=(18, 0))
        await screen.pilot.pause()
        assert kept(config) == {"speech": {}}
        await find(screen, "gap_ms")
        await screen.pilot.click("#settings-list", offset=(4, 1))
        await screen.pilot.pause()
        assert isinstance(screen.app.screen, SettingEditor)
        await screen.press("escape")
        await screen.pilot.click("#settings-links", offset=(48, 0))
        await screen.pilot.pause()
        assert on_top(screen) is screen.app.main


async def test_escape_leaves_and_keys_are_claudes_again(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        await screen.press("escape")
        assert screen.app.screen is screen.app.main
        assert not is_there(config)


async def test_languages_and_readings_change_at_once(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        await find(screen, "screen.languages")
        await screen.press("down", "right")
        await find(screen, "screen.readings")
        await screen.press("down", "left")
        assert kept(config) == {"screen": {"languages": "english", "readings": "romaji"}}
        look = screen.view.look
        assert (look.languages, look.above) == ("english", "romaji")
        await screen.press("delete")
        assert screen.view.look.above == "off"


async def test_widths_and_motion_change_at_once(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        await find(screen, "screen.ambiguous_wide")
        assert "─" in drawn(screen)
        await screen.press("down", "enter")
        assert "─" not in drawn(screen)
        await find(screen, "screen.motion")
        await screen.press("down", "right")
        assert kept(config) == {"screen": {"ambiguous_wide": True, "motion": "reduced"}}
        assert animation(screen) == "none"
        await screen.press("delete")
        assert animation(screen) == "full"


def animation(screen: Screen) -> str:
    return screen.app.animation_level


def drawn(screen: Screen) -> str:
    """What is sent to the terminal."""
    return screen.app.export_screenshot()


async def test_leaving_twice_in_one_burst_leaves_the_main_screen_there(run_app: RunApp, config: Path) -> None:
    async with opened(run_app) as screen:
        for _ in range(2):
            screen.app.post_message(events.Key("escape", "\x1b"))
        await screen.pilot.pause()
        assert on_top(screen) is screen.app.main
        screen.app.main.dismiss()
        await screen.pilot.pause()
        assert on_top(screen) is screen.app.main
