"""Writes what the engine says into the history, on a thread of its own: a slow disk holds up nobody."""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine.events import (
    Event,
    SentenceAdded,
    SeparatorAdded,
    SourceChanged,
    SpeechChanged,
    TranslationChanged,
    TurnChanged,
)
from engine.history.database import HistoryError, is_damage, move_aside, open_for_writing
from engine.history.limits import prune
from engine.history.writing import SessionWriter
from engine.settings import History as HistorySettings

Said = tuple[float, Event]
"""When (seconds since 1970), and what."""
MOST_WAITING = 20_000
"""Events kept while the file cannot be written; some hours of talk."""
RETRY_S = 5.0
_RECORDED = (SentenceAdded, TranslationChanged, SpeechChanged, TurnChanged, SourceChanged, SeparatorAdded)


class Recorder:
    """Subscribe `take` to an engine. `on_trouble` is told once, on the recorder's thread, when nothing can be written.

    Every sentence is in the file once its event was taken and a moment has passed: a kill loses the sentence in hand.
    """

    def __init__(
        self,
        path: Path,
        settings: HistorySettings,
        *,
        folder: str = "",
        program: str = "",
        language: str = "ja",
        on_trouble: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._settings = settings
        self._on_trouble = on_trouble
        self._writer = SessionWriter(folder=folder, program=program, language=language)
        self._said: queue.SimpleQueue[Said | None] = queue.SimpleQueue()
        self._waiting: list[Said] = []
        self._connection: sqlite3.Connection | None = None
        self._has_trouble = False
        self._is_off = not settings.enabled
        self._thread = threading.Thread(target=self._run, name="history", daemon=True)
        if not self._is_off:
            self._thread.start()

    def take(self, event: Event) -> None:
        """Note an event; returns at once."""
        if self._is_off or not isinstance(event, _RECORDED):
            return
        if isinstance(event, TranslationChanged) and not event.final:
            return
        self._said.put((time.time(), event))

    @property
    def is_recording(self) -> bool:
        """Whether what is said is kept: not where the history is off or a newer one, nor while it cannot be written."""
        return not self._is_off and not self._has_trouble

    def session_of(self, number: int) -> int | None:
        """The session of the history that sentence `number` was written to; None when it was not. From any thread."""
        return self._writer.session_of(number)

    def close(self, timeout_s: float = 2.0) -> None:
        """Write what is left and close the file."""
        if self._thread.is_alive():
            self._said.put(None)
            self._thread.join(timeout_s)

    # --- the recorder's thread ---

    def _run(self) -> None:
        is_open = True
        while is_open:
            is_open = self._gather()
            if self._waiting:
                self._write()
        if self._connection:
            self._writer.end(self._connection, time.time())
            self._connection.close()

    def _gather(self) -> bool:
        """Wait for events and take all there are; False at the end."""
        try:
            said = self._said.get(timeout=RETRY_S if self._waiting else None)
            while said is not None:
                self._waiting.append(said)
                said = self._said.get_nowait()
        except queue.Empty:
            return True
        finally:
            del self._waiting[:-MOST_WAITING]
        return False

    def _write(self) -> None:
        try:
            connection = self._connection or self._open()
            self._connection = connection
            connection.execute("BEGIN IMMEDIATE")
            for said_at, event in self._waiting:
                self._writer.write(connection, said_at, event)
            connection.execute("COMMIT")
            self._writer.committed()
        except HistoryError as error:
            self._is_off = True
            self._waiting.clear()
            self._on_trouble(str(error))
        except (sqlite3.Error, OSError) as error:
            self._recover(error)
        else:
            self._waiting.clear()
            self._has_trouble = False

    def _open(self) -> sqlite3.Connection:
        connection, aside = open_for_writing(self._path)
        if aside:
            self._writer.begin_anew()
            self._on_trouble(_damaged(aside))
        prune(connection, now=time.time(), most_days=self._settings.days, most_mb=self._settings.size_mb)
        return connection

    def _recover(self, error: sqlite3.Error | OSError) -> None:
        """Keep what was to be written for the next try, with a fresh connection."""
        self._writer.rolled_back()
        if self._connection:
            self._connection.close()
            self._connection = None
        if isinstance(error, sqlite3.DatabaseError) and is_damage(error):
            aside = move_aside(self._path)
            self._writer.begin_anew()
            self._on_trouble(_damaged(aside))
        elif not self._has_trouble:
            self._has_trouble = True
            self._on_trouble(f"The history ({self._path}) cannot be written: {error}. It is tried again.")


def _damaged(aside: Path) -> str:
    return f"The history was damaged; it is now {aside.name}, and a new one was begun."
