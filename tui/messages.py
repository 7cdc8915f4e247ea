"""Engine events on their way to the screen: from the engine's thread to one Textual message, floods made small."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Hashable

from textual.message import Message

from engine.events import DraftChanged, Event, GaugesChanged, Loading, TranslationChanged


class EngineEvents(Message):
    """Events wait in the mailbox."""


class Mailbox:
    """Keeps events until the screen takes them. Of events where only the newest counts, only the newest is kept.

    `wake` is called on the putting thread, once for each time the mailbox goes from empty to not empty; so at most
    one message is under way however fast the engine talks.
    """

    def __init__(self, wake: Callable[[], object]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._events: list[Event | None] = []
        self._latest: dict[Hashable, int] = {}
        self._is_closed = False

    def put(self, event: Event) -> None:
        """Add an event; from any thread."""
        with self._lock:
            if self._is_closed:
                return
            was_empty = not self._events
            self._append(event)
        if was_empty:
            self._wake()

    def take(self) -> list[Event]:
        """Empty the mailbox, in order."""
        with self._lock:
            events, self._events = self._events, []
            self._latest.clear()
        return [event for event in events if event is not None]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be taken."""
        with self._lock:
            return not self._events

    def close(self) -> None:
        """Take nothing more."""
        with self._lock:
            self._is_closed = True

    def _append(self, event: Event) -> None:
        key = _coalesce_key(event)
        if key is not None:
            index = self._latest.get(key)
            if index is not None:
                event = _merge(self._events[index], event)
                self._events[index] = None
            self._latest[key] = len(self._events)
        self._events.append(event)


def _coalesce_key(event: Event) -> Hashable | None:
    match event:
        case TranslationChanged(id=sentence_id):
            return ("translation", sentence_id)
        case DraftChanged():
            return "draft"
        case GaugesChanged():
            return "gauges"
        case Loading(what=what):
            return ("loading", what)
        case _:
            return None


def _merge(older: Event | None, newer: Event) -> Event:
    """The newer event, with what only the older one knew."""
    if isinstance(older, TranslationChanged) and isinstance(newer, TranslationChanged):
        if older.final and not newer.final:
            return older
        if newer.translate_first_ms is None:
            return dataclasses.replace(newer, translate_first_ms=older.translate_first_ms)
    return newer
