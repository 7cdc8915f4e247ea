"""The settings: opens their screen, and tells it what the app knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual.app import App

if TYPE_CHECKING:
    from tui.app import StreamttsApp


@dataclass(frozen=True, slots=True)
class SettingsHandlers:
    """Opens the screen over the app's others."""

    app: App[object]

    def settings(self) -> None:
        """Show every setting."""
        from tui.known_values import known_values
        from tui.live_settings import settings_control
        from tui.screens.settings import SettingsScreen

        app = cast("StreamttsApp", self.app)
        app.push_screen(SettingsScreen(settings_control(app), known_values(app)))
