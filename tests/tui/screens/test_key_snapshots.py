"""Pictures of palette and help over an empty screen, with a few actions: a new one changes none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

import tui.app
from engine.events import Level, Notice
from tests.support.fake_engine import ENGINES, VOICES
from tests.support.looks import every_look
from tui.actions import find_action
from tui.keymap import Keymap, Keys
from tui.palette_commands import action_commands, theme_commands, voice_commands
from tui.screens.help import HelpScreen
from tui.screens.palette import PaletteScreen
from tui.themes import load_themes

ACTIONS = tuple(find_action(name) for name in ("mute", "replay_last", "faster", "select_next", "theme", "quit", "help"))
KEYMAP = Keymap("ctrl+g", {"mute": Keys(("shift+f2", "ctrl+f2"), ("u",), ("u",)), "faster": Keys()})
NOTICES = (
    Notice(Level.INFO, "voice", "Voice: openjtalk:mei, from the next sentence on."),
    Notice(Level.WARNING, "keys_invalid", "config.toml, line 3, keys.faster: 「速く」 is no key."),
)
SnapCompare = Callable[..., bool]
Typing = Callable[[Pilot[None]], Any]


@pytest.fixture(autouse=True)
def _few_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.palette_commands.ACTIONS", ACTIONS)
    monkeypatch.setattr("tui.screens.help_page.ACTIONS", ACTIONS)


class Host(App[None]):
    """One screen, in the colours of a theme."""

    CSS_PATH = Path(tui.app.__file__).with_name("app.tcss")

    def __init__(self, screen: Screen[Any], theme: str, folder: Path) -> None:
        self._theme_file = load_themes(folder).by_name[theme]
        super().__init__()
        self._shown = screen
        self.register_theme(self._theme_file.to_textual())
        self.theme = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return self._theme_file.variables()

    async def on_mount(self) -> None:
        await self.push_screen(self._shown)


def typing(keys: Iterable[str]) -> Typing:
    async def run(pilot: Pilot[None]) -> None:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    return run


@pytest.mark.parametrize("keys", ["", "re"])
@every_look
def test_palette(snap_compare: SnapCompare, tmp_path: Path, size: tuple[int, int], theme: str, keys: str) -> None:
    def nothing(_: object) -> None:
        """Is not called."""

    at_once = [*action_commands(KEYMAP, True, nothing), *theme_commands(["dark", "light"], theme, nothing)]
    screen = PaletteScreen(at_once, lambda: voice_commands(VOICES, ENGINES, nothing))
    assert snap_compare(Host(screen, theme, tmp_path), terminal_size=size, run_before=typing(keys))


@pytest.mark.parametrize(("in_view", "keys"), [(False, ""), (True, "key")])
@every_look
def test_help(
    snap_compare: SnapCompare, tmp_path: Path, size: tuple[int, int], theme: str, in_view: bool, keys: str
) -> None:
    screen = HelpScreen(KEYMAP, in_view, NOTICES)
    assert snap_compare(Host(screen, theme, tmp_path), terminal_size=size, run_before=typing(keys))
