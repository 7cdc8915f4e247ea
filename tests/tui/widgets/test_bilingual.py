"""The bilingual view in the app: rows change, the end is followed, and the user may look elsewhere."""

from __future__ import annotations

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Region

from engine.events import (
    DraftChanged,
    Event,
    SentenceAdded,
    SpeechChanged,
    SpeechPhase,
    TranslationChanged,
    TurnChanged,
)
from engine.sentence import Guard, Kind, Sentence
from tests.tui.conftest import RunApp, Screen
from tui.widgets.bilingual import BilingualView
from tui.widgets.entries import PAGE_ENTRIES
from tui.widgets.row import MARKS
from tui.widgets.rows import MOST_KEPT, NOT_KEPT

VIEW = {"layout": "bilingual"}


def added(*numbers: int) -> list[Event]:
    return [SentenceAdded(Sentence(number, Kind.PROSE, f"Sentence {number}.")) for number in numbers]


def row_of(screen: Screen, text: str) -> str:
    (line,) = [line for line in screen.rows() if text in line]
    return line


def last_shown(screen: Screen) -> str:
    return [line for line in screen.rows() if line.strip()][-1]


def background(screen: Screen, text: str) -> str:
    """The colour behind a row's first line."""
    y = next(y for y, line in enumerate(screen.rows()) if text in line)
    segment = list(screen.view.render_line(y))[1]
    assert segment.style is not None
    assert segment.style.bgcolor is not None
    return segment.style.bgcolor.name


