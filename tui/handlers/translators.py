"""Which translator is at work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.app import App

from engine.settings import Settings
from tui.translator_control import TranslatorControl


@dataclass(frozen=True, slots=True)
class TranslatorHandlers:
    """`say` shows a notice, by code and message."""

    app: App[int]
    control: TranslatorControl
    settings_now: Callable[[], Settings]
    """as they are now"""
    say: Callable[[str, str], None]

    def translator(self) -> None:
        """Another translator, from the next sentence on."""
        from tui.screens.translators import TranslatorSource, TranslatorsScreen

        control = self.control
        control.follow(self.settings_now().translate.translator)

        def chosen(translator_id: str | None) -> None:
            if translator_id is not None:
                self.choose(translator_id)

        source = TranslatorSource(control.engine.translators, lambda: control.health, lambda: control.at_work)
        self.app.push_screen(TranslatorsScreen(source, control.wanted), chosen)

    def choose(self, translator_id: str) -> None:
        """Take that one."""
        at_work = self.control.at_work
        self.control.choose(translator_id)
        until = f"; {at_work} goes on until then" if at_work not in ("", translator_id) else ""
        self.say("translator", f"Translator: {translator_id}, as soon as it is ready{until}.")
