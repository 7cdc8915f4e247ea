"""The help screen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.events import Level, Notice
from engine.sentence import State
from tests.tui.conftest import RunApp, Screen
from tui.actions import Group
from tui.keymap import Keymap, Keys
from tui.screens.help import HelpScreen
from tui.screens.help_page import page, page_lines
from tui.widgets.gauge_layout import STAGES, Stage
from tui.widgets.row import MARKS
from tui.widgets.spans import line_width, plain
from tui.widgets.status_line import MAX_NOTICES


def lines(
    wanted: str = "",
    width: int = 80,
    in_view: bool = False,
    notices: Sequence[Notice] = (),
    keymap: Keymap | None = None,
) -> list[str]:
    return plain(page_lines(page(keymap or Keymap(), in_view, notices, width), wanted))


@pytest.mark.parametrize("state", list(State))
def test_every_mark_is_explained(state: State) -> None:
    assert any(line.startswith(f"  {MARKS[state]} ") for line in lines())


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_every_figure_is_explained(stage: Stage) -> None:
    assert any(stage.label in line and stage.meaning in line for line in lines())


@pytest.mark.parametrize("width", [46, 68, 80, 116])
@pytest.mark.parametrize("in_view", [False, True])
def test_no_line_is_wider_than_the_page(width: int, in_view: bool) -> None:
    notices = [Notice(Level.ERROR, "x", "A long notice about something that went wrong. " * 5)]
    many = Keymap(changed={"mute": Keys(tuple(f"f{n}" for n in range(13, 25)), ("a", "b"), tuple("cdefghij"))})
    for keymap in (Keymap(), many):
        drawn = page_lines(page(keymap, in_view, notices, width))
        assert max(line_width(line) for line in drawn) <= max(width, 60)


def test_keys_that_work_where_the_keyboard_is_come_first() -> None:
    in_claude, in_view = lines(in_view=False), lines(in_view=True)
    (only_view,) = [n for n, line in enumerate(in_claude) if "Only in the view (F6 goes there)" in line]
    mute = next(n for n, line in enumerate(in_claude) if "Mute or unmute" in line)
    down = next(n for n, line in enumerate(in_claude) if "Select the next sentence" in line)
    assert mute < only_view < down
    assert in_claude[mute].split()[:3] == ["F2", "m", "m"]
    assert not any("Only in the view" in line for line in in_view)
    assert in_view[next(n for n, line in enumerate(in_view) if "next sentence" in line)].split()[:2] == ["j", "↓"]


def test_many_keys_go_over_several_lines_and_none_is_lost() -> None:
    keymap = Keymap(changed={"mute": Keys(("shift+f2", "ctrl+f2", "ctrl+shift+f2"), (), ("u",))})
    text = " ".join(lines(width=68, keymap=keymap))
    assert all(sign in text for sign in (" u ", "Shift+F2", "Ctrl+F2", "Ctrl+Shift+F2"))


def test_the_groups_stand_apart_in_their_order() -> None:
    page_text = lines(in_view=True)
    headings = [next(n for n, line in enumerate(page_text) if line.endswith(f" {group}")) for group in Group]
    assert headings == sorted(headings)


@pytest.mark.parametrize(
    ("wanted", "shown", "hidden"),
    [
        ("mute", "Mute or unmute the voice", "Select the next sentence"),
        ("F5", "Say the last spoken sentence again", "Mute or unmute the voice"),
        ("replay ROW", "Say the selected sentence again", "Say the last spoken"),
        ("select_next", "Select the next sentence", "Mute or unmute"),
        ("muted", "× not spoken: muted", "▶ sounds now"),
        ("first ja", "sentence, to the first Japanese", "sound, to the speaker"),
        ("notices latest", "No sound device", "Mute or unmute"),
        ("sound device found", "No sound device was found", "Another notice"),
    ],
)
def test_typing_narrows_the_page(wanted: str, shown: str, hidden: str) -> None:
    notices = [Notice(Level.WARNING, "a", "No sound device was found."), Notice(Level.INFO, "b", "Another notice.")]
    found = "\n".join(lines(wanted, notices=notices))
    assert shown in found
    assert hidden not in found


def test_a_search_without_a_hit_says_so() -> None:
    assert lines("xyzzy") == ["Nothing here has these words; Backspace widens the search."]


def test_actions_without_a_key_are_said_to_be_in_the_palette() -> None:
    page_text = "\n".join(lines(keymap=Keymap(changed={"skip": Keys()})))
    assert page_text.index("Only in the palette") < page_text.index("Skip the sentence")


def test_notices_are_whole_and_the_latest_is_first() -> None:
    notices = [
        Notice(Level.INFO, "a", "The first."),
        Notice(Level.ERROR, "b", "The second\x1b, " + "long " * 40 + "end."),
    ]
    text = lines(notices=notices)
    start = text.index("Notices, the latest first")
    assert text[start + 1].startswith("  ✖ The second�,")
    assert text[-1] == "  i The first."
    assert "end." in " ".join(text)


async def test_the_last_notices_are_kept_for_the_help(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(*(Notice(Level.INFO, "n", f"Notice {number}.") for number in range(MAX_NOTICES + 10)))
        assert len(screen.app.main.status.notices) == MAX_NOTICES
        assert f"Notice {MAX_NOTICES + 9}." in screen.status()
        await screen.press("f1")
        assert isinstance(screen.app.screen, HelpScreen)
        assert f"Notice {MAX_NOTICES + 9}." in shown(screen)
        assert "Notice 9." not in shown(screen)


def shown(screen: Screen) -> str:
    return str(screen.app.screen.query_one("HelpPage").render().plain)  # type: ignore[union-attr]


async def test_what_is_typed_is_searched_and_a_question_mark_too(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.press("f1", *"replay q")
        assert shown(screen) == "Nothing here has these words; Backspace widens the search."
        await screen.press("backspace", "backspace")
        assert "Say the last spoken sentence again" in shown(screen)
        assert "Mute or unmute" not in shown(screen)
        await screen.press("question_mark")
        assert isinstance(screen.app.screen, HelpScreen)


async def test_it_scrolls_by_keys(run_app: RunApp) -> None:
    async with run_app((80, 24)) as screen:
        await screen.press("f1")
        frame = screen.app.screen.query_one("#help-scroll")
        offsets = []
        for key in ("down", "pagedown", "end", "up", "pageup", "home"):
            await screen.press(key)
            offsets.append(frame.scroll_offset.y)
        down, page_down, end, up, page_up, home = offsets
        assert 0 == home < down < page_down < end
        assert page_up < up < end == frame.max_scroll_y


async def test_in_the_view_its_keys_come_first(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.to_view()
        await screen.press("question_mark")
        assert shown(screen).split()[:2] == ["in", "view"]


@pytest.mark.parametrize("key", ["escape", "f1", "enter", "ctrl+c", "question_mark"])
async def test_it_closes(run_app: RunApp, key: str) -> None:
    async with run_app() as screen:
        await screen.press("f1", key)
        assert screen.app.screen is screen.app.main
