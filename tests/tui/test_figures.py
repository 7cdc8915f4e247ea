"""Timeline, waterfall and gauges on the screen: one selection, by key and by mouse, and nothing drawn in vain."""

from __future__ import annotations

import pytest
from textual.events import MouseScrollDown, MouseScrollUp

from engine.events import SentenceAdded, SourceChanged
from tests.support.measured_story import ALL_GAUGES, sentence, session, spoken, started, translated
from tests.tui.conftest import RunApp, Screen
from tui.widgets.gauges import Gauges
from tui.widgets.timeline import DROPPED_AT_ONCE, MAX_CELLS, Timeline
from tui.widgets.waterfall import Waterfall
from tui.widgets.waterfall_layout import GONE_TEXT

LEADER = "ctrl+right_square_bracket"
VIEW = {"layout": "bilingual"}


def timeline(screen: Screen) -> Timeline:
    return screen.app.main.query_one(Timeline)


def line(screen: Screen) -> str:
    return timeline(screen).render().plain


def column(screen: Screen, sentence_id: int) -> int:
    return timeline(screen)._drawn.columns.index(sentence_id)


def marked(screen: Screen) -> list[int]:
    """The columns that are turned over."""
    return [span.start for span in timeline(screen).render().spans if "reverse" in str(span.style)]


def waterfall(screen: Screen) -> str:
    return screen.app.main.query_one(Waterfall).render().plain


def is_open(screen: Screen) -> bool:
    return any(widget.display for widget in screen.app.main.query(Waterfall))


