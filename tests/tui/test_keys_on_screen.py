"""Every key does what the registry says, and the rest reaches Claude."""

from __future__ import annotations

import pytest
from textual import events

from engine.events import GaugesChanged
from tests.support.screen_story import mid_stream
from tests.tui.conftest import FakeProgram, MakeApp, RunApp, Screen, begun
from tui.screens.help import HelpScreen
from tui.screens.voices import VoicesScreen

LEADER = "ctrl+right_square_bracket"
COMMANDS = [
    ("mute", ("set_muted", True)),
    ("skip", ("skip",)),
    ("pause", ("set_paused", True)),
    ("replay_last", ("replay", None)),
    ("slower", ("set_rate", 0.9)),
    ("faster", ("set_rate", 1.1)),
    ("stop", ("stop",)),
]


def focused(screen: Screen) -> str | None:
    pane = screen.app.main.focused
    return pane.id if pane else None


def keys_of(action_id: str, how: str) -> list[str]:
    from tui.actions import ACTIONS

    action = next(action for action in ACTIONS if action.id == action_id)
    if how == "function":
        return [action.function_key]
    return [LEADER, action.leader_key] if how == "leader" else [action.view_keys[0]]


@pytest.mark.parametrize("how", ["function", "leader", "view"])
@pytest.mark.parametrize(("action_id", "call"), COMMANDS)
async def test_commands_reach_the_engine(
    run_app: RunApp, program: FakeProgram, action_id: str, call: tuple[object, ...], how: str
) -> None:
    async with run_app() as screen:
        if how == "view":
            await screen.to_view()
        screen.engine.calls.clear()
        await screen.press(*keys_of(action_id, how))
        assert screen.engine.calls == [call]
        assert program.received == b""


@pytest.mark.parametrize(
    ("keys", "sent"),
    [
        (["a"], b"a"),
        (["q"], b"q"),
        (["enter"], b"\r"),
        (["space"], b" "),
        (["tab"], b"\t"),
        (["escape"], b"\x1b"),
        (["ctrl+c"], b"\x03"),
        (["ctrl+q"], b"\x11"),
        (["ctrl+p"], b"\x10"),
        (["ctrl+backslash"], b"\x1c"),
        (["question_mark"], b"?"),
    ],
)
async def test_every_other_key_is_claudes_while_it_has_the_keyboard(
    run_app: RunApp, program: FakeProgram, keys: list[str], sent: bytes
) -> None:
    async with run_app() as screen:
        screen.engine.calls.clear()
        await screen.press(*keys)
        assert program.received == sent
        assert screen.engine.calls == [("set_ducked", True)]
        assert screen.app.is_running


async def test_pasted_text_is_claudes(run_app: RunApp, program: FakeProgram) -> None:
    from textual.events import Paste

    async with run_app() as screen:
        screen.app.post_message(Paste("two\nlines"))
        await screen.pilot.pause()
        assert b"two" in program.received


