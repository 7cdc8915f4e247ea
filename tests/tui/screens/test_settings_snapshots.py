"""Pictures of the settings and of the first start; no clock, nothing of this machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.settings import Settings
from engine.translate.options import TranslatorOption
from tests.support.fake_engine import TRANSLATORS, FakeEngine
from tests.support.first_start import settled
from tests.support.looks import every_look
from tests.tui.conftest import FakeProgram, MakeApp
from tui.app import StreamttsApp
from tui.control import Launch
from tui.remembered import Remembered
from tui.themes import load_themes

LEADER = "ctrl+right_square_bracket"
SnapCompare = Callable[..., bool]


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A config file in a place that has the same name everywhere, and the tests' own translators."""

    def listed(_settings: object) -> list[TranslatorOption]:
        return list(TRANSLATORS[:4])

    monkeypatch.setenv("STREAMTTS_CONFIG", "/no/such/place/config.toml")
    monkeypatch.setenv("STREAMTTS_SPEECH_VOLUME", "0.5")
    monkeypatch.setattr("engine.translate.options.options", listed)


def prepare(engine: FakeEngine, *keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Bring an app to where its picture is taken."""

    async def run(pilot: Pilot[int]) -> None:
        app = pilot.app
        await settled(pilot, engine)
        for key in keys:
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause()
        # The main screen below has pictures of its own.
        app.screen.styles.background = app.theme_variables["background"]
        await pilot.pause()

    return run


@every_look
def test_settings(
    snap_compare: SnapCompare, make_app: MakeApp, engine: FakeEngine, size: tuple[int, int], theme: str
) -> None:
    before = prepare(engine, LEADER, "comma", *["down"] * 16)
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


@every_look
def test_a_setting_that_is_typed_wrongly(
    snap_compare: SnapCompare, make_app: MakeApp, engine: FakeEngine, size: tuple[int, int], theme: str
) -> None:
    keys = [*"speech.rate", "enter", "backspace", "backspace", "backspace", "9"]
    before = prepare(engine, LEADER, "comma", *keys)
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


@every_look
def test_a_setting_with_values_to_choose_from(
    snap_compare: SnapCompare, make_app: MakeApp, engine: FakeEngine, size: tuple[int, int], theme: str
) -> None:
    before = prepare(engine, LEADER, "comma", *"speech.voice", "enter", "down", "down")
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


@every_look
def test_the_first_start(
    snap_compare: SnapCompare,
    engine: FakeEngine,
    program: FakeProgram,
    tmp_path: Path,
    size: tuple[int, int],
    theme: str,
) -> None:
    settings = Settings().replace("screen", theme=theme)
    launch = Launch(["claude"], {}, str(tmp_path))
    remembered = Remembered(tmp_path / "remembered.json")
    app = StreamttsApp(engine, settings, launch, themes=load_themes(tmp_path), remembered=remembered, may_welcome=True)
    keys = {"dark": ("tab", "down", "down"), "light": ("tab", "tab", "down")}[theme]
    assert snap_compare(app, terminal_size=size, run_before=prepare(engine, *keys))