async def test_sentences_appear_on_the_timeline_as_they_come(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(SentenceAdded(sentence(1)))
        assert line(screen).strip() == "·"
        await screen.say(translated(1))
        assert line(screen).strip() == "○"
        await screen.say(started(1, 260.0))
        assert line(screen).strip() == "▶"
        await screen.say(*list(spoken(2, 640.0))[:2])
        assert line(screen).strip() == "▶○"


async def test_left_and_right_move_the_one_selection(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*session())
        await screen.press("left")
        assert screen.view.selected == 12
        await screen.press("left", "left")
        assert screen.view.selected == 10
        assert marked(screen) == [column(screen, 10)]
        await screen.press("right")
        assert screen.view.selected == 11
        assert marked(screen) == [column(screen, 11)]


async def test_what_is_selected_in_the_view_is_marked_on_the_timeline(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*session())
        await screen.press("k", "k", "k")
        assert marked(screen) == [column(screen, 10)]
        await screen.press("G")
        assert marked(screen) == []


async def test_enter_says_the_sentence_again_that_the_timeline_shows(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*session())
        await screen.press("left", "left", "left", "enter")
        assert screen.engine.calls[-1] == ("replay", 10)


async def test_a_click_selects_and_dragging_moves_along(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*session())
        await screen.pilot.mouse_down(Timeline, offset=(column(screen, 2), 0))
        await screen.pilot.pause()
        assert screen.view.selected == 2
        await screen.pilot.hover(Timeline, offset=(column(screen, 5), 0))
        await screen.pilot.pause()
        assert screen.view.selected == 5
        await screen.pilot.mouse_up(Timeline, offset=(column(screen, 5), 0))
        await screen.pilot.hover(Timeline, offset=(column(screen, 1), 0))
        await screen.pilot.pause()
        assert screen.view.selected == 5


async def test_a_click_beside_the_cells_changes_nothing(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*session())
        await screen.pilot.click(Timeline, offset=(column(screen, 3), 0))
        await screen.pilot.click(Timeline, offset=(60, 0))
        await screen.pilot.pause()
        assert screen.view.selected == 3


async def test_the_wheel_moves_along(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*session())
        for _ in range(2):
            await screen.pilot._post_mouse_events([MouseScrollUp], Timeline, offset=(3, 0))
        await screen.pilot.pause()
        assert screen.view.selected == 11
        await screen.pilot._post_mouse_events([MouseScrollDown], Timeline, offset=(3, 0))
        await screen.pilot.pause()
        assert screen.view.selected == 12


async def test_the_timeline_forgets_the_oldest(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        widget = timeline(screen)
        for number in range(1, MAX_CELLS + DROPPED_AT_ONCE + 1):
            widget.add(sentence(number))
        assert widget.row(DROPPED_AT_ONCE) is None
        assert widget.row(DROPPED_AT_ONCE + 1) is not None
        widget.select(1)
        assert marked(screen) == []
        assert widget.has_lost_selected


async def test_the_waterfall_says_that_a_sentence_is_too_old(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*session())
        await screen.press("w")
        await screen.pilot.pause()
        screen.app.main.figures.select(777)
        assert GONE_TEXT in waterfall(screen)


async def test_w_opens_the_waterfall_of_the_sentence_that_was_spoken_last_and_puts_it_away(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*session())
        assert not is_open(screen)
        await screen.press("w")
        await screen.pilot.pause()
        assert is_open(screen)
        assert "Sentence number 9" in waterfall(screen)
        await screen.press("w")
        assert not is_open(screen)


async def test_the_waterfall_explains_what_is_selected(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*session())
        await screen.press("w")
        await screen.pilot.pause()
        await screen.pilot.click(Timeline, offset=(column(screen, 3), 0))
        await screen.pilot.pause()
        assert "first sound ▅640 ms" in waterfall(screen)
        await screen.press("G")
        assert "Sentence number 9" in waterfall(screen)


async def test_the_waterfall_grows_with_its_sentence(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.press("w")
        await screen.pilot.pause()
        assert "will be here" in waterfall(screen)
        await screen.say(SentenceAdded(sentence(1)))
        await screen.press("left")
        assert "waiting" in waterfall(screen)
        await screen.say(translated(1))
        assert "whole 640 ms" in waterfall(screen)
        await screen.say(started(1))
        assert "first sound ▃312 ms" in waterfall(screen)


@pytest.mark.parametrize(("size", "lines"), [((80, 24), 4), ((120, 36), 8)])
async def test_the_waterfall_takes_fewer_lines_of_a_low_window(
    run_app: RunApp, size: tuple[int, int], lines: int
) -> None:
    async with run_app(size, **VIEW) as screen:
        await screen.press("w")
        await screen.pilot.pause()
        assert screen.app.main.query_one(Waterfall).size.height == lines


async def test_the_leader_and_w_do_it_while_claude_has_the_keyboard(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.press(LEADER, "w")
        await screen.pilot.pause()
        assert is_open(screen)


@pytest.mark.parametrize(("size", "few"), [((80, 24), 1), ((120, 36), 2), ((200, 50), 3)])
async def test_the_gauges_are_few_until_all_are_wanted(run_app: RunApp, size: tuple[int, int], few: int) -> None:
    async with run_app(size) as screen:
        gauges = screen.app.main.query_one(Gauges)
        await screen.say(SourceChanged("mod", True), ALL_GAUGES)
        assert gauges.size.height == few
        await screen.press(LEADER, "g")
        await screen.pilot.pause()
        assert gauges.size.height > few
        assert "tok/s" in gauges.render().plain
        assert "p95" in gauges.render().plain
        await screen.press(LEADER, "g")
        await screen.pilot.pause()
        assert gauges.size.height == few


async def test_at_80x24_there_is_a_timeline_and_room_for_both_panes(run_app: RunApp) -> None:
    async with run_app((80, 24)) as screen:
        await screen.say(*session())
        assert timeline(screen).size.height == 1
        assert line(screen).strip().startswith("▁▃▅▇✓╎")
        assert screen.app.main.terminal.size.height >= 8
        assert screen.view.size.height >= 5


async def test_nothing_is_drawn_again_when_nothing_has_changed(
    run_app: RunApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*session())
        await screen.press("w")
        await screen.pilot.pause()
        drawn: list[str] = []
        for kind in (Timeline, Gauges, Waterfall):
            widget = screen.app.main.query_one(kind)
            monkeypatch.setattr(widget, "refresh", lambda *_, name=kind.__name__, **__: drawn.append(name))
        await screen.say(ALL_GAUGES, translated(3), SourceChanged("mod", True))
        assert drawn == []
        await screen.say(SentenceAdded(sentence(13, 2)))
        assert drawn == ["Timeline"]


async def test_what_the_waterfall_shows_is_on_no_other_line(run_app: RunApp) -> None:
    async with run_app((80, 24), **VIEW) as screen:
        await screen.say(*session())
        await screen.press("w")
        await screen.pilot.pause()
        regions = [screen.app.main.query_one(kind).region for kind in (Timeline, Waterfall, Gauges)]
        assert [region.height for region in regions] == [1, 4, 1]
        assert regions[0].bottom == regions[1].y
        assert regions[1].bottom == regions[2].y
