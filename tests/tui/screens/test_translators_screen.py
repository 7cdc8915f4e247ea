"""The translator picker: what there is, why one cannot be used, and what is fetched."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from engine.events import GaugesChanged, Health
from engine.translate.options import TranslatorOption
from tests.support.fake_engine import TRANSLATORS, FakeEngine
from tests.support.looks import every_look
from tests.tui.conftest import MakeApp, RunApp, Screen, begun, looked

AT_WORK = GaugesChanged(translator="llama:qwen2.5-coder-1.5b", voice="openjtalk:mei")


def listed(screen: Screen) -> list[str]:
    options = screen.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(index).prompt) for index in range(options.option_count)]


def line(screen: Screen, name: str) -> str:
    (found,) = [text for text in listed(screen) if text[2:].startswith(name)]
    return found


def detail(screen: Screen) -> str:
    return str(screen.app.screen.query_one("#picker-detail", Static).content)


async def opened(screen: Screen) -> None:
    await screen.say(AT_WORK)
    await screen.press("ctrl+right_square_bracket", "T")
    await looked(screen.pilot)
    screen.engine.calls.clear()


async def test_every_translator_with_what_one_needs_to_know(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        assert len(listed(screen)) == len(TRANSLATORS)
        assert line(screen, "auto").startswith("○ auto")
        assert "chosen · takes llama:qwen2.5-coder-1.5b" in line(screen, "auto")
        at_work = line(screen, "llama:qwen2.5-coder-1.5b")
        assert at_work.startswith("● ")
        for words in ("here", "cpu", "505 ms", "Apache-2.0"):
            assert words in at_work
        assert "↓ 2.5 GB" in line(screen, "torch:nllb-600m")
        assert "non-commercial, CC-BY-NC-4.0" in line(screen, "torch:nllb-600m")
        assert "server" in line(screen, "http:openai")


async def test_the_detail_says_how_good_and_how_fast_it_is(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        assert detail(screen).startswith("streamtts chooses: takes llama:qwen2.5-coder-1.5b: no GPU")
        await screen.press("down")
        assert "measured here: first phrase 505 ms, sentence 1320 ms, chrF 44" in detail(screen)
        assert "good on talk about code" in detail(screen)


async def test_enter_chooses_and_the_old_one_goes_on_until_it_is_ready(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"openai", "enter")
        assert screen.engine.calls == [("set_translator", "http:openai")]
        assert screen.app.screen is screen.app.main
        assert "as soon as it is ready; llama:qwen2.5-coder-1.5b goes on until then" in screen.status()


async def test_weights_are_fetched_once_their_terms_were_seen(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"quickmt", "enter")
        assert screen.engine.calls == []
        assert detail(screen).startswith("Fetch 404 MB? Licence: CC-BY-4.0. Enter again fetches")
        await screen.press("enter")
        assert screen.engine.calls == [("set_translator", "ct2:quickmt")]


async def test_a_licence_for_non_commercial_use_is_agreed_to(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"nllb", "enter")
        assert "for non-commercial use only. Enter again says that yours is" in detail(screen)
        await screen.press("escape")
        assert screen.engine.calls == []


async def test_one_that_cannot_be_used_says_why_and_is_not_chosen(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"old.gguf")
        assert line(screen, "llama:/home/me/old.gguf").startswith("× ")
        assert detail(screen).endswith("/home/me/old.gguf does not exist")
        await screen.press("enter", "enter")
        assert screen.engine.calls == []
        assert screen.app.screen is not screen.app.main


async def test_the_filter_knows_what_is_here_and_what_may_be_used_for_what(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"non-commercial")
        assert [text.split()[0] for text in listed(screen)] == ["torch:nllb-600m"]


async def test_health_and_change_over_are_followed_while_the_picker_is_open(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        health = {"llama:qwen2.5-coder-1.5b": Health.OPEN}
        await screen.say(GaugesChanged(translator="http:openai", translator_health=health))
        screen.app.screen.show_state()  # type: ignore[attr-defined]
        assert line(screen, "http:openai").startswith("● ")
        failed = line(screen, "llama:qwen2.5-coder-1.5b")
        assert failed.startswith("! ")
        assert "set aside" in failed
        await screen.press("down")
        assert "set aside after failures, tried again by itself" in detail(screen)
        await screen.press("enter")
        assert screen.engine.calls == [("set_translator", "llama:qwen2.5-coder-1.5b")], "one may insist"


async def test_what_was_chosen_last_is_marked_until_it_works(run_app: RunApp) -> None:
    async with run_app() as screen:
        await opened(screen)
        await screen.press(*"openai", "enter")
        await opened(screen)
        assert line(screen, "http:openai").startswith("○ ")
        assert "chosen" not in line(screen, "auto")


async def test_a_changed_setting_is_the_choice(run_app: RunApp) -> None:
    async with run_app() as screen:
        screen.app.settings = screen.app.settings.replace("translate", translator="http:openai")
        await opened(screen)
        assert line(screen, "http:openai").startswith("○ ")
        await screen.press("home", "enter")
        assert screen.engine.calls == [("set_translator", "auto")]


async def test_a_slow_hub_does_not_block_the_screen(run_app: RunApp, engine: FakeEngine) -> None:
    async with run_app() as screen:
        engine.may_list.clear()
        await screen.press("ctrl+right_square_bracket", "T")
        assert detail(screen) == "looking for translators …"
        await screen.press("enter", "escape")
        assert screen.app.screen is screen.app.main
        engine.may_list.set()


async def test_a_list_that_cannot_be_had_says_why(
    run_app: RunApp, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Sequence[TranslatorOption]:
        raise OSError("no disk")

    monkeypatch.setattr(engine, "translators", fail)
    async with run_app() as screen:
        await opened(screen)
        assert detail(screen) == "The translators cannot be listed: no disk"


SnapCompare = Callable[..., bool]


@every_look
def test_picture(
    snap_compare: SnapCompare, make_app: MakeApp, engine: FakeEngine, size: tuple[int, int], theme: str
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        app = await begun(pilot)
        for behind in app.main.children:
            behind.visible = False
        screen = Screen(app, pilot, engine)
        await opened(screen)
        await screen.press("down", "down", "enter")

    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)
