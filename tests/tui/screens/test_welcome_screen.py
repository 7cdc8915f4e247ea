"""The first start: what is offered, what is kept, and that nothing typed to Claude is lost."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.widgets import OptionList, Static

from engine.settings import Settings
from engine.translate.options import TranslatorOption
from tests.support.fake_engine import ENGINES, MISSING_VOICES, TRANSLATORS, VOICES, FakeEngine
from tests.support.first_start import settled
from tests.tui.conftest import FakeProgram, Screen
from tui.app import StreamttsApp
from tui.control import Launch
from tui.remembered import Remembered
from tui.screens.voices import choices
from tui.screens.welcome import WelcomeScreen
from tui.screens.welcome_offers import first_voice, languages, translators, voices
from tui.themes import load_themes


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "settings" / "config.toml"
    monkeypatch.setenv("STREAMTTS_CONFIG", str(path))
    return path


@pytest.fixture
def remembered(tmp_path: Path) -> Remembered:
    return Remembered(tmp_path / "remembered.json")


@pytest.fixture(autouse=True)
def offers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of translators as the tests have it: what is on this machine must not matter."""

    def listed(_settings: object) -> list[TranslatorOption]:
        return list(TRANSLATORS)

    monkeypatch.setattr("engine.translate.options.options", listed)


@asynccontextmanager
async def started(
    tmp_path: Path,
    engine: FakeEngine,
    remembered: Remembered,
    *,
    settings: Settings | None = None,
    size: tuple[int, int] = (100, 30),
    **options: object,
) -> AsyncIterator[Screen]:
    launch = Launch(["claude"], {}, str(tmp_path))
    app = StreamttsApp(
        engine,
        settings or Settings(),
        launch,
        themes=load_themes(tmp_path),
        remembered=remembered,
        **{"may_welcome": True, **options},  # type: ignore[arg-type]
    )
    async with app.run_test(size=size) as pilot:
        await settled(pilot, engine)
        yield Screen(app, pilot, engine)


def is_shown(screen: Screen) -> bool:
    return isinstance(screen.app.screen, WelcomeScreen)


async def gone(screen: Screen) -> None:
    """Wait until the window has given way."""
    await screen.until(lambda: not is_shown(screen), "the window does not give way")


def shown(screen: Screen, topic: str) -> str:
    return str(screen.app.screen.query_one(f"#welcome-{topic}", Static).content).strip()


def listed(screen: Screen) -> list[str]:
    options = screen.app.screen.query_one("#welcome-list", OptionList)
    return [str(option.prompt).rstrip() for option in options.options]


def detail(screen: Screen) -> str:
    return " ".join(str(screen.app.screen.query_one("#welcome-detail", Static).content).split())


