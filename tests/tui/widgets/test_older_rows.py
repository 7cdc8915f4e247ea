"""Rows that left memory come back when they are looked at, read on a thread, without moving what is shown."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.events import SentenceAdded, SpeechChanged, SpeechPhase, TranslationChanged, TurnChanged
from engine.history import History, HistoryError, Recorder
from engine.history.recall import Recall
from engine.pipeline import Engine
from engine.sentence import Kind, Sentence, State
from engine.settings import History as HistorySettings
from engine.settings import Settings
from tests.support.fake_engine import FakeEngine
from tests.tui.conftest import FakeProgram, RunApp, Screen, begun
from tui.app import StreamttsApp
from tui.control import Demo, Launch
from tui.stage import Stage
from tui.themes import load_themes
from tui.widgets.entries import PAGE_ENTRIES
from tui.widgets.rows import MOST_HELD

VIEW = {"layout": "bilingual"}
MANY = MOST_HELD + 8 * PAGE_ENTRIES
PATIENCE_S = 60.0


def sentence(number: int) -> Sentence:
    return Sentence(number, Kind.PROSE, f"Sentence {number}.", ja=f"{number}番の文。", state=State.SPOKEN)


class Shelf:
    """An archive that gives what it is asked for when the test lets it."""

    def __init__(self) -> None:
        self.is_recording = True
        self.may_read = threading.Event()
        self.may_read.set()
        self.asked: list[tuple[int, int]] = []
        self.threads: set[int] = set()
        self.error = ""

    def session_of(self, number: int) -> int | None:
        return 1

    def sentences(self, first: int, last: int) -> list[Sentence]:
        self.asked.append((first, last))
        self.threads.add(threading.get_ident())
        assert self.may_read.wait(PATIENCE_S)
        if self.error:
            raise HistoryError(self.error)
        return [sentence(number) for number in range(first, last + 1)]


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.may_read.set()


async def until(screen: Screen, condition: Callable[[], object]) -> None:
    await screen.until(condition, screen.rows)


async def filled(screen: Screen, shelf: Shelf | Recall) -> None:
    screen.view.keep_in(shelf)
    await screen.say(*[SentenceAdded(sentence(number)) for number in range(1, MANY + 1)])
    await screen.say()


def shown(screen: Screen) -> str:
    return "\n".join(screen.rows())


async def test_memory_is_bounded_and_what_was_first_can_be_seen_again(run_app: RunApp, shelf: Shelf) -> None:
    async with run_app(**VIEW) as screen:
        await filled(screen, shelf)
        rows = screen.view.rows
        assert len(list(rows.rows())) <= MOST_HELD
        assert rows.row(1) is None
        await screen.press("g")
        await until(screen, lambda: "1番の文。" in shown(screen))
        assert screen.view.selected == 1
        assert screen.rows()[0].startswith("▌")
        assert threading.get_ident() not in shelf.threads
        await screen.press("enter")
        assert screen.engine.calls[-1] == ("replay", 1)


async def test_they_come_in_their_place_without_moving_what_is_looked_at(run_app: RunApp, shelf: Shelf) -> None:
    async with run_app(**VIEW) as screen:
        await filled(screen, shelf)
        shelf.may_read.clear()
        await screen.press("g")
        for _ in range(3):
            await screen.press("pagedown")
        first = entry_at_the_top(screen)
        assert shown(screen).split() == ["…"] * len(shown(screen).split())
        shelf.may_read.set()
        await until(screen, lambda: "…" not in shown(screen))
        assert entry_at_the_top(screen) == first
        assert f" Sentence {first + 1}." in screen.rows()[0]


def entry_at_the_top(screen: Screen) -> int:
    return screen.view.rows.place_at(screen.view.scroll_offset.y).entry


async def test_keys_are_taken_while_the_disk_is_slow(run_app: RunApp, shelf: Shelf) -> None:
    async with run_app(**VIEW) as screen:
        await filled(screen, shelf)
        shelf.may_read.clear()
        await screen.press("g")
        await until(screen, lambda: shelf.asked)
        assert screen.rows()[0] == "▌…"
        await screen.press("G")
        assert screen.view.is_following
        assert f"Sentence {MANY}." in shown(screen)
        shelf.may_read.set()


async def test_paging_up_through_everything_shows_every_row_and_keeps_memory_bounded(
    run_app: RunApp, shelf: Shelf
) -> None:
    async with run_app((120, 200), **VIEW) as screen:
        await filled(screen, shelf)
        seen: set[int] = set()
        while screen.view.scroll_offset.y > 0:
            seen |= {int(number) for number in re.findall(r"Sentence (\d+)\.", shown(screen))}
            screen.view.page(-1)
            await until(screen, lambda: "…" not in shown(screen))
            assert len(list(screen.view.rows.rows())) <= MOST_HELD + 6 * PAGE_ENTRIES
        seen |= {int(number) for number in re.findall(r"Sentence (\d+)\.", shown(screen))}
        assert seen == set(range(1, MANY + 1))


async def test_what_happens_while_a_row_is_read_is_not_lost(run_app: RunApp, shelf: Shelf) -> None:
    async with run_app(**VIEW) as screen:
        await filled(screen, shelf)
        shelf.may_read.clear()
        await screen.press("g")
        await until(screen, lambda: shelf.asked)
        await screen.say(
            TranslationChanged(2, "新しい訳。", True), SpeechChanged(3, SpeechPhase.STARTED, is_replay=True)
        )
        shelf.may_read.set()
        await until(screen, lambda: "新しい訳。" in shown(screen))
        row = screen.view.rows.row(3)
        assert row is not None
        assert row.is_sounding


async def test_a_history_that_cannot_be_read_says_so_in_the_rows_place(run_app: RunApp, shelf: Shelf) -> None:
    async with run_app(**VIEW) as screen:
        await filled(screen, shelf)
        shelf.error = "the disk is on fire"
        await screen.press("g")
        await until(screen, lambda: "the disk is on fire" in shown(screen))


async def test_once_nothing_is_recorded_rows_stay_in_memory(run_app: RunApp, shelf: Shelf) -> None:
    async with run_app(**VIEW) as screen:
        shelf.is_recording = False
        await filled(screen, shelf)
        assert len(list(screen.view.rows.rows())) == MANY
        await screen.press("g")
        assert "1番の文。" in shown(screen)
        assert shelf.asked == []


async def test_rows_come_back_from_a_real_history_with_their_turns(run_app: RunApp, tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    recorder = Recorder(path, HistorySettings())
    recall = Recall(recorder, History(path))
    try:
        async with run_app(**VIEW) as screen:
            screen.view.keep_in(recall)
            screen.engine.subscribe(recorder.take)
            await screen.say(TurnChanged(1, True, "The first prompt"))
            for number in range(1, MANY + 1):
                bare = replace(sentence(number), ja="", state=State.WAITING)
                await_ends = SpeechChanged(number, SpeechPhase.FINISHED)
                screen.engine.say(
                    SentenceAdded(bare), TranslationChanged(number, f"{number}番の文。", True), await_ends
                )
            await until(screen, lambda: screen.view.rows.row(1) is None)
            await until(screen, lambda: is_written(recall, MANY))
            await screen.press("g")
            await until(screen, lambda: "1番の文。" in shown(screen))
            assert "The first prompt" in screen.rows()[1]
    finally:
        recorder.close()


def is_written(recall: Recall, number: int) -> bool:
    try:
        return bool(recall.sentences(number, number))
    except HistoryError:
        return False


async def test_the_app_reads_back_from_what_the_record_gives(
    engine: FakeEngine, program: FakeProgram, tmp_path: Path, shelf: Shelf
) -> None:
    launch = Launch(["claude"], {}, str(tmp_path))
    app = StreamttsApp(engine, Settings(), launch, themes=load_themes(tmp_path), before_engine=lambda: shelf)
    async with app.run_test() as pilot:
        await begun(pilot)
        assert app.main.bilingual.older.archive is shelf


def test_a_session_is_read_back_while_it_is_recorded(tmp_path: Path) -> None:
    stage = Stage(Settings(), Launch(["claude"], {}, str(tmp_path)))
    stage.engine = Engine(stage.settings)
    recall = stage._record()
    assert recall is not None
    stage.engine._emit(SentenceAdded(sentence(1)))
    deadline = time.monotonic() + PATIENCE_S
    while not is_written(recall, 1):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    (found,) = recall.sentences(1, 1)
    assert (found.en, found.ja) == ("Sentence 1.", "1番の文。")
    stage.close()


def test_a_recorded_session_that_is_played_is_not_recorded_again() -> None:
    stage = Stage(Settings(), Demo())
    stage.engine = Engine(stage.settings)
    assert stage._record() is None
