"""The history screen: look through sessions, search both languages, hear it again, export."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from engine.history import history_path
from tests.support.fake_engine import FakeEngine
from tests.support.looks import every_look
from tests.support.recorded import TASK, long_session, record, session, two_sessions
from tests.tui.conftest import MakeApp, RunApp, Screen, begun
from tui.screens.export import ExportScreen
from tui.screens.history import HistoryScreen
from tui.screens.history_lists import SentenceList, SessionList
from tui.widgets.row_list import RowList


@pytest.fixture
def path() -> Path:
    return history_path()


async def read(screen: Screen) -> HistoryScreen:
    """Wait until what was asked for is there."""
    await screen.pilot.pause()
    history = screen.app.screen
    assert isinstance(history, HistoryScreen)
    await until(screen, lambda: not history.is_reading)
    return history


async def opened(screen: Screen) -> HistoryScreen:
    await screen.press("ctrl+right_square_bracket", "H")
    history = await read(screen)
    screen.engine.calls.clear()
    return history


def lines(rows: RowList) -> list[str]:
    shown = (rows.render_line(y).text[1:].strip(" │┃") for y in range(rows.size.height))
    return [line for line in shown if line]


def sessions(screen: Screen) -> list[str]:
    return lines(screen.app.screen.query_one(SessionList))


def sentences(screen: Screen) -> str:
    return "\n".join(lines(screen.app.screen.query_one(SentenceList)))


def message(screen: Screen) -> str:
    return str(screen.app.screen.query_one("#history-message", Static).content)


async def typed(screen: Screen, words: str) -> None:
    """Type into the search, also what no key types, and wait until it was searched for."""
    screen.app.screen.query_one(Input).value = words
    await searched(screen, words)


async def searched(screen: Screen, words: str) -> None:
    history = screen.app.screen
    assert isinstance(history, HistoryScreen)
    await until(screen, lambda: history.words == words and not history.is_reading)


async def until(screen: Screen, condition: Callable[[], bool]) -> None:
    await screen.until(condition, lambda: (sessions(screen), sentences(screen), message(screen)))


async def shows(screen: Screen, words: str) -> None:
    """Wait until a sentence is there."""
    await until(screen, lambda: words in sentences(screen))


async def test_sessions_come_newest_first_with_what_was_asked_where_and_how_much(run_app: RunApp, path: Path) -> None:
    two_sessions(path)
    async with run_app() as screen:
        await opened(screen)
        first, task, second, build = sessions(screen)
        assert time.strftime("%Y-%m-%d") in first
        assert "3 sentences · asyncio" in first
        assert "2 sentences · webapp" in second
        assert (task, build) == ("Why does my task go on?", "Why does the build fail?")
        assert message(screen) == "2 sessions, the newest first"


async def test_the_highlighted_session_is_shown_in_both_languages(run_app: RunApp, path: Path) -> None:
    two_sessions(path)
    async with run_app() as screen:
        await opened(screen)
        assert "❯ Why does my task go on?" in sentences(screen)
        assert "Cancelling a task only asks it" in sentences(screen)
        assert "タスクを取り消しても" in sentences(screen)
        await screen.press("down")
        await shows(screen, "もう一度テストを")
        assert "Cancelling" not in sentences(screen)


async def test_enter_says_a_sentence_again_and_the_screen_stays(run_app: RunApp, path: Path) -> None:
    two_sessions(path)
    async with run_app() as screen:
        history = await opened(screen)
        await screen.press("enter", "down", "enter")
        assert screen.engine.calls == [("say_again", TASK[1][1])]
        assert screen.app.screen is history


async def test_a_sentence_without_japanese_says_so(run_app: RunApp, path: Path) -> None:
    record(path, *session("What?", [("Hello.", "")]))
    async with run_app() as screen:
        await opened(screen)
        await screen.press("tab", "enter")
        assert screen.engine.calls == []
        assert message(screen) == "There is no Japanese to say."


async def test_what_the_voice_cannot_say_is_not_said(run_app: RunApp, path: Path) -> None:
    two_sessions(path)
    async with run_app() as screen:
        screen.app.settings = screen.app.settings.replace("translate", to="de")
        await opened(screen)
        await screen.press("tab", "enter")
        assert screen.engine.calls == []
        assert message(screen) == "This was translated into 'ja'; the voice speaks 'de' now."


async def test_a_search_finds_both_languages_in_all_sessions(run_app: RunApp, path: Path) -> None:
    two_sessions(path)
    async with run_app(size=(160, 40)) as screen:
        await opened(screen)
        await typed(screen, "tests")
        assert "Run the tests again." in sentences(screen)
        assert "Then the tests are green." in sentences(screen)
        assert message(screen) == "2 sentences in 2 sessions"
        assert len(sessions(screen)) == 4
        for words, found in (
            ("テスト 実行", "もう一度テストを"),
            ("TASK await", "Await the task"),
            ("通", "するとテストが"),
        ):
            await typed(screen, words)
            assert found in sentences(screen)
            assert message(screen) == "1 sentence in 1 session"
            assert len(sessions(screen)) == 2
        await typed(screen, "xyz")
        assert sentences(screen) == ""
        assert message(screen).startswith("Nothing was found.")


async def test_letters_go_into_the_search_and_keys_work_again_after_it(run_app: RunApp, path: Path) -> None:
    two_sessions(path)
    async with run_app() as screen:
        await opened(screen)
        await screen.press("slash", *"green")
        await searched(screen, "green")
        assert screen.app.screen.query_one(Input).value == "green"
        assert "1 of 3 sentences" in sessions(screen)[0]
        await screen.press("enter", "enter")
        assert screen.engine.calls == [("say_again", TASK[2][1])]


async def test_escape_ends_the_search_and_then_leaves(run_app: RunApp, path: Path) -> None:
    two_sessions(path)
    async with run_app() as screen:
        await opened(screen)
        await screen.press("slash", *"green")
        await searched(screen, "green")
        await screen.press("escape")
        await until(screen, lambda: len(sessions(screen)) == 4)
        await screen.press("escape")
        assert screen.app.screen is screen.app.main


async def test_sessions_and_what_was_found_in_them_move_together(run_app: RunApp, path: Path) -> None:
    two_sessions(path)
    async with run_app() as screen:
        history = await opened(screen)
        await screen.press("slash", *"tests")
        await searched(screen, "tests")
        found, listed = history.query_one(SentenceList), history.query_one(SessionList)
        await screen.press("enter", "down")
        await until(screen, lambda: (found.highlighted, listed.highlighted) == (1, 1))
        await screen.press("tab", "up")
        await until(screen, lambda: (found.highlighted, listed.highlighted) == (0, 0))


async def test_what_was_found_is_seen_in_its_session(run_app: RunApp, path: Path) -> None:
    two_sessions(path)
    async with run_app() as screen:
        history = await opened(screen)
        await screen.press("slash", *"green")
        await searched(screen, "green")
        await screen.press("enter", "o")
        await shows(screen, "Cancelling a task")
        assert screen.app.screen.query_one(Input).value == ""
        assert history.query_one(SentenceList).highlighted == 2
        assert len(sessions(screen)) == 4
        await until(screen, lambda: not history.is_reading)
        await screen.press("enter")
        assert screen.engine.calls == [("say_again", TASK[2][1])]


async def test_ten_thousand_sentences_are_read_page_by_page(run_app: RunApp, path: Path) -> None:
    record(path, *long_session(10_000))
    async with run_app(size=(160, 40)) as screen:
        history = await opened(screen)
        rows = history.query_one(SentenceList)
        assert rows.count == 10_000
        await screen.press("tab", "end")
        await shows(screen, "Sentence number 10000 is here.")
        assert "❯ Question 100?" not in sentences(screen)
        await screen.press("home")
        await shows(screen, "❯ Question 1?")
        rows.highlight(5_000)
        await shows(screen, "Sentence number 5001 is here.")
        assert "❯ Question 51?" in sentences(screen), "a page knows which turn it begins with"
        assert len(rows.items._pages) <= 5  # type: ignore[union-attr]


async def test_older_sessions_are_read_when_one_comes_to_the_end(
    run_app: RunApp, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.history_reading.SESSIONS_AT_ONCE", 2)
    for number in range(5):
        record(path, *session(f"Question {number}?", [(f"Answer {number}.", f"答え{number}。")]))
    async with run_app() as screen:
        history = await opened(screen)
        assert message(screen) == "at least 2 sessions, the newest first"
        listed = history.query_one(SessionList)
        for number, known in ((3, 4), (2, 4), (1, 5), (0, 5)):
            await screen.press("down")
            await shows(screen, f"答え{number}。")
            await until(screen, lambda known=known: listed.count == known)  # type: ignore[misc]


async def test_reload_shows_what_was_said_meanwhile(run_app: RunApp, path: Path) -> None:
    two_sessions(path)
    async with run_app() as screen:
        await opened(screen)
        record(path, *session("And now?", [("All is well.", "問題ありません。")]))
        await screen.press("r")
        await shows(screen, "問題ありません。")
        assert sessions(screen)[1] == "And now?"


async def test_e_asks_how_to_export_the_session(run_app: RunApp, path: Path) -> None:
    two_sessions(path)
    async with run_app() as screen:
        history = await opened(screen)
        await screen.press("down")
        await read(screen)
        await screen.press("e")
        dialog = screen.app.screen
        assert isinstance(dialog, ExportScreen)
        assert "Why does the build fail?" in str(dialog.query_one("#export-what", Static).content)
        await screen.press("escape")
        assert screen.app.screen is history


class TestNothingToShow:
    async def test_no_history_yet(self, run_app: RunApp) -> None:
        async with run_app() as screen:
            await opened(screen)
            assert message(screen).startswith("There is no history yet")
            await screen.press("tab", "down", "enter", "o", "e", "slash", *"words")
            await read(screen)
            assert message(screen).startswith("There is no history yet")

    async def test_a_history_in_which_nothing_was_said(self, run_app: RunApp, path: Path) -> None:
        record(path, *session("Only asked?", []))
        async with run_app() as screen:
            await opened(screen)
            assert message(screen) == "Nothing was said yet in a session that is recorded."

    async def test_the_history_is_off(self, make_app: MakeApp, run_app: RunApp, path: Path) -> None:
        two_sessions(path)
        async with run_app() as screen:
            screen.app.settings = screen.app.settings.replace("history", enabled=False)
            await opened(screen)
            assert message(screen).startswith("The history is off (history.enabled = false)")
            assert len(sessions(screen)) == 4, "what was recorded before is there"

    @pytest.mark.usefixtures("damaged")
    async def test_a_damaged_file(self, run_app: RunApp) -> None:
        async with run_app() as screen:
            await opened(screen)
            assert "cannot be read" in message(screen)
            await screen.press("escape")
            assert screen.app.screen is screen.app.main

    async def test_a_locked_file(self, run_app: RunApp, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        two_sessions(path)
        monkeypatch.setattr("engine.history.database.BUSY_MS", 50)
        holder = sqlite3.connect(path, isolation_level=None)
        try:
            holder.execute("PRAGMA locking_mode = EXCLUSIVE")
            holder.execute("BEGIN EXCLUSIVE")
            async with run_app() as screen:
                await opened(screen)
                assert "locked" in message(screen)
        finally:
            holder.close()


@pytest.fixture
def damaged(path: Path) -> None:
    path.write_bytes(b"no database " * 500)


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch, path: Path) -> Iterator[None]:
    """Two sessions whose times are always the same."""
    two_sessions(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE sessions SET started_at = 1700000000 + id * 3600")
        connection.execute("UPDATE turns SET started_at = 1700000000 + session_id * 3600")
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(os.environ, "TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


SnapCompare = Callable[..., bool]


@every_look
@pytest.mark.usefixtures("at_noon")
def test_picture(snap_compare: SnapCompare, make_app: MakeApp, size: tuple[int, int], theme: str) -> None:
    async def before(pilot: Pilot[int]) -> None:
        screen = await on_main_screen(pilot)
        await opened(screen)
        await screen.press("tab", "down")

    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


@every_look
@pytest.mark.usefixtures("at_noon")
def test_picture_of_a_search(snap_compare: SnapCompare, make_app: MakeApp, size: tuple[int, int], theme: str) -> None:
    async def before(pilot: Pilot[int]) -> None:
        screen = await on_main_screen(pilot)
        await opened(screen)
        await screen.press("slash")
        await typed(screen, "テスト")

    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


async def on_main_screen(pilot: Pilot[int]) -> Screen:
    app = await begun(pilot)
    assert isinstance(app.engine, FakeEngine)
    app.main.status.dismiss()
    return Screen(app, pilot, app.engine)
