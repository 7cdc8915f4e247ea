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
        from tui.live_settings import live_names, take_over
        from tui.screens.settings import SettingsScreen
        from tui.settings_control import SettingsControl

        app = cast("StreamttsApp", self.app)
        control = SettingsControl(
            app.settings,
            take_over=lambda settings, name: take_over(app, settings, [name]),
            live=live_names(),
            flags=app.flags,
        )
        app.push_screen(SettingsScreen(control, known_values(app)))