async def test_the_leader_shows_its_keys_and_waits(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app() as screen:
        hint = screen.app.main.query_one("LeaderHint")
        assert not hint.display
        terminal_size = screen.app.main.terminal.size
        await screen.press(LEADER)
        assert hint.display
        assert screen.app.main.terminal.size == terminal_size
        assert not screen.app.main.status.visible
        await screen.press("z")
        assert not hint.display
        assert screen.app.main.status.visible
        await screen.press("z")
        assert program.received == b"z"


async def test_the_leader_twice_is_one_for_claude(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app() as screen:
        await screen.press(LEADER, LEADER)
        assert program.received == b"\x1d"
        assert not screen.app.main.query_one("LeaderHint").display


async def test_keys_that_come_in_one_burst_meet_the_leader_before_them(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app() as screen:
        for key, character in ((LEADER, "\x1d"), ("m", "m"), ("x", "x")):
            screen.app.post_message(events.Key(key, character))
        await screen.pilot.pause()
        assert ("set_muted", True) in screen.engine.calls
        assert program.received == b"x"


async def test_ctrl_c_after_the_leader_is_claudes(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app() as screen:
        await screen.press(LEADER, "ctrl+c")
        assert program.received == b"\x03"
        assert not screen.app.main.query_one("LeaderHint").display


async def test_ctrl_c_in_the_view_says_where_it_works(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app() as screen:
        await screen.to_view()
        await screen.press("ctrl+c")
        assert screen.app.is_running
        assert program.received == b""
        assert "Ctrl+C is Claude's" in screen.status()


async def test_a_leader_of_ones_own(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app(leader="ctrl+g") as screen:
        screen.engine.calls.clear()
        await screen.press("ctrl+g", "m", "ctrl+right_square_bracket")
        assert ("set_muted", True) in screen.engine.calls
        assert program.received == b"\x1d"


async def test_a_leader_that_cannot_be_one_is_said_and_replaced(make_app: MakeApp) -> None:
    app = make_app(leader="ctrl+m")
    async with app.run_test(size=(120, 36)) as pilot:
        await begun(pilot)
        (notice,) = [notice for notice in app.main.status.notices if notice.code == "keys_invalid"]
        assert "screen.leader: 'enter' cannot be the leader" in notice.message
        assert notice.message.endswith("Ctrl+] is used.")
        assert app.main.keymap.leader == LEADER


async def test_toggles_follow_what_the_engine_says(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(GaugesChanged(is_muted=True, is_paused=True, rate=1.5))
        screen.engine.calls.clear()
        await screen.press("f2", "f4", "f8")
        assert screen.engine.calls == [("set_muted", False), ("set_paused", False), ("set_rate", 1.6)]


async def test_the_rate_stays_within_its_bounds(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(GaugesChanged(rate=3.0))
        screen.engine.calls.clear()
        await screen.press("f8")
        await screen.say(GaugesChanged(rate=0.5))
        await screen.press("f7")
        assert screen.engine.calls == [("set_rate", 3.0), ("set_rate", 0.5)]


async def test_focus_goes_to_and_fro_and_the_bar_shows_the_keys(run_app: RunApp, program: FakeProgram) -> None:
    async with run_app() as screen:
        main = screen.app.main
        assert focused(screen) == "claude"
        await screen.press("f6")
        assert focused(screen) == "bilingual"
        assert "m Mute" in main.query_one("ActionBar").render().plain  # type: ignore[union-attr]
        await screen.press("tab")
        assert focused(screen) == "claude"
        assert "F2 Mute" in main.query_one("ActionBar").render().plain  # type: ignore[union-attr]
        await screen.press("m")
        assert program.received == b"m"


async def test_a_selected_sentence_is_said_again(run_app: RunApp) -> None:
    async with run_app(layout="bilingual") as screen:
        await screen.say(*mid_stream())
        await screen.press("k", "k", "k")
        screen.engine.calls.clear()
        await screen.press("enter")
        assert screen.engine.calls == [("replay", 6)]


async def test_without_a_selection_enter_says_what_to_do(run_app: RunApp) -> None:
    async with run_app(layout="bilingual") as screen:
        screen.engine.calls.clear()
        await screen.press("enter")
        assert screen.engine.calls == []
        assert "Select a sentence first" in screen.status()


@pytest.mark.parametrize(("key", "kind"), [("f1", HelpScreen), ("f9", VoicesScreen)])
async def test_screens_open_and_close_over_the_main_one(run_app: RunApp, key: str, kind: type) -> None:
    async with run_app() as screen:
        await screen.press(key)
        assert isinstance(screen.app.screen, kind)
        await screen.press("escape")
        assert screen.app.screen is screen.app.main


async def test_the_layouts_come_in_turn(run_app: RunApp) -> None:
    async with run_app() as screen:
        main = screen.app.main
        shown = []
        for _ in range(5):
            shown.append((main.terminal.display and main.terminal.size.width, main.bilingual.size.height > 0))
            await screen.press("f10")
        assert main.has_class("-bilingual")
        assert [bool(width) for width, _ in shown] == [True, False, True, True, True]
        assert [seen for _, seen in shown] == [True, True, False, True, True]


async def test_with_one_pane_the_focus_key_swaps_them(run_app: RunApp) -> None:
    async with run_app(layout="claude") as screen:
        main = screen.app.main
        assert focused(screen) == "claude"
        await screen.press("f6")
        assert focused(screen) == "bilingual"
        assert main.bilingual.size.height > 0
        assert main.terminal.region.height == 0


@pytest.mark.parametrize(("width", "layout"), [(149, "-stacked"), (150, "-side")])
async def test_auto_layout_goes_by_the_width(run_app: RunApp, width: int, layout: str) -> None:
    async with run_app((width, 40)) as screen:
        assert screen.app.main.has_class(layout)


@pytest.mark.parametrize(("size", "is_too_small"), [((59, 30), True), ((80, 15), True), ((60, 16), False)])
async def test_a_window_too_small_says_so(run_app: RunApp, size: tuple[int, int], is_too_small: bool) -> None:
    async with run_app(size) as screen:
        assert screen.app.main.has_class("-too-small") is is_too_small
        message = screen.app.main.query_one("TooSmall")
        assert bool(message.region.height) is is_too_small
        if is_too_small:
            await screen.pilot.resize_terminal(80, 24)
            await screen.pilot.pause()
            assert message.region.height == 0
            assert screen.view.region.height > 0


async def test_the_theme_key_changes_the_theme(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.press(LEADER, "t")
        assert screen.app.theme == "light"
        assert "Theme: light" in screen.status()


async def test_a_click_in_the_bar_carries_the_action_out(run_app: RunApp) -> None:
    async with run_app() as screen:
        text = screen.app.main.query_one("ActionBar").render().plain  # type: ignore[union-attr]
        screen.engine.calls.clear()
        await screen.pilot.click("ActionBar", offset=(text.index("Mute") + 1, 0))
        await screen.pilot.pause()
        assert ("set_muted", True) in screen.engine.calls
