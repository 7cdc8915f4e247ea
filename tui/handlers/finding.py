"""Help and palette: what there is to do, and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual.app import App

from engine.events import Notice
from tui.actions import Action, find_action
from tui.control import EngineControl
from tui.keymap import Keymap

if TYPE_CHECKING:
    from tui.app import StreamttsApp
    from tui.palette_commands import Command


@dataclass(frozen=True, slots=True)
class FindingHandlers:
    """`in_view` says whether the keys of the bilingual view work now; the others do what is chosen in the palette."""

    app: App[int]
    keymap: Keymap
    engine: EngineControl
    in_view: Callable[[], bool]
    notices: Callable[[], list[Notice]]
    carry_out: Callable[[Action], None]
    choose_voice: Callable[[str], None]
    choose_translator: Callable[[str], None]

    def help(self) -> None:
        """Show keys, gauges and notices."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.keymap, self.in_view(), self.notices()))

    def palette(self) -> None:
        """Find a command and carry it out."""
        from tui.screens.palette import PaletteScreen

        keys = self.keymap.keys(find_action("palette"))
        screen = PaletteScreen(self._commands(), self._commands_of_servers, keys)

        def chosen(command_id: str | None) -> None:
            if command_id is not None:
                screen.command(command_id).carry_out()

        self.app.push_screen(screen, chosen)

    def _commands(self) -> list[Command]:
        from tui.palette_commands import action_commands, theme_commands

        app = cast("StreamttsApp", self.app)
        return [
            *action_commands(self.keymap, self.in_view(), self.carry_out),
            *theme_commands(app.theme_names, app.theme, app.show_theme),
        ]

    def _commands_of_servers(self) -> Sequence[Command]:
        """What takes a moment to list: it is called on a thread."""
        from tui.palette_commands import translator_commands, voice_commands

        engine = self.engine
        return [
            *voice_commands(engine.voices(), engine.engine_infos(), self.choose_voice),
            *translator_commands(engine.translators(), self.choose_translator),
        ]