async def test_an_empty_view_says_what_will_be_there(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        assert "sentence by sentence" in " ".join(" ".join(screen.rows()).split())


async def test_a_sentence_from_draft_to_spoken(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(DraftChanged(Kind.PROSE, "Sentence 1"))
        assert row_of(screen, "Sentence 1").strip(" │") == "Sentence 1"
        await screen.say(*added(1), DraftChanged(Kind.PROSE, ""))
        assert row_of(screen, "Sentence 1.").startswith(f" {MARKS['waiting']} ")  # type: ignore[index]
        steps: list[tuple[Event, str, str]] = [
            (TranslationChanged(1, "一番", False), "translating", "一番"),
            (TranslationChanged(1, "一番目の文。", True, guard=Guard.OK), "translated", "一番目の文。"),
            (SpeechChanged(1, SpeechPhase.STARTED), "speaking", "一番目の文。"),
            (SpeechChanged(1, SpeechPhase.FINISHED), "spoken", "一番目の文。"),
        ]
        for event, state, japanese in steps:
            await screen.say(event)
            line = row_of(screen, "Sentence 1.")
            assert line.startswith(f" {MARKS[state]} ")  # type: ignore[index]
            assert line.split("│")[1].strip() == japanese


async def test_the_spoken_row_is_lit_and_only_it(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(1, 2), SpeechChanged(1, SpeechPhase.STARTED))
        lit, unlit = background(screen, "Sentence 1."), background(screen, "Sentence 2.")
        assert lit != unlit
        await screen.say(SpeechChanged(1, SpeechPhase.FINISHED), SpeechChanged(2, SpeechPhase.STARTED))
        assert (background(screen, "Sentence 1."), background(screen, "Sentence 2.")) == (unlit, lit)


async def test_turns_have_a_line_and_an_interruption_a_note(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(TurnChanged(1, True, "First prompt"), *added(1), TurnChanged(1, False, aborted=True))
        await screen.say(TurnChanged(2, True, "Second prompt"), TurnChanged(2, True, "Second prompt"))
        assert "❯ First prompt" in row_of(screen, "First prompt")
        assert "interrupted" in row_of(screen, "interrupted")
        assert len([line for line in screen.rows() if "Second prompt" in line]) == 1


async def test_the_end_is_followed(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(*range(1, 201)))
        assert "Sentence 200." in last_shown(screen)
        await screen.say(TranslationChanged(200, "長い日本語の文です。" * 20, True))
        assert last_shown(screen).split("│")[1].strip().endswith("。")
        await screen.say(DraftChanged(Kind.PROSE, "Being writ"))
        assert "Being writ" in last_shown(screen)


@pytest.mark.parametrize("back", ["G", "end"])
async def test_a_selection_stops_following_until_the_end_is_asked_for(run_app: RunApp, back: str) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(*range(1, 101)))
        await screen.press("k", "k")
        assert screen.view.selected == 99
        await screen.say(*added(*range(101, 151)))
        assert any("Sentence 99." in line for line in screen.rows())
        assert "Sentence 150." not in last_shown(screen)
        await screen.press(back)
        assert screen.view.selected is None
        assert "Sentence 150." in last_shown(screen)
        await screen.say(*added(151))
        assert "Sentence 151." in last_shown(screen)


async def test_keys_move_the_selection_and_keep_it_in_view(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(*range(1, 101)))
        await screen.press("g")
        assert screen.view.selected == 1
        assert "Sentence 1." in screen.rows()[0]
        for _ in range(60):
            await screen.pilot.press("down")
        await screen.pilot.pause()
        assert screen.view.selected == 61
        assert row_of(screen, "Sentence 61.").startswith("▌")


async def test_pages_scroll_without_a_selection(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(*range(1, 101)))
        bottom = screen.rows()
        await screen.press("pageup")
        assert screen.rows()[-1] == bottom[0]
        assert not screen.view.is_following
        assert "lines below" in screen.status()
        await screen.press("pagedown")
        assert screen.view.is_following


async def test_the_wheel_stops_following_and_at_the_end_goes_on(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(*range(1, 101)))
        await screen.pilot._post_mouse_events([MouseScrollUp], screen.view)
        await screen.pilot.pause()
        assert not screen.view.is_following
        shown = screen.rows()
        await screen.say(*added(101))
        assert screen.rows() == shown
        for _ in range(2):
            await screen.pilot._post_mouse_events([MouseScrollDown], screen.view)
        await screen.pilot.pause()
        assert screen.view.is_following


async def test_a_click_selects_the_row_under_the_mouse(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(1, 2, 3))
        y = next(y for y, line in enumerate(screen.rows()) if "Sentence 2." in line)
        await screen.pilot.click(screen.view, offset=(10, y + screen.view.gutter.top))
        await screen.pilot.pause()
        assert screen.view.selected == 2


async def test_escape_drops_the_selection(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(1, 2))
        await screen.press("k", "escape")
        assert screen.view.selected is None


async def test_the_sounding_sentence_is_said_below_while_its_row_is_out_of_view(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(1), TranslationChanged(1, "一番目の文。", True), SpeechChanged(1, SpeechPhase.STARTED))
        assert "一番目の文。" not in screen.status()
        await screen.say(*added(*range(2, 101)))
        assert screen.status().strip() == "▶ 一番目の文。"
        await screen.say(SpeechChanged(1, SpeechPhase.FINISHED))
        assert "一番目の文。" not in screen.status()


async def test_another_width_keeps_the_end_in_view(run_app: RunApp) -> None:
    async with run_app((120, 30), **VIEW) as screen:
        await screen.say(*added(*range(1, 101)))
        await screen.pilot.resize_terminal(64, 20)
        await screen.pilot.pause()
        assert "Sentence 100." in last_shown(screen)
        assert "│" not in last_shown(screen)


async def test_what_is_looked_at_stays_when_old_rows_are_dropped(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(*range(1, MOST_KEPT + 1)))
        await screen.press("pageup")
        shown = screen.rows()
        await screen.say(*added(MOST_KEPT + 1))
        assert screen.view.rows.row(PAGE_ENTRIES) is None
        assert screen.rows() == shown
        await screen.press("g")
        assert screen.rows()[0].strip() == NOT_KEPT
        assert f"Sentence {PAGE_ENTRIES + 1}." in screen.rows()[1]


async def test_the_row_at_the_top_stays_there_at_another_width(run_app: RunApp) -> None:
    async with run_app((120, 30), **VIEW) as screen:
        sentences = [
            SentenceAdded(Sentence(number, Kind.PROSE, f"Sentence {number} is " + "rather long " * (number % 9)))
            for number in range(1, 401)
        ]
        await screen.say(*sentences)
        await screen.press("g")
        for _ in range(3):
            await screen.press("pagedown")
        first = screen.rows()[0].split()[2]
        for width in (64, 90, 200, 120):
            await screen.pilot.resize_terminal(width, 30)
            await screen.pilot.pause()
            assert f" {first} is" in screen.rows()[0]


async def test_events_of_rows_that_are_gone_are_ignored(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(1), TranslationChanged(77, "なし", True), SpeechChanged(78, SpeechPhase.STARTED))
        assert "Sentence 1." in last_shown(screen)


async def test_only_lines_that_changed_are_drawn_again(run_app: RunApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async with run_app((120, 30), **VIEW) as screen:
        await screen.say(*added(*range(1, 11)), DraftChanged(Kind.PROSE, "Being"))
        drawn: list[tuple[int, ...]] = []
        refresh = BilingualView.refresh

        def noted(view: BilingualView, *regions: Region, **how: bool) -> BilingualView:
            if regions:
                drawn.append(tuple(region.y for region in regions))
            return refresh(view, *regions, **how)

        monkeypatch.setattr(BilingualView, "refresh", noted)
        await screen.say(DraftChanged(Kind.PROSE, "Being writ"))
        await screen.say(TranslationChanged(4, "四番", False))
        await screen.say(TranslationChanged(4, "四番", False))
        assert drawn == [(10,), (3,)]


async def test_another_theme_paints_every_line_in_its_colours(run_app: RunApp) -> None:
    async with run_app((120, 30), **VIEW) as screen:
        await screen.say(*added(1, 2))
        colours = [background(screen, "Sentence 1.")]
        for _ in screen.app._themes.themes.by_name:
            screen.app.next_theme()
            await screen.pilot.pause()
            colours.append(background(screen, "Sentence 1."))
        assert len(set(colours)) > 2
        assert colours[-1] == colours[0]  # all the way round
