"""Changed settings that count at once: the screen's own here, the others through the engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

from engine.pipeline.applying import LIVE
from engine.settings import Settings
from tui.layouts import Layout
from tui.settings_control import SettingsControl

if TYPE_CHECKING:
    from tui.app import StreamttsApp


def live_names() -> Collection[str]:
    """The settings, `section.key`, of which a change counts at once."""
    return LIVE | _ON_SCREEN.keys()


def settings_control(app: StreamttsApp) -> SettingsControl:
    """What changes this app's settings."""
    return SettingsControl(app.settings, take_over=partial(take_over, app), live=live_names(), flags=app.flags)


def take_over(app: StreamttsApp, settings: Settings, names: Collection[str]) -> None:
    """Let the app go by `settings` as far as `names` are concerned."""
    app.settings = settings
    for name in names:
        if name in _ON_SCREEN:
            _ON_SCREEN[name](app, settings)
    if for_engine := [name for name in names if name in LIVE]:
        app.engine.apply(settings, for_engine)


_ON_SCREEN: Mapping[str, Callable[[StreamttsApp, Settings], None]] = {
    "screen.theme": lambda app, settings: app.show_theme(settings.screen.theme),
    "screen.layout": lambda app, settings: app.main.set_layout(Layout(settings.screen.layout)),
    "screen.languages": lambda app, settings: app.main.set_look(settings.screen),
    "screen.readings": lambda app, settings: app.main.set_look(settings.screen),
    "screen.ambiguous_wide": lambda app, _: app.draw_anew(),
    "screen.motion": lambda app, _: app.draw_anew(),
    "speech.barge_in": lambda app, settings: app.main.barge_in.set_manner(settings.speech.barge_in),
}
