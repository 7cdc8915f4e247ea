"""The picker of the sound device."""

from __future__ import annotations

import pytest
from textual.widgets import OptionList, Static

from engine.audio.devices import OutputDevice
from engine.events import GaugesChanged
from tests.support.fake_engine import DEVICES, FakeEngine
from tests.tui.conftest import RunApp, Screen, looked
from tui.screens.devices import choices

LEADER = "ctrl+right_square_bracket"


def listed(screen: Screen) -> list[str]:
    options = screen.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(index).prompt).rstrip() for index in range(options.option_count)]


def detail(screen: Screen) -> str:
    return str(screen.app.screen.query_one("#picker-detail", Static).content)


async def opened(screen: Screen) -> None:
    await screen.press(LEADER, "o")
    await looked(screen.pilot)
    screen.engine.calls.clear()


def test_the_systems_choice_is_first_and_each_name_is_there_once() -> None:
    lines = choices(DEVICES, "")
    assert [line.id for line in lines] == ["", "Built-in Audio Analog Stereo", "USB Headset", "HDMI 1: ディスプレイ"]
    assert [line.facts for line in lines] == [
        "now Built-in Audio Analog Stereo",
        "stereo, 48 kHz",
        "mono, 44.1 kHz",
        "8 channels, 48 kHz",
    ]


def test_a_device_that_is_not_there_now_stays_in_the_list() -> None:
    assert [(line.id, line.facts) for line in choices([], "Headphones")] == [
        ("", "no sound device was found"),
        ("Headphones", "not found now"),
    ]


async def test_the_current_device_is_marked(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        assert [line[:20] for line in listed(screen) if line.startswith("●")] == ["● the system's choice"[:20]]
        await screen.press("escape")
        await screen.say(GaugesChanged(sound_device="USB Headset"))
        await opened(screen)
        (line,) = [line for line in listed(screen) if line.startswith("●")]
        assert line.startswith("● USB Headset")
        assert line.endswith("mono, 44.1 kHz")


async def test_enter_lets_the_sound_go_there(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press("down", "down", "enter")
        assert screen.engine.calls == [("set_device", "USB Headset")]
        assert screen.app.screen is screen.app.main


async def test_the_systems_choice_can_be_taken_again(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(GaugesChanged(sound_device="USB Headset"))
        await opened(screen)
        await screen.press("home", "enter")
        assert screen.engine.calls == [("set_device", "")]


async def test_escape_changes_nothing(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press("down", "escape")
        assert screen.engine.calls == []
        assert screen.app.screen is screen.app.main


async def test_typing_filters_with_spaces_too(run_app: RunApp) -> None:
    async with run_app(layout="bilingual") as screen:
        await screen.press("o")
        await looked(screen.pilot)
        screen.engine.calls.clear()
        await screen.press(*"hdmi", "space", "1")
        assert [line.split("  ")[1] for line in listed(screen)] == ["HDMI 1: ディスプレイ"]
        await screen.press("enter")
        assert screen.engine.calls == [("set_device", "HDMI 1: ディスプレイ")]


async def test_a_slow_driver_does_not_block_the_screen(run_app: RunApp, engine: FakeEngine) -> None:
    async with run_app() as screen:
        engine.may_list.clear()
        await screen.press(LEADER, "o")
        assert detail(screen) == "looking for sound devices …"
        await screen.press("escape")
        assert screen.app.screen is screen.app.main
        engine.may_list.set()


async def test_without_devices_the_systems_choice_is_left(
    run_app: RunApp, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> list[OutputDevice]:
        return []

    monkeypatch.setattr(engine, "output_devices", none)
    async with run_app() as screen:
        await opened(screen)
        assert [line.split("  ") for line in listed(screen)] == [["● the system's choice", "no sound device was found"]]
