"""The order of the start: Claude, then the screen, then the terminal's emulator and the models."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.control import Demo, Launch
from tui.early import Prepared, start_early
from tui.remembered import Remembered
from tui.session import CaptureSession
from tui.split import Split

if TYPE_CHECKING:
    from engine.events import Event
    from engine.history import Recorder
    from engine.history.recall import Recall
    from engine.pipeline import Engine
    from engine.settings import Settings
    from engine.source import SourceEvent
    from tui.app import StreamttsApp
    from tui.recorder import SessionRecorder

COLLECT_AFTER_S = 2.0


def collect_later(loop: asyncio.AbstractEventLoop) -> None:
    """Begin to collect garbage once everything is there; it was turned off for the start, which leaves none.

    What is there then is not looked at again: later collections are short, and keys do not wait for them.
    """
    loop.call_later(COLLECT_AFTER_S, _collect_from_now_on)


def _collect_from_now_on() -> None:
    gc.freeze()
    gc.enable()


@dataclass(slots=True)
class Stage:
    """What is set up one after the other, the program before everything that it does not need."""

    settings: Settings
    start: Launch | Demo
    record_to: Path | None = None
    """a file for `--record`"""
    wrong_settings: Sequence[str] = ()
    """what could not be used of the settings, and why"""
    flags: Mapping[str, Any] = field(default_factory=dict)
    """the settings of the command line, by `section.key`"""
    may_welcome: bool = False
    """the program is the usual one: somebody who is new here is welcomed"""
    remembered: Remembered = field(default_factory=Remembered)
    engine: Engine | None = None
    app: StreamttsApp | None = None
    _capture: CaptureSession | None = None
    _prepared: Prepared | None = None
    _recorder: Recorder | None = None
    _session: SessionRecorder | None = None

    async def start_program(self) -> None:
        """Start the program, if there is one."""
        if not isinstance(self.start, Launch):
            return
        if self.record_to is not None:
            from tui.recorder import SessionRecorder

            self._session = SessionRecorder(self.record_to, self.start.name)
        self._capture = CaptureSession(self._feed, self.start, self.settings.capture)
        shares = Split(self.remembered).shares
        self._prepared = await start_early(self.start, self._capture, self.settings.screen.layout, shares)

    def make_app(self, subscribers: Iterable[Callable[[Event], None]]) -> StreamttsApp:
        """Make engine and screen; Textual is imported only here, while the program already starts."""
        import time

        from engine.pipeline import Engine
        from tui.app import StreamttsApp

        self.engine = Engine(self.settings)
        for subscriber in subscribers:
            self.engine.subscribe(subscriber)
        self.app = StreamttsApp(
            self.engine,
            self.settings,
            self.start,
            capture=self._capture,
            prepared=self._prepared,
            clock=lambda: time.strftime("%H:%M"),
            before_engine=self._record,
            session_recorder=self._session,
            remembered=self.remembered,
            wrong_settings=self.wrong_settings,
            flags=self.flags,
            may_welcome=self.may_welcome,
        )
        return self.app

    def close(self) -> None:
        """End the engine, and then the record of what it said."""
        if self.engine is not None:
            self.engine.close()
        if self._recorder is not None:
            self._recorder.close()
        if self._session is not None:
            self._session.close()

    def kill_program(self) -> None:
        """End the program if it still runs: for the way out of a crash."""
        if self._prepared is not None and self._prepared.process is not None:
            self._prepared.process.kill()

    def _record(self) -> Recall | None:
        """Begin the record; return what reads it back. Called on a thread, after the first paint: it imports SQLite."""
        from engine.commands.recording import start_recorder
        from engine.history import History
        from engine.history.recall import Recall

        if self.engine is None or not isinstance(self.start, Launch):
            return None
        self._recorder = start_recorder(self.engine, self.settings, self.start.name, self.start.cwd)
        return Recall(self._recorder, History())

    def _feed(self, event: SourceEvent) -> None:
        if self._session is not None:
            self._session.take_event(event)
        # The loop does not run between the program's start and the app's, so the engine is there.
        if self.engine is not None:
            self.engine.feed(event)
