"""Help and palette: what there is to do, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.app import App

from engine.events import Notice
from tui.keymap import Keymap


@dataclass(frozen=True, slots=True)
class FindingHandlers:
    """`in_view` says whether the keys of the bilingual view work now."""

    app: App[int]
    keymap: Keymap
    in_view: Callable[[], bool]
    notices: Callable[[], list[Notice]]

    def help(self) -> None:
        """Show keys, gauges and notices."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.keymap, self.in_view(), self.notices()))
