"""Welcomes who is new here, once: after the first paint, over a Claude that starts as always."""

from __future__ import annotations

import asyncio
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from textual import events

from engine.events import Level
from engine.settings import Settings, SettingsError, config_path
from tui.control import EngineControl
from tui.remembered import Remembered

if TYPE_CHECKING:
    from tui.app import StreamttsApp
    from tui.screens.welcome import Outcome
    from tui.screens.welcome_offers import Offer

WELCOMED = "welcomed"


async def welcome(app: StreamttsApp) -> None:
    """Show the welcome where somebody is new here, unless they are at work with Claude already."""
    if not await asyncio.to_thread(_is_due, app.remembered):
        return
    if app.main.has_typed or app.screen is not app.main:
        _tell_where(app)  # It is shown at the next start.
        return
    from tui.screens.welcome import OfferSource, WelcomeScreen
    from tui.screens.welcome_offers import languages

    settings, engine = app.settings, app.engine
    source = OfferSource(languages, partial(_translators, settings), partial(_voices, engine))
    now = {
        "translate.to": settings.translate.to,
        "translate.translator": settings.translate.translator,
        "speech.voice": settings.speech.voice,
    }
    app.push_screen(WelcomeScreen(source, now, partial(_pass_on, app)), partial(_after, app, now))


def _is_due(remembered: Remembered) -> bool:
    """Called on a thread: what the window is made of is imported there, while keys are taken."""
    if not is_new_here(remembered):
        return False
    import_module("tui.screens.welcome")
    return True


def is_new_here(remembered: Remembered) -> bool:
    """Whether nobody was welcomed on this machine, and nobody has set anything."""
    return remembered.get(WELCOMED) is not True and not config_path().exists()


def _after(app: StreamttsApp, now: dict[str, str], outcome: Outcome) -> None:
    from tui.screens.welcome import Chosen, Typed

    app.remembered.put(WELCOMED, True)
    match outcome:
        case Chosen(values):
            changed = {name: value for name, value in values.items() if value != now[name]}
            _keep(app, changed)
        case Typed():
            _tell_where(app)


def _pass_on(app: StreamttsApp, event: events.Key | events.Paste) -> None:
    if isinstance(event, events.Key):
        if not app.main.take_key(event):
            app.main.type_to_claude(event)
    elif app.main.has_terminal:
        app.main.terminal.post_message(event)


def _keep(app: StreamttsApp, changed: dict[str, str]) -> None:
    from tui.live_settings import settings_control

    if not changed:
        return
    control = settings_control(app)
    try:
        control.save_all(changed)
    except SettingsError as error:
        control.try_out(changed)
        app.main.say(Level.WARNING, "settings_kept", f"What you chose counts until you leave: {error}")


def _tell_where(app: StreamttsApp) -> None:
    keys = app.main.keys_of("settings")
    app.main.say(Level.INFO, "welcome", f"Language, translator and voice are chosen in the settings: {keys}")


def _translators(settings: Settings, language: str) -> list[Offer]:
    from engine.translate.options import options
    from tui.screens.welcome_offers import translators

    return translators(options(settings.replace("translate", to=language).translate))


def _voices(engine: EngineControl, language: str) -> list[Offer]:
    from tui.screens.voices import choices
    from tui.screens.welcome_offers import voices

    return voices(choices(engine.voices(), engine.engine_infos(), engine.missing_voices()), language)
