"""The voice picker: find, hear, choose."""

from __future__ import annotations

from textual.widgets import OptionList, Static

from tests.support.fake_engine import ENGINES, VOICES
from tests.tui.conftest import RunApp, Screen
from tui.screens.voices import choices


def listed(screen: Screen) -> list[str]:
    options = screen.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(index).prompt) for index in range(options.option_count)]


def detail(screen: Screen) -> str:
    return str(screen.app.screen.query_one("#voice-detail", Static).content)


async def opened(screen: Screen) -> None:
    await screen.press("f9")
    await screen.pilot.pause()
    screen.engine.calls.clear()


def test_usable_voices_come_first_and_engines_without_voices_say_why() -> None:
    lines = choices(VOICES, ENGINES)
    assert [line.id for line in lines[:2]] == ["openjtalk:mei", "edge:ja-JP-NanamiNeural"]
    assert [line.id for line in lines if line.unavailable] == ["kokoro:jf_alpha", "kokoro:jm_kumo", "say:"]


async def test_every_voice_with_what_one_needs_to_know(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        lines = listed(screen)
        assert len(lines) == len(VOICES) + 1
        assert lines[0].startswith("● openjtalk:mei")
        for words in (("openjtalk:mei", "female", "offline", "CC BY 3.0"), ("gtts:ja", "cloud", "Google, online")):
            assert any(all(word in line for word in words) for line in lines)
        assert any(line.startswith("× kokoro:jf_alpha") for line in lines)


async def test_enter_chooses_for_the_next_sentence(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press("down", "enter")
        assert screen.engine.calls == [("set_voice", "edge:ja-JP-NanamiNeural")]
        assert screen.app.screen is screen.app.main
        assert "from the next sentence on" in screen.status()


async def test_escape_changes_nothing(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press("down", "escape")
        assert screen.engine.calls == []
        assert screen.app.screen is screen.app.main


async def test_p_and_space_let_one_hear_it_and_the_picker_stays(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press("p", "down", "space")
        assert screen.engine.calls == [("preview", "openjtalk:mei"), ("preview", "edge:ja-JP-NanamiNeural")]
        assert screen.app.screen is not screen.app.main


async def test_typing_filters_and_space_still_previews(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"keita")
        (line,) = listed(screen)
        assert "edge:ja-JP-KeitaNeural" in line
        await screen.press("space", "enter")
        assert screen.engine.calls == [("preview", "edge:ja-JP-KeitaNeural"), ("set_voice", "edge:ja-JP-KeitaNeural")]


async def test_a_cloud_voice_says_that_text_leaves_the_machine(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        assert "leaves this machine" not in detail(screen)
        await screen.press(*"nanami")
        assert "the Japanese text leaves this machine" in detail(screen)


async def test_a_voice_that_cannot_be_used_says_why_and_is_not_chosen(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"kumo")
        assert detail(screen) == "Kokoro is not installed: pip install 'streamtts[kokoro]'"
        await screen.press("space", "enter")
        assert screen.engine.calls == []
        assert screen.app.screen is not screen.app.main


async def test_a_filter_that_finds_nothing_says_so(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"xyz")
        assert listed(screen) == []
        assert "No voice matches" in detail(screen)
        await screen.press("enter")
        assert screen.engine.calls == []
        await screen.press("backspace", "backspace", "backspace")
        assert len(listed(screen)) == len(VOICES) + 1