def kept(config: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads(config.read_text()) if config.exists() else {}


def put(config: Path, text: str) -> None:
    config.parent.mkdir()
    config.write_text(text)


# -- what is offered ---------------------------------------------------------------------------------------------


def test_every_language_is_there_once_and_japanese_first() -> None:
    names = [offer.name for offer in languages()]
    assert names[0] == "日本語 Japanese"
    assert len(set(names)) == len(names) > 40


def test_translators_say_what_they_cost() -> None:
    broken = replace(TRANSLATORS[1], id="llama:broken", unavailable="xllamacpp is not installed")
    offers = {offer.id: offer for offer in translators([broken, *TRANSLATORS])}
    known = ("auto", "llama:qwen2.5-coder-1.5b", "torch:nllb-600m", "ct2:quickmt", "http:openai", "llama:broken")
    assert [name for name in offers if name in known] == list(known)
    nllb = offers["torch:nllb-600m"]
    assert (nllb.state, nllb.licence) == ("2.5 GB to fetch", "non-commercial, CC-BY-NC-4.0")
    assert "Choosing it says that your use is not commercial." in nllb.detail
    assert offers["llama:qwen2.5-coder-1.5b"].state == "here"
    assert (offers["llama:broken"].is_usable, offers["llama:broken"].detail) == (False, broken.unavailable)


def test_voices_of_the_language_what_is_here_first() -> None:
    known = choices(VOICES, ENGINES, MISSING_VOICES)
    japanese = voices(known, "ja")
    assert [(offer.id, offer.state) for offer in japanese if offer.is_usable] == [
        ("openjtalk:mei", "here"),
        ("piper:css10", "40 MB to fetch"),
        ("edge:ja-JP-NanamiNeural", "online"),
        ("edge:ja-JP-KeitaNeural", "online"),
        ("gtts:ja", "online"),
        ("none", "here"),
    ]
    assert [offer.id for offer in voices(known, "en") if offer.is_usable] == ["edge:en-US-AriaNeural", "none"]
    assert [offer.id for offer in voices(known, "fi")] == ["none"]


@pytest.mark.parametrize(
    ("language", "wanted", "voice"),
    [
        ("ja", "gtts:ja", "gtts:ja"),
        ("ja", "kokoro:jf_alpha", "openjtalk:mei"),
        ("en", "openjtalk:mei", "edge:en-US-AriaNeural"),
        ("fi", "openjtalk:mei", "none"),
        ("ja", "none", "none"),
    ],
)
def test_the_voice_to_begin_with(language: str, wanted: str, voice: str) -> None:
    assert first_voice(voices(choices(VOICES, ENGINES, MISSING_VOICES), language), wanted) == voice


# -- when it is shown --------------------------------------------------------------------------------------------


async def test_it_is_shown_once_over_a_claude_that_has_started(
    tmp_path: Path, engine: FakeEngine, program: FakeProgram, remembered: Remembered, config: Path
) -> None:
    async with started(tmp_path, engine, remembered) as screen:
        assert is_shown(screen)
        assert program.argv == ["claude"]
        assert ("start",) in engine.calls
        assert shown(screen, "language") == "▸ Language    日本語 Japanese"
        assert shown(screen, "translator") == "Translator  auto  here"
        assert shown(screen, "voice") == "Voice       openjtalk:mei  here · CC BY 3.0"
        await screen.press("escape")
        assert not is_shown(screen)
        assert kept(config) == {}
    async with started(tmp_path, engine, remembered) as screen:
        assert not is_shown(screen)


@pytest.mark.parametrize("why", ["config", "welcomed", "not wanted"])
async def test_it_is_not_shown(
    tmp_path: Path, engine: FakeEngine, program: FakeProgram, remembered: Remembered, config: Path, why: str
) -> None:
    if why == "config":
        put(config, "")
    if why == "welcomed":
        remembered.put("welcomed", True)
    async with started(tmp_path, engine, remembered, may_welcome=why != "not wanted") as screen:
        assert not is_shown(screen)


async def test_who_types_already_is_left_alone(
    tmp_path: Path,
    engine: FakeEngine,
    program: FakeProgram,
    remembered: Remembered,
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.screens.main.MainScreen.has_typed", True, raising=False)
    monkeypatch.setattr("tui.screens.main.MainScreen.__setattr__", _keep_typed)
    async with started(tmp_path, engine, remembered) as screen:
        assert not is_shown(screen)
        assert "in the settings" in screen.status()
    assert remembered.get("welcomed") is None


def _keep_typed(screen: object, name: str, value: object) -> None:
    object.__setattr__(screen, name, True if name == "has_typed" else value)


# -- what comes of it --------------------------------------------------------------------------------------------


async def test_what_is_chosen_is_kept_and_counts_at_once(
    tmp_path: Path, engine: FakeEngine, program: FakeProgram, remembered: Remembered, config: Path
) -> None:
    async with started(tmp_path, engine, remembered) as screen:
        await screen.press("tab", "down", "down")
        assert listed(screen)[2].startswith("● torch:nllb-600m")
        assert "fetched meanwhile" in detail(screen)
        await screen.press("tab", "down", "enter")
        assert not is_shown(screen)
        assert kept(config) == {
            "translate": {"translator": "torch:nllb-600m"},
            "speech": {"voice": "piper:css10"},
        }
        assert engine.calls[-1] == ("apply", "translate.translator", "speech.voice")
        assert engine.settings.translate.translator == "torch:nllb-600m"
        assert remembered.get("welcomed") is True


async def test_another_language_has_its_own_voices(
    tmp_path: Path, engine: FakeEngine, program: FakeProgram, remembered: Remembered, config: Path
) -> None:
    async with started(tmp_path, engine, remembered) as screen:
        await screen.press("down", "down")
        await settled(screen.pilot, engine)
        assert shown(screen, "language").endswith("한국어 Korean")
        assert shown(screen, "voice") == "Voice       none  here"
        await screen.press("enter")
        assert kept(config) == {"translate": {"to": "ko"}, "speech": {"voice": "none"}}


async def test_what_cannot_be_used_is_not_chosen(
    tmp_path: Path, engine: FakeEngine, program: FakeProgram, remembered: Remembered, config: Path
) -> None:
    async with started(tmp_path, engine, remembered) as screen:
        await screen.press("tab", "end")
        assert listed(screen)[-1].startswith("× ")
        assert shown(screen, "translator").split()[2] == "auto"
        await screen.press("enter")
        assert kept(config) == {}


async def test_a_burst_of_keys_reaches_claude_whole_and_in_order(
    tmp_path: Path, engine: FakeEngine, program: FakeProgram, remembered: Remembered, config: Path
) -> None:
    async with started(tmp_path, engine, remembered) as screen:
        keys = [events.Key(name, sign) for name, sign in (*((c, c) for c in "is_it"), ("enter", "\r"), ("x", "x"))]
        for key in keys:
            screen.app.post_message(key)
        await screen.pilot.pause()
        await gone(screen)
        assert program.received == b"is_it\rx"
        assert screen.app.screen is screen.app.main


@pytest.mark.parametrize("is_pasted", [False, True], ids=["typed", "pasted"])
async def test_what_is_typed_goes_to_claude(
    tmp_path: Path,
    engine: FakeEngine,
    program: FakeProgram,
    remembered: Remembered,
    config: Path,
    is_pasted: bool,
) -> None:
    async with started(tmp_path, engine, remembered) as screen:
        if is_pasted:
            screen.app.screen.post_message(events.Paste("hello there"))
            await screen.pilot.pause()
        else:
            await screen.press(*"hello", "space", *"there", "enter")
        await gone(screen)
        assert program.received.endswith(b"hello there" if is_pasted else b"hello there\r")
        assert "in the settings" in screen.status()
        assert remembered.get("welcomed") is True


async def test_where_the_file_cannot_be_written_it_counts_until_the_end(
    tmp_path: Path,
    engine: FakeEngine,
    program: FakeProgram,
    remembered: Remembered,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(tmp_path / "file" / "x", "")
    monkeypatch.setenv("STREAMTTS_CONFIG", str(tmp_path / "file" / "x" / "config.toml"))
    async with started(tmp_path, engine, remembered) as screen:
        await screen.press("tab", "tab", "down", "enter")
        assert engine.calls[-1][:2] == ("apply", "speech.voice")
        assert "counts until you leave" in screen.status()


async def test_all_by_mouse(
    tmp_path: Path, engine: FakeEngine, program: FakeProgram, remembered: Remembered, config: Path
) -> None:
    async with started(tmp_path, engine, remembered) as screen:
        await screen.pilot.click("#welcome-voice")
        await screen.pilot.pause()
        await screen.pilot.click("#welcome-list", offset=(4, 4))
        await screen.pilot.pause()
        assert shown(screen, "voice").startswith("▸ Voice       gtts:ja")
        await screen.pilot.click("Links", offset=(2, 0))
        await screen.pilot.pause()
        assert not is_shown(screen)
        assert kept(config) == {"speech": {"voice": "gtts:ja"}}


async def test_a_slow_look_holds_nobody_up(
    tmp_path: Path, engine: FakeEngine, program: FakeProgram, remembered: Remembered, config: Path
) -> None:
    engine.may_list.clear()
    launch = Launch(["claude"], {}, str(tmp_path))
    app = StreamttsApp(
        engine, Settings(), launch, themes=load_themes(tmp_path), remembered=remembered, may_welcome=True
    )
    async with app.run_test(size=(100, 30)) as pilot:
        screen = Screen(app, pilot, engine)
        await screen.until(lambda: is_shown(screen), "the window does not come")
        await screen.press("tab", "tab")
        assert detail(screen) == "looking for what there is …"
        await screen.press("enter")
        assert not is_shown(screen)
        engine.may_list.set()
