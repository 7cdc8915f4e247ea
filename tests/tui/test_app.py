"""The app's wiring: Claude, capture, engine and the way out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine.capture.claude_process import ClaudeProcess
from engine.capture.screen_view import WatchedScreen
from engine.events import Level, Loading, Notice, Ready, SourceChanged
from engine.settings import Capture, Settings
from engine.source import SourceEvent, SourceStatus, TextDelta
from tests.support.fake_engine import FakeEngine
from tests.tui.conftest import FakeProgram, MakeApp, RunApp, begun, told
from tui.app import StreamttsApp
from tui.control import Demo, Launch
from tui.session import CaptureSession
from tui.terminal.pty import PtyError
from tui.themes import load_themes
from tui.widgets.gauges import Gauges
from tui.widgets.terminal import TerminalView


class FakeSource:
    """Captures what it is told."""

    def __init__(self, on_event: Callable[[SourceEvent], None], launch: Launch, settings: Capture) -> None:
        self.on_event = on_event
        self.settings = settings
        self.screen = WatchedScreen()
        self.log: list[str] = []

    async def start(self, arguments: Sequence[str]) -> list[str]:
        self.log.append("start")
        return ["--plugin-dir", "/private", *arguments]

    def expect_handshake(self) -> None:
        self.log.append("expect_handshake")

    async def close(self) -> None:
        self.log.append("close")


class BrokenSource(FakeSource):
    async def start(self, arguments: Sequence[str]) -> list[str]:
        raise OSError("no socket for you")


MakeCaptured = Callable[..., StreamttsApp]


def message(app: StreamttsApp) -> str:
    """The notice on show."""
    notice = app.main.status.notice
    return notice.message if notice else ""


@pytest.fixture
def sources() -> list[FakeSource]:
    return []


@pytest.fixture
def make_captured(engine: FakeEngine, program: FakeProgram, tmp_path: Path, sources: list[FakeSource]) -> MakeCaptured:
    """Makes an app that captures from a fake source."""

    def make(kind: type[FakeSource] = FakeSource) -> StreamttsApp:
        def factory(
            on_event: Callable[[SourceEvent], None],
            launch: Launch,
            settings: Capture,
            screen: WatchedScreen,
            claude: ClaudeProcess,
        ) -> FakeSource:
            sources.append(kind(on_event, launch, settings))
            sources[-1].screen = screen
            return sources[-1]

        launch = Launch(["npx", "claude", "--model", "opus"], {}, str(tmp_path), "some-id", program_words=2)
        capture = CaptureSession(engine.feed, launch, Settings().capture, factory)
        return StreamttsApp(engine, Settings(), launch, capture=capture, themes=load_themes(tmp_path))

    return make


async def test_claude_gets_the_sources_arguments_and_the_engine_its_events(
    make_captured: MakeCaptured, program: FakeProgram, engine: FakeEngine, sources: list[FakeSource]
) -> None:
    app = make_captured()
    async with app.run_test() as pilot:
        await begun(pilot)
        assert program.argv == ["npx", "claude", "--plugin-dir", "/private", "--model", "opus"]
        delta = TextDelta("1", "Hello.", 0.0)
        sources[0].on_event(delta)
        assert engine.fed == [delta]
    assert sources[0].log == ["start", "close"]


async def test_the_sources_may_read_the_screen_that_is_shown(
    make_captured: MakeCaptured, engine: FakeEngine, sources: list[FakeSource]
) -> None:
    app = make_captured()
    async with app.run_test() as pilot:
        await begun(pilot)
        screen = sources[0].screen
        drawn = asyncio.Event()
        screen.watch(drawn.set)
        app.main.terminal.feed(b"\xe2\x97\x8f Hello.\r\n> ")
        await drawn.wait()
        view = screen.read()
        assert view is not None
        assert list(view.rows[:2]) == ["● Hello.", ">"]
        assert (view.cols, view.cursor_row, view.is_held) == (app.main.terminal.emulator.cols, 1, False)
        app.main.terminal.feed(b"\r\n" * 100)
        app.main.terminal.scroll_lines(-5)
        await pilot.pause()
        assert screen.read() is None


async def test_claude_starts_without_its_source_and_a_notice_says_so(
    make_captured: MakeCaptured, program: FakeProgram, engine: FakeEngine
) -> None:
    app = make_captured(BrokenSource)
    async with app.run_test() as pilot:
        await begun(pilot)
        assert program.argv == ["npx", "claude", "--model", "opus"]
        notice = app.main.status.notice
        assert notice is not None
        assert (notice.level, notice.code) == (Level.WARNING, "capture_unavailable")
        assert "no socket for you" in notice.message


async def test_the_source_is_expected_once_claude_works_on_a_prompt(
    make_captured: MakeCaptured, engine: FakeEngine, sources: list[FakeSource]
) -> None:
    app = make_captured()
    async with app.run_test() as pilot:
        await begun(pilot)
        terminal = app.main.terminal
        for title in ("✳ Claude Code", "✳ Claude Code"):
            terminal.feed(f"\x1b]0;{title}\x07".encode())
            await pilot.pause()
        assert "expect_handshake" not in sources[0].log
        terminal.feed("\x1b]0;◐ Claude Code\x07".encode())
        await pilot.pause()
        assert "expect_handshake" in sources[0].log


async def test_another_program_runs_without_capture(make_app: MakeApp, program: FakeProgram) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await begun(pilot)
        assert program.argv == ["claude"]
        assert "is not Claude Code" in message(app)
        assert app.resume_line is None


async def test_when_claude_ends_the_view_stays_and_its_status_is_ours(make_app: MakeApp, program: FakeProgram) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await begun(pilot)
        program.is_running = False
        app.main.terminal.post_message(TerminalView.Exited(3))
        await pilot.pause()
        assert app.is_running
        assert message(app) == "Claude has ended (status 3). Press q to leave."
        await pilot.press("q")
        await pilot.pause()
    assert app.has_left
    assert (app.return_code, app.return_value, app.claude_status) == (3, 3, 3)


async def test_leaving_while_claude_runs_asks_once_more(make_app: MakeApp, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await begun(pilot)
        await pilot.press("f6", "q")
        await pilot.pause()
        assert app.is_running
        assert "Press q again" in message(app)
        await pilot.press("j", "q")
        await pilot.pause()
        assert app.is_running
        await pilot.press("q")
        await pilot.pause()
    assert app.has_left
    assert app.return_code == 0
    assert ("stop",) in engine.calls


async def test_a_program_that_cannot_be_started_is_said(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PtyError("claude: not found, or not a program")

    app = make_app()
    monkeypatch.setattr(TerminalView, "start", refuse)
    async with app.run_test() as pilot:
        await begun(pilot)
        assert "could not be started: claude: not found" in message(app)
        await pilot.press("q")
        await pilot.pause()
    assert app.claude_status == 127


async def test_the_screen_listens_no_more_after_the_end(make_app: MakeApp, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await begun(pilot)
        assert len(engine.subscribers) == 1
    assert engine.subscribers == []


async def test_an_unknown_theme_is_said_and_dark_is_used(make_app: MakeApp) -> None:
    app = make_app(theme="sepia")
    async with app.run_test() as pilot:
        await begun(pilot)
        assert app.theme == "dark"
        messages = [notice.message for notice in app.main.status.notices]
        assert any(message.startswith("There is no theme 'sepia'; there are dark, light, ") for message in messages)


async def test_what_is_wrong_in_the_settings_is_said_and_the_first_of_it_stays_to_be_read(
    engine: FakeEngine, program: FakeProgram, tmp_path: Path
) -> None:
    start = Launch(["claude"], {}, str(tmp_path))
    wrong = ["config.toml, line 2, speech.rate: too fast", "config.toml, line 5, screen.layout: round"]
    app = StreamttsApp(engine, Settings(), start, themes=load_themes(tmp_path), wrong_settings=wrong)
    async with app.run_test() as pilot:
        await begun(pilot)
        said = [notice.message for notice in app.main.status.notices if notice.code == "settings_wrong"]
        assert said == [f"{problem}. The default is used." for problem in reversed(wrong)]


async def test_a_theme_of_ones_own_that_is_wrong_is_said(
    engine: FakeEngine, program: FakeProgram, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text("name = 1", encoding="utf-8")
    app = StreamttsApp(engine, Settings(), Launch(["claude"], {}, str(tmp_path)), themes=load_themes(tmp_path))
    async with app.run_test() as pilot:
        await begun(pilot)
        assert any("mine.toml" in notice.message for notice in app.main.status.notices)


async def test_claudes_terminal_has_the_themes_colours(make_app: MakeApp) -> None:
    app = make_app(theme="light")
    async with app.run_test() as pilot:
        await begun(pilot)
        assert app.main.terminal.emulator.palette[1] == (0xB3, 0x20, 0x3F)
        assert app.main.terminal.styles.background.hex.lower() == "#fbfaf6"


async def test_progress_is_shown_until_the_engine_is_ready(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(Loading("Fetching the model", 0.5, "1 of 2 GB"))
        assert "Fetching the model ━━━━━━────── 50 %  1 of 2 GB" in screen.status()
        await screen.say(Ready("llama:x", "openjtalk:mei", "cpu", 1.0))
        assert "Fetching" not in screen.status()


async def test_finished_progress_goes_away(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(Loading("Fetching", 0.5), Loading("Fetching", 1.0))
        assert "Fetching" not in screen.status()


async def test_of_several_things_under_way_one_that_tells_how_far_it_is_stays_on_show(run_app: RunApp) -> None:
    async with run_app() as screen:
        fetching = [Loading("Fetching the voice", n / 10) for n in range(3)]
        await screen.say(Loading("Loading the translator", None), *fetching, Loading("Fetching the model", 0.5))
        assert screen.status().split("━")[0].split("─")[0] == " Fetching the voice "
        assert screen.status().endswith("20 %  +2 more")
        await screen.say(Loading("Fetching the voice", 1.0), Loading("Fetching the model", 1.0))
        assert screen.status() == " Loading the translator ────────────"


async def test_a_notice_stays_until_it_is_dismissed(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(Notice(Level.ERROR, "x", "Something happened."))
        await screen.press("a")
        assert "Something happened." in screen.status()
        await screen.press("f6", "escape")
        assert "Something happened." not in screen.status()


async def test_a_source_that_is_lost_and_found(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(SourceChanged("mod", False, "Claude Code has not connected."))
        assert "Claude Code has not connected." in screen.status()
        await screen.say(SourceChanged("mod", True))
        assert "Claude Code has not connected." not in screen.status()
        await screen.say(SourceChanged("mod", True, "2 pieces of text were lost."))
        assert "▲ 2 pieces of text were lost." in screen.status()


async def test_another_source_is_shown_with_the_reason(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(SourceChanged("hook", True, "It comes through a hook, because mods are off."))
        assert "i It comes through a hook, because mods are off." in screen.status()
        gauges = screen.app.main.query_one(Gauges)
        assert "● hook" in gauges.render().plain
        # Dismissed, it is still in the help's list of notices.
        await screen.press("f6", "escape")
        assert "because" not in screen.status()
        assert screen.app.main.status.notices[-1].message.endswith("because mods are off.")


async def test_the_demo_waits_for_the_engine_and_goes_through_the_pipeline(
    engine: FakeEngine, program: FakeProgram, tmp_path: Path
) -> None:
    program.is_running = False
    app = StreamttsApp(engine, Settings(), Demo(speed=1000.0), themes=load_themes(tmp_path))
    async with app.run_test() as pilot:
        await begun(pilot)
        assert "begins when" in "".join(app.main.bilingual.render_line(y).text for y in range(10))
        assert engine.fed == []
        await told(pilot, engine, Ready("llama:x", "openjtalk:mei", "cpu", 1.0))
        assert app._demo is not None
        await app._demo
        await pilot.pause()
        assert isinstance(engine.fed[0], SourceStatus)
        text = "".join(event.text for event in engine.fed if isinstance(event, TextDelta))
        assert "retry" in text
        assert any(cell.text.strip() for cell in app.main.terminal.emulator.row(0))
        assert "has ended" in message(app)
        await pilot.press("q")
        await pilot.pause()
    assert app.return_code == 0
