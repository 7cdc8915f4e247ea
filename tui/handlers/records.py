"""The record of what was said: looking through it, and exporting it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App

from engine.settings import Settings
from tui.background import on_own_thread
from tui.control import EngineControl
from tui.exporting import ExportDesk
from tui.voice_control import VoiceControl

if TYPE_CHECKING:
    from engine.commands.exporting import Order
    from engine.history import History
    from engine.history.records import SessionRecord

FALLBACK_VOICE = "openjtalk:mei"
"""Speaks an export where the voice is none."""


@dataclass(frozen=True, slots=True)
class RecordHandlers:
    """`say` shows a notice, by code and message."""

    app: App[int]
    engine: EngineControl
    control: VoiceControl
    exports: ExportDesk
    settings_now: Callable[[], Settings]
    """as they are now"""
    session_id: Callable[[], int | None]
    """the session of the history that is being recorded; None before its first sentence, and where none is"""
    say: Callable[[str, str], None]

    def history(self) -> None:
        """Look through what was said before."""
        from tui.screens.history import HistoryScreen, HistorySource

        source = HistorySource(
            self._history(),
            self.settings_now().history.enabled,
            self.settings_now().translate.to,
            self.engine.say_again,
            self._ask,
            self.exports.listen,
        )
        self.app.push_screen(HistoryScreen(source))

    def export(self) -> None:
        """Export the session that is being recorded; where an export is under way, ask whether to stop it."""
        if self.exports.is_busy:
            self._ask_to_stop()
        elif not self.settings_now().history.enabled:
            self.say("export", "Nothing is recorded that could be exported: the history is off (history.enabled).")
        else:
            self.app.run_worker(self._find_and_ask(), group="export", exclusive=True)

    async def _find_and_ask(self) -> None:
        from engine.history import HistoryError

        history, session_id = self._history(), self.session_id()
        if session_id is None:
            self.say("export", "Nothing of this session is recorded yet; the history has the earlier ones.")
            return
        try:
            session = await on_own_thread(lambda: history.session(session_id))
        except HistoryError as error:
            self.say("export", str(error))
        else:
            self._ask(session)

    def _ask(self, session: SessionRecord) -> None:
        """Open the dialog for a session."""
        if self.exports.is_busy:
            self._ask_to_stop()
            return
        from tui.screens.export import ExportScreen

        voice = FALLBACK_VOICE if self.control.voice == "none" else self.control.voice
        settings = self.settings_now().replace("speech", voice=voice, rate=self.control.rate)

        def chosen(order: Order | None) -> None:
            if order is not None:
                self.exports.start(order, settings)

        self.app.push_screen(ExportScreen(session, Path(os.getcwd()), voice), chosen)

    def _ask_to_stop(self) -> None:
        from tui.screens.export import StopExportScreen, Underway

        def chosen(is_to_stop: bool | None) -> None:
            if is_to_stop:
                self.exports.stop()

        underway = Underway(lambda: self.exports.progress, self.exports.listen)
        self.app.push_screen(StopExportScreen(underway), chosen)

    def _history(self) -> History:
        from engine.history import History

        return History()
