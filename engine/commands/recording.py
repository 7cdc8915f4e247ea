"""Keeps the record of what an engine says, from its start to its end."""

from __future__ import annotations

import os

from engine.events import Level, Notice
from engine.history import Recorder, history_path
from engine.pipeline import Engine
from engine.settings import Settings


def start_recorder(engine: Engine, settings: Settings, program: str, folder: str | None = None) -> Recorder:
    """Subscribe a recorder to an engine that has not started; close it after the engine."""

    def complain(message: str) -> None:
        engine.tell(Notice(Level.WARNING, "history", message))

    recorder = Recorder(
        history_path(),
        settings.history,
        folder=folder or os.getcwd(),
        program=program,
        language=settings.translate.to,
        on_trouble=complain,
    )
    engine.subscribe(recorder.take)
    return recorder
