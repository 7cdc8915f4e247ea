"""Knows when all that an answer said stands on the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.events import Event, SentenceAdded, TranslationChanged, TurnChanged


class Printed:
    """Passes events on to a printer and counts what is still to be printed."""

    def __init__(self, printer: Callable[[Event], None]) -> None:
        self._printer = printer
        self._changed = threading.Condition()
        self._open = 0
        self._ended_turns = 0

    def take(self, event: Event) -> None:
        """Print an event, on the engine's thread."""
        self._printer(event)
        with self._changed:
            match event:
                case SentenceAdded():
                    self._open += 1
                case TranslationChanged(final=True):
                    self._open -= 1
                case TurnChanged(is_running=False):
                    self._ended_turns += 1
                case _:
                    return
            self._changed.notify_all()

    def has_all(self, turns: int) -> bool:
        """Whether so many turns have ended and every sentence of them is printed."""
        with self._changed:
            return self._ended_turns >= turns and self._open <= 0

    def wait(self, turns: int, timeout_s: float) -> bool:
        """Block until so many turns have ended and every sentence of them is printed; False when that takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: self._ended_turns >= turns and self._open <= 0, timeout_s)
