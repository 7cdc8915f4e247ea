"""The app with a fake engine and no program in its terminal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.settings import Settings
from tests.support.fake_engine import FakeEngine
from tui.app import StreamttsApp
from tui.control import Launch
from tui.themes import load_themes
from tui.widgets.terminal import TerminalView

MakeApp = Callable[..., StreamttsApp]


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def make_app(engine: FakeEngine, tmp_path, monkeypatch: pytest.MonkeyPatch) -> MakeApp:
    """Makes an app whose program never starts; `screen` are settings of that section."""
    monkeypatch.setattr(TerminalView, "start", lambda self, argv, env, cwd: None)

    def make(theme: str = "dark", **screen: str) -> StreamttsApp:
        settings = Settings().replace("screen", theme=theme, **screen)
        return StreamttsApp(engine, settings, Launch(["claude"], {}, str(tmp_path)), themes=load_themes(tmp_path))

    return make
