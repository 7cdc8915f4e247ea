"""Claude starts before the screen does."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.settings import Settings
from tests.support.fake_engine import FakeEngine
from tests.tui.conftest import MakeApp, begun
from tui.app import StreamttsApp
from tui.control import Launch
from tui.early import FALLBACK_SIZE, start_early
from tui.layouts import Layout, terminal_size
from tui.screens.main import MainScreen
from tui.session import CaptureSession
from tui.terminal.pty import child_environment
from tui.themes import load_themes

SIZES = [(60, 16), (80, 24), (100, 30), (101, 31), (149, 40), (150, 40), (161, 45), (240, 67)]


def launch(script: str, folder: Path) -> Launch:
    return Launch(["sh", "-c", script], child_environment(os.environ), str(folder), is_claude=False)


@pytest.mark.parametrize("layout", [Layout.AUTO, Layout.SIDE, Layout.STACKED, Layout.CLAUDE])
@pytest.mark.parametrize("size", SIZES)
async def test_the_size_is_known_before_the_layout(make_app: MakeApp, layout: Layout, size: tuple[int, int]) -> None:
    app = make_app(layout=str(layout))
    async with app.run_test(size=size) as pilot:
        await begun(pilot)
        assert tuple(app.main.terminal.size) == terminal_size(layout, *size)


@pytest.mark.parametrize(("layout", "size"), [(Layout.BILINGUAL, (150, 40)), (Layout.AUTO, (59, 40))])
def test_a_pane_that_is_not_shown_has_no_size(layout: Layout, size: tuple[int, int]) -> None:
    assert terminal_size(layout, *size) is None


async def test_nothing_of_what_it_said_early_is_lost_and_it_hears_what_was_typed(tmp_path: Path) -> None:
    start = launch("printf 'said early\\r\\n'; read line; printf \"heard $line\"; read line", tmp_path)
    prepared = await start_early(start, None, "claude")
    assert prepared.process is not None
    await asyncio.sleep(0.05)
    app = StreamttsApp(FakeEngine(), Settings(), start, prepared=prepared, themes=load_themes(tmp_path))
    async with app.run_test() as pilot:
        await begun(pilot)
        await pilot.press("h", "i", "enter")
        terminal = app.main.terminal
        while not any("heard hi" in row for row in terminal.emulator.text()):
            await pilot.pause(0.01)
        assert terminal.emulator.text()[0] == "said early"
        assert terminal.process is prepared.process


async def test_keys_typed_before_the_program_runs_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = asyncio.Event()
    monkeypatch.setattr(MainScreen, "is_terminal_loaded", False)
    monkeypatch.setattr(MainScreen, "load_terminal", lambda self: loaded.wait())
    start = launch("stty raw -echo; printf ready; exec cat", tmp_path)
    prepared = await start_early(start, None, "auto")
    app = StreamttsApp(FakeEngine(), Settings(), start, prepared=prepared, themes=load_themes(tmp_path))
    async with app.run_test() as pilot:
        await pilot.press("a", "b", "f6", "j", "f6", "c")
        loaded.set()
        while not any("abc" in row for row in _rows(app)):
            await pilot.pause(0.01)


async def test_where_it_cannot_start_the_screen_says_why(tmp_path: Path) -> None:
    start = Launch(["no-such-program"], child_environment(os.environ), str(tmp_path), is_claude=False)
    prepared = await start_early(start, None, "auto")
    assert prepared.process is None
    app = StreamttsApp(FakeEngine(), Settings(), start, prepared=prepared, themes=load_themes(tmp_path))
    async with app.run_test() as pilot:
        await begun(pilot)
        notice = app.main.status.notice
        assert notice is not None
        assert "no-such-program could not be started" in notice.message


async def test_a_program_that_ended_before_the_screen_is_seen_to_have_ended(tmp_path: Path) -> None:
    start = launch("printf 'last words'; exit 3", tmp_path)
    prepared = await start_early(start, None, "auto")
    assert prepared.process is not None
    app = StreamttsApp(FakeEngine(), Settings(), start, prepared=prepared, themes=load_themes(tmp_path))
    async with app.run_test() as pilot:
        while app.claude_status != 3:
            await pilot.pause(0.01)
        assert "last words" in _rows(app)[0]


async def test_one_that_nobody_attached_to_can_be_ended(tmp_path: Path) -> None:
    prepared = await start_early(launch("echo hello; exec sleep 100", tmp_path), None, "bilingual")
    assert prepared.process is not None
    assert prepared.process.size == FALLBACK_SIZE
    assert await prepared.process.terminate() == 129


async def test_its_source_listens_before_it_starts(tmp_path: Path) -> None:
    log: list[str] = []

    class Source:
        async def start(self, arguments: Sequence[str]) -> list[str]:
            log.append("start")
            return ["--flag", *arguments]

        def expect_handshake(self) -> None: ...

        async def close(self) -> None: ...

    start = Launch(["echo", "prompt"], child_environment(os.environ), str(tmp_path))
    capture = CaptureSession(FakeEngine().feed, start, Settings().capture, lambda *_: Source())
    prepared = await start_early(start, capture, "auto")
    assert log == ["start"]
    assert prepared.argv == ["echo", "--flag", "prompt"]
    assert prepared.process is not None
    await prepared.process.wait()


def _rows(app: StreamttsApp) -> list[str]:
    return app.main.terminal.emulator.text() if app.main.has_terminal else []
