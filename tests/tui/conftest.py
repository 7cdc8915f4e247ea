"""The app with a fake engine, and a terminal that writes down what it would send to the program."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.events import Event
from engine.settings import Settings
from tests.support.fake_engine import FakeEngine
from tui.app import StreamttsApp
from tui.control import Launch
from tui.screens.picker import Picker
from tui.themes import load_themes
from tui.widgets.bilingual import BilingualView
from tui.widgets.spans import plain
from tui.widgets.terminal import TerminalView


@dataclass
class FakeProgram:
    """Stands for the program in the terminal."""

    argv: list[str] = field(default_factory=list)
    received: bytes = b""
    is_running: bool = True


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> FakeProgram:
    """Replaces the pty below the terminal widget; keys, encoding and bypass stay real."""
    fake = FakeProgram()

    def write(_: TerminalView, data: bytes) -> bool:
        fake.received += data
        return True

    monkeypatch.setattr(TerminalView, "start", lambda _, argv, env, cwd: fake.argv.extend(argv))
    monkeypatch.setattr(TerminalView, "write", write)
    monkeypatch.setattr(TerminalView, "is_running", property(lambda _: fake.is_running))
    return fake


MakeApp = Callable[..., StreamttsApp]


@pytest.fixture
def make_app(engine: FakeEngine, program: FakeProgram, tmp_path: Path) -> MakeApp:
    """Makes an app; keyword arguments are settings of the screen section, `keys` those of `[keys]`."""

    def make(keys: Mapping[str, str] | None = None, **screen: str) -> StreamttsApp:
        settings = Settings().replace("screen", **screen).replace("keys", **(keys or {}))
        launch = Launch(["claude"], {}, str(tmp_path))
        return StreamttsApp(engine, settings, launch, themes=load_themes(tmp_path))

    return make


LONGEST_WAIT_S = 120.0


async def until(pilot: Pilot[int], holds: Callable[[], object], seen: Callable[[], object] | str) -> None:
    """Wait until something holds, however slow the machine, then until the screen shows it.

    `seen` is what a failure tells: what should hold, or what there is instead.
    """
    deadline = time.monotonic() + LONGEST_WAIT_S
    while not holds():
        assert time.monotonic() < deadline, seen if isinstance(seen, str) else seen()
        await pilot.pause(0.01)
    await pilot.pause()


async def begun(pilot: Pilot[int]) -> StreamttsApp:
    """Wait until the app has begun: the terminal is there, the program and the fake engine are started."""
    app = pilot.app
    assert isinstance(app, StreamttsApp)
    engine = app.engine
    assert isinstance(engine, FakeEngine)
    await until(pilot, lambda: app.main.has_terminal and ("start",) in engine.calls, "the app has begun")
    return app


async def looked(pilot: Pilot[int]) -> None:
    """Wait until the picker that is open, if one is, has its list."""
    await until(
        pilot,
        lambda: not (isinstance(picker := pilot.app.screen, Picker) and picker.is_looking),
        "the picker has its list",
    )


async def told(pilot: Pilot[int], engine: FakeEngine, *events: Event) -> None:
    """Let the engine say something, and wait until it is shown: a storm of events is taken in bit by bit."""
    app = pilot.app
    assert isinstance(app, StreamttsApp)
    engine.say(*events)
    await pilot.pause()
    await until(pilot, lambda: app.main.mailbox.is_empty, "the screen has taken the events")


@dataclass
class Screen:
    """An app that runs, with short words for what tests do to it."""

    app: StreamttsApp
    pilot: Pilot[int]
    engine: FakeEngine

    @property
    def view(self) -> BilingualView:
        return self.app.main.bilingual

    def rows(self) -> list[str]:
        """The lines of the bilingual view that are in the window."""
        height = self.view.scrollable_content_region.height
        return [self.view.render_line(y).text.rstrip() for y in range(height)]

    def status(self) -> str:
        """The text of the notice line."""
        return "\n".join(plain(self.app.main.status._lines()))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def say(self, *events: Event) -> None:
        """Let the engine say something, and wait until it is shown."""
        await told(self.pilot, self.engine, *events)

    async def until(self, holds: Callable[[], object], seen: Callable[[], object] | str) -> None:
        """Wait until something holds and is shown; `seen` is what a failure tells."""
        await until(self.pilot, holds, seen)

    async def to_view(self) -> None:
        """Give the bilingual view the keyboard."""
        if self.app.main.focused is not self.view:
            await self.press("f6")
        assert self.app.main.focused is self.view


RunApp = Callable[..., AbstractAsyncContextManager[Screen]]


@pytest.fixture
def run_app(make_app: MakeApp, engine: FakeEngine) -> RunApp:
    """Runs an app at a size; the other arguments are those of `make_app`."""

    @asynccontextmanager
    async def run(
        size: tuple[int, int] = (120, 36), keys: Mapping[str, str] | None = None, **screen: str
    ) -> AsyncIterator[Screen]:
        app = make_app(keys, **screen)
        async with app.run_test(size=size) as pilot:
            await begun(pilot)
            app.main.status.dismiss()
            yield Screen(app, pilot, engine)

    return run
