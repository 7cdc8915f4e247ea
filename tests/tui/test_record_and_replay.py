"""`--record` keeps a session, and `--replay` shows it again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.history import History, Recorder
from engine.recording import RecordingWriter, open_recorded
from engine.settings import History as HistorySettings
from engine.settings import Settings
from engine.source import TextDelta
from tests.engine.history.conftest import a_session
from tests.support.fake_engine import FakeEngine
from tests.tui.conftest import FakeProgram, MakeApp, begun
from tui.app import StreamttsApp
from tui.control import Demo
from tui.recorder import SessionRecorder
from tui.themes import load_themes


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    path = tmp_path / "talk.streamtts"
    writer = RecordingWriter(path, columns=60, rows=20)
    writer.take_bytes(b"\x1b[2J\x1b[HHello from the recording")
    writer.take_event(TextDelta("b", "Hello. ", 0.0))
    writer.close()
    return path


async def replayed(what: str, tmp_path: Path, engine: FakeEngine, expected: str) -> str:
    """Play it, wait until the terminal or the notice shows what is expected, and return both."""
    app = StreamttsApp(engine, Settings(), Demo(0.0, what), themes=load_themes(tmp_path))
    async with app.run_test(size=(120, 36)) as pilot:
        app.main.is_ready.set()
        shown, deadline = "", time.monotonic() + 60
        while not ("recorded session" in shown and expected in shown) and time.monotonic() < deadline:
            await pilot.pause(0.02)
            drawn = app.main.terminal.emulator.text() if app.main.has_terminal else []
            shown = "\n".join([*drawn, *(notice.message for notice in app.main.status.notices)])
        return shown


async def test_a_recording_is_drawn_and_heard_again(recorded: Path, tmp_path: Path, engine: FakeEngine) -> None:
    shown = await replayed(str(recorded), tmp_path, engine, "Hello from")
    assert "Hello from the recording" in shown
    assert "has ended" in shown
    assert [event.text for event in engine.fed if isinstance(event, TextDelta)] == ["Hello. "]


async def test_a_session_of_the_history_is_heard_again(tmp_path: Path, engine: FakeEngine) -> None:
    recorder = Recorder(History().path, HistorySettings())
    for event in a_session():
        recorder.take(event)
    recorder.close()
    assert "has ended" in await replayed("1", tmp_path, engine, "has ended")
    assert len([event for event in engine.fed if isinstance(event, TextDelta)]) == 2


async def test_what_cannot_be_played_is_said(tmp_path: Path, engine: FakeEngine) -> None:
    assert "No such file" in await replayed(str(tmp_path / "none"), tmp_path, engine, "No such")


async def test_what_the_program_draws_is_recorded(
    make_app: MakeApp, program: FakeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.get_terminal_size", lambda: (120, 36))
    path = tmp_path / "talk.streamtts"
    app = make_app()
    app._session_recorder = recorder = SessionRecorder(path, "claude")
    async with app.run_test(size=(120, 36)) as pilot:
        await begun(pilot)
        app.main.terminal._received(b"drawn by the program", 0.0)
        await pilot.pause()
    recorder.close()
    steps = list(open_recorded(str(path)).steps())
    assert b"".join(step.tty or b"" for step in steps) == b"drawn by the program"
    assert any(step.size for step in steps)
