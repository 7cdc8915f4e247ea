"""The dialog of an export: shape, file, what is in the way; and stopping one."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from engine.events import TurnChanged
from engine.history import History, Recorder, history_path
from engine.history.recall import Recall
from engine.settings import History as HistorySettings
from tests.support.fake_engine import FakeEngine
from tests.support.looks import every_look
from tests.support.recorded import TASK, long_session, record, said, session, two_sessions
from tests.tui.conftest import MakeApp, RunApp, Screen, begun
from tui.screens.export import ExportScreen, StopExportScreen
from tui.screens.export_targets import TARGETS, proposed_name
from tui.screens.history import HistoryScreen

Recorded = RunApp


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)


@pytest.fixture
def recorded(run_app: RunApp, engine: FakeEngine) -> Recorded:
    """Runs an app in which three sentences were said and recorded."""

    @asynccontextmanager
    async def run(**screen: str) -> AsyncIterator[Screen]:
        recorder = Recorder(history_path(), HistorySettings(), folder="/home/me/asyncio", program="claude")
        engine.subscribe(recorder.take)
        async with run_app(**screen) as shown:
            shown.view.keep_in(Recall(recorder, History()))
            events = [event for number, pair in enumerate(TASK, 1) for event in said(number, *pair)]
            await shown.say(TurnChanged(1, True, "Why does my task go on?"), *events)
            await until(shown, lambda: recorder.session_of(3) is not None)
            try:
                yield shown
            finally:
                recorder.close()

    return run


async def until(screen: Screen, condition: Callable[[], bool]) -> None:
    await screen.until(condition, screen.status)


async def opened(screen: Screen) -> ExportScreen:
    await screen.press("ctrl+right_square_bracket", "e")
    await until(screen, lambda: isinstance(screen.app.screen, ExportScreen))
    dialog = screen.app.screen
    assert isinstance(dialog, ExportScreen)
    return dialog


def message(screen: Screen) -> str:
    return str(screen.app.screen.query_one("#export-message", Static).content)


def file_of(screen: Screen) -> str:
    return screen.app.screen.query_one(Input).value


def files() -> list[str]:
    return sorted(path.name for path in Path.cwd().iterdir())


async def test_the_current_session_becomes_a_document_without_another_key(recorded: Recorded) -> None:
    async with recorded() as screen:
        await opened(screen)
        name = file_of(screen)
        assert name == f"{Path.cwd()}/{time.strftime('%Y-%m-%d')}-why-does-my-task-go-on.md"
        await screen.press("enter")
        assert screen.app.screen is screen.app.main, "one types on"
        await until(screen, lambda: "Exported: " in screen.status())
        assert name in screen.status().replace("\n   ", "")
        written = got(name)
        assert "❯ Why does my task go on?" in written
        assert all(japanese in written for _, japanese in TASK)
        assert files() == [Path(name).name], "and nothing else is left"


async def test_another_shape_has_another_suffix_and_says_what_it_is(recorded: Recorded) -> None:
    async with recorded() as screen:
        dialog = await opened(screen)
        for target in TARGETS:
            assert file_of(screen).endswith(target.suffix)
            assert message(screen).startswith(target.help)
            await screen.press("down")
        assert dialog.query_one(OptionList).highlighted == 0, "round to the first"


async def test_a_name_that_was_typed_is_kept_but_for_its_suffix(recorded: Recorded) -> None:
    async with recorded() as screen:
        dialog = await opened(screen)
        await screen.press("tab", "ctrl+a", "ctrl+k", *"talk.md", "down", "down")
        assert file_of(screen) == "talk.jsonl"
        dialog.query_one(Input).value = "notes"
        await screen.press("down")
        assert file_of(screen) == "notes"
        await screen.press("enter")
        await until(screen, lambda: "Exported: " in screen.status())
        assert files() == ["notes"]


async def test_the_home_folder_may_be_written_short(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", os.path.dirname(os.getcwd()))
    async with recorded() as screen:
        await opened(screen)
        assert file_of(screen).startswith("~/work/")
        await screen.press("enter")
        await until(screen, lambda: "Exported: " in screen.status())
        assert len(files()) == 1


async def test_a_file_that_is_there_is_replaced_only_after_asking(recorded: Recorded) -> None:
    put("talk.md", "mine")
    async with recorded() as screen:
        dialog = await opened(screen)
        dialog.query_one(Input).value = "talk.md"
        await screen.press("enter")
        assert message(screen) == "talk.md is there already: Enter again replaces."
        assert got("talk.md") == "mine"
        dialog.query_one(Input).value = "talk.md"
        await screen.press("down", "up", "enter")
        assert "Enter again replaces" in message(screen), "what was asked before something changed is not agreed to"
        await screen.press("enter")
        await until(screen, lambda: "Exported: " in screen.status())
        assert "タスク" in got("talk.md")


async def test_a_place_where_nothing_can_be_is_told_before_anything_is_begun(recorded: Recorded) -> None:
    wrong = {"": "Type the name of a file.", ".": "is a folder", "nowhere/talk.md": "There is no folder"}
    async with recorded() as screen:
        dialog = await opened(screen)
        for typed, told in wrong.items():
            dialog.query_one(Input).value = typed
            await screen.press("enter")
            assert told in message(screen)
            assert screen.app.screen is dialog


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="a folder is needed that takes no files and does not say so")
async def test_a_file_that_cannot_be_written_is_told_with_the_reason(recorded: Recorded) -> None:
    async with recorded() as screen:
        dialog = await opened(screen)
        dialog.query_one(Input).value = "/proc/talk.md"
        await screen.press("enter")
        await until(screen, lambda: "Nothing was exported: " in screen.status())
        assert "/proc/talk.md cannot be written" in screen.status()


async def test_escape_exports_nothing(recorded: Recorded) -> None:
    async with recorded() as screen:
        await opened(screen)
        await screen.press("escape")
        assert screen.app.screen is screen.app.main
        assert files() == []


async def test_a_session_is_spoken_into_a_file_beside_its_page(recorded: Recorded) -> None:
    pytest.importorskip("soundfile")
    async with recorded() as screen:
        dialog = await opened(screen)
        await screen.press(*["down"] * [target.name for target in TARGETS].index("html + flac"))
        assert "openjtalk:mei speaks it, which takes a while" in message(screen)
        dialog.query_one(Input).value = "talk.html"
        await screen.press("enter")
        await until(screen, lambda: "Exported: " in screen.status())
        assert files() == ["talk.flac", "talk.html"]
        assert 'src="talk.flac"' in got("talk.html")


async def test_before_the_first_sentence_there_is_nothing_to_export(run_app: RunApp) -> None:
    record(history_path(), *session("An earlier one?", TASK))
    async with run_app() as screen:
        await screen.press("ctrl+right_square_bracket", "e")
        await until(screen, lambda: "Nothing of this session is recorded yet" in screen.status())


async def test_with_the_history_off_it_says_so(run_app: RunApp) -> None:
    async with run_app() as screen:
        screen.app.settings = screen.app.settings.replace("history", enabled=False)
        await screen.press("ctrl+right_square_bracket", "e")
        assert "the history is off (history.enabled)" in screen.status()


@pytest.fixture
def long_history() -> None:
    """A session that takes minutes to speak."""
    record(history_path(), *long_session(2_000))


@asynccontextmanager
async def speaking(run_app: RunApp) -> AsyncIterator[Screen]:
    """An app that speaks a long session into a file, from the history screen, and has begun to."""
    async with run_app() as screen:
        await screen.press("ctrl+right_square_bracket", "H")
        history = screen.app.screen
        assert isinstance(history, HistoryScreen)
        await until(screen, lambda: not history.is_reading)
        await screen.press("e")
        await screen.press(*["down"] * [target.name for target in TARGETS].index("wav"))
        screen.app.screen.query_one(Input).value = "talk.wav"
        await screen.press("enter")
        await until(screen, lambda: any(name.endswith("partial.wav") for name in files()))
        yield screen


@pytest.mark.usefixtures("long_history")
async def test_a_long_export_shows_how_far_it_is_and_is_stopped_by_the_same_key(run_app: RunApp) -> None:
    async with speaking(run_app) as screen:
        said = screen.app.screen.query_one("#history-message", Static)
        await until(screen, lambda: "Speaking into talk.wav: " in str(said.content))
        await screen.press("escape")
        assert "Speaking into talk.wav" in screen.status(), "on the main screen, too"
        await screen.press("ctrl+right_square_bracket", "e")
        assert isinstance(screen.app.screen, StopExportScreen)
        await screen.press("escape")
        assert screen.app.main.exports.is_busy, "it goes on"
        await screen.press("ctrl+right_square_bracket", "e", "enter")
        await until(screen, lambda: not screen.app.main.exports.is_busy)
        assert "The export was stopped, and nothing of it is left." in screen.status()
        assert "Speaking into" not in screen.status()
        assert files() == []


@pytest.mark.usefixtures("long_history")
async def test_leaving_ends_an_export_and_nothing_of_it_is_left(run_app: RunApp) -> None:
    async with speaking(run_app):
        pass
    assert files() == []


def test_a_name_says_which_session_it_is(tmp_path: Path) -> None:
    two_sessions(tmp_path / "history.sqlite3")
    record(tmp_path / "history.sqlite3", *session("「テスト」は？ / 100%", TASK))
    newest, *_ = History(tmp_path / "history.sqlite3").sessions()
    assert proposed_name(newest, TARGETS[0]) == f"{time.strftime('%Y-%m-%d')}-テスト-は-100.md"


def put(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


def got(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")


SnapCompare = Callable[..., bool]


@every_look
def test_picture(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    theme: str,
) -> None:
    two_sessions(history_path())

    async def before(pilot: Pilot[int]) -> None:
        app = await begun(pilot)
        for behind in app.main.children:
            behind.visible = False
        chosen = History().session(1)
        app.push_screen(ExportScreen(chosen, Path("/home/me/webapp"), "openjtalk:mei"))
        await pilot.pause()
        dialog = app.screen
        dialog.query_one("#export-what", Static).update("2023-11-14 23:13  Why does the build fail?")
        dialog.query_one(Input).value = "/home/me/webapp/2023-11-14-why-does-the-build-fail.md"
        await pilot.press(*["down"] * 8)
        await pilot.pause()

    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)
