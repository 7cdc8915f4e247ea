"""Which translator is at work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.app import App

from tui.translator_control import TranslatorControl


@dataclass(frozen=True, slots=True)
class TranslatorHandlers:
    """`say` shows a notice, by code and message."""

    app: App[int]
    control: TranslatorControl
    say: Callable[[str, str], None]

    def translator(self) -> None:
        """Another translator, from the next sentence on."""
        from tui.screens.translators import TranslatorSource, TranslatorsScreen

        control = self.control

        def chosen(translator_id: str | None) -> None:
            if translator_id is None:
                return
            control.choose(translator_id)
            until = f"; {control.at_work} goes on until then" if control.at_work not in ("", translator_id) else ""
            self.say("translator", f"Translator: {translator_id}, as soon as it is ready{until}.")

        source = TranslatorSource(control.engine.translators, lambda: control.health, lambda: control.at_work)
        self.app.push_screen(TranslatorsScreen(source, control.wanted), chosen)
