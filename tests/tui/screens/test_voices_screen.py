"""The voice picker: find, hear, choose."""

from __future__ import annotations

import pytest
from textual.widgets import Input, OptionList, Static

from engine.events import GaugesChanged, Health
from engine.protocols import Voice
from tests.support.fake_engine import ENGINES, MISSING_VOICES, VOICES, FakeEngine
from tests.support.screen_story import mid_stream
from tests.tui.conftest import RunApp, Screen, looked
from tui.screens.voices import choices


def listed(screen: Screen) -> list[str]:
    options = screen.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(index).prompt) for index in range(options.option_count)]


def detail(screen: Screen) -> str:
    return str(screen.app.screen.query_one("#picker-detail", Static).content)


async def opened(screen: Screen) -> None:
    await screen.press("f9")
    await looked(screen.pilot)
    screen.engine.calls.clear()


def test_usable_voices_come_first_and_engines_without_voices_say_why() -> None:
    lines = choices(VOICES, ENGINES)
    assert [line.id for line in lines[:2]] == ["openjtalk:mei", "edge:ja-JP-NanamiNeural"]
    assert [line.id for line in lines if line.unavailable] == ["kokoro:jf_alpha", "kokoro:jm_kumo", "say:"]


async def test_every_voice_with_what_one_needs_to_know(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        lines = listed(screen)
        assert len(lines) == len(VOICES) + len(MISSING_VOICES) + 1
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
        assert screen.app.screen.query_one(Input).value == "keita"
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
        assert "None of the voices matches" in detail(screen)
        await screen.press("enter")
        assert screen.engine.calls == []
        await screen.press("backspace", "backspace", "backspace")
        assert len(listed(screen)) == len(VOICES) + len(MISSING_VOICES) + 1


async def test_a_slow_server_does_not_block_the_screen(run_app: RunApp, engine: FakeEngine) -> None:
    async with run_app() as screen:
        engine.may_list.clear()
        await screen.press("f9")
        assert detail(screen) == "looking for voices …"
        screen.engine.calls.clear()
        await screen.press("enter", "space", *"keita")
        assert listed(screen) == []
        assert screen.engine.calls == []
        engine.may_list.set()
        await looked(screen.pilot)
        (line,) = listed(screen)
        assert "edge:ja-JP-KeitaNeural" in line


async def test_one_can_leave_while_it_looks(run_app: RunApp, engine: FakeEngine) -> None:
    async with run_app() as screen:
        engine.may_list.clear()
        await screen.press("f9", "escape")
        assert screen.app.screen is screen.app.main
        engine.may_list.set()
        await screen.press("f2")
        assert screen.engine.calls[-1] == ("set_muted", True)


async def test_a_list_that_cannot_be_had_says_why(
    run_app: RunApp, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> list[Voice]:
        raise OSError("no such server")

    monkeypatch.setattr(engine, "voices", fail)
    async with run_app() as screen:
        await opened(screen)
        assert detail(screen) == "The voices cannot be listed: no such server"
        await screen.press("escape")
        assert screen.app.screen is screen.app.main


async def test_a_voice_of_another_language_says_so_and_is_found_by_it(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        assert [line for line in listed(screen) if "en-US ·" in line] == [
            line for line in listed(screen) if "Aria" in line
        ]
        await screen.press(*"us")
        assert "edge:en-US-AriaNeural · cloud · en-US" in detail(screen)


async def test_a_voice_that_failed_is_marked_and_can_be_chosen_all_the_same(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(GaugesChanged(voice_health={"edge:ja-JP-NanamiNeural": Health.OPEN}))
        await opened(screen)
        (marked,) = [line for line in listed(screen) if line.startswith("!")]
        assert "edge:ja-JP-NanamiNeural" in marked
        assert "set aside" in marked
        await screen.press("down", "enter")
        assert screen.engine.calls == [("set_voice", "edge:ja-JP-NanamiNeural")]


async def test_health_is_followed_while_the_picker_is_open(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press("down")
        before = detail(screen)
        await screen.say(GaugesChanged(voice_health={"edge:ja-JP-NanamiNeural": Health.HALF_OPEN}))
        screen.app.screen.show_health()  # type: ignore[attr-defined]
        assert detail(screen) == before.replace(" · cloud", " · being tried again after a failure · cloud")
        await screen.say(GaugesChanged())
        screen.app.screen.show_health()  # type: ignore[attr-defined]
        assert detail(screen) == before


async def test_a_voice_that_is_not_here_is_fetched_once_its_terms_were_seen(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"css10")
        (line,) = listed(screen)
        assert "↓ 40 MB to fetch" in line
        await screen.press("space", "enter")
        assert screen.engine.calls == []
        assert "Fetch 40 MB? Licence: public domain recordings. Enter again fetches" in detail(screen)
        await screen.press("enter")
        assert screen.engine.calls == [("fetch_voice", "piper:css10")]
        assert "as soon as it is here; openjtalk:mei speaks until then" in screen.status()


async def test_a_question_is_forgotten_when_one_moves_on(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"offline", "down", "down", "up")
        asked = screen.app.screen.highlighted  # type: ignore[attr-defined]
        assert asked.id == "piper:css10"
        await screen.press("enter", "up", "down")
        assert "Fetch" not in detail(screen)
        await screen.press("enter")
        assert screen.engine.calls == [], "it is asked anew"


async def test_a_sentence_is_not_said_again_in_a_voice_that_is_not_here(run_app: RunApp) -> None:
    async with run_app(layout="bilingual") as screen:
        await screen.say(*mid_stream())
        await screen.press("k", "R")
        await looked(screen.pilot)
        await screen.press(*"css10")
        assert listed(screen) == []


async def test_a_selected_sentence_is_said_again_in_a_chosen_voice(run_app: RunApp) -> None:
    async with run_app(layout="bilingual") as screen:
        await screen.say(*mid_stream())
        await screen.press("k", "k", "k", "R")
        await looked(screen.pilot)
        screen.engine.calls.clear()
        await screen.press(*"keita", "enter")
        assert screen.engine.calls == [("replay", 6, "edge:ja-JP-KeitaNeural")]
        assert screen.app.screen is screen.app.main
        await screen.press("R", "escape")
        assert len(screen.engine.calls) == 1


async def test_without_a_selection_no_voice_is_asked_for(run_app: RunApp) -> None:
    async with run_app(layout="bilingual") as screen:
        await screen.press("R")
        assert screen.app.screen is screen.app.main
        assert "Select a sentence first" in screen.status()
