"""What the voice does while one types to Claude: softer, paused, silent, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from tui.voice_control import VoiceControl

QUIET_S = 1.2
"""So long after the last key the typing is over."""

Manner = Literal["ignore", "duck", "pause", "stop"]


class Timer(Protocol):
    """A call that is still to come."""

    def stop(self) -> None:
        """Have it not come."""
        ...


class BargeIn:
    """Told of every key that goes to Claude. `after` calls back once, so many seconds later."""

    def __init__(
        self, voice: VoiceControl, manner: Manner, after: Callable[[float, Callable[[], None]], Timer]
    ) -> None:
        self._voice = voice
        self._manner = manner
        self._after = after
        self._end: Timer | None = None
        self._has_paused = False

    def set_manner(self, manner: Manner) -> None:
        """Do otherwise from the next key on; what was begun ends as it began."""
        if self._end is not None:
            self._end.stop()
            self._over()
        self._manner = manner

    def typed(self) -> None:
        """A key went to Claude."""
        if self._manner == "ignore":
            return
        if self._end is None:
            self._begin()
        else:
            self._end.stop()
        self._end = self._after(QUIET_S, self._over)

    def _begin(self) -> None:
        engine = self._voice.engine
        if self._manner == "duck":
            engine.set_ducked(True)
        elif self._manner == "pause" and not self._voice.is_paused:
            self._has_paused = True
            engine.set_paused(True)
        elif self._manner == "stop":
            engine.stop()

    def _over(self) -> None:
        self._end = None
        if self._manner == "duck":
            self._voice.engine.set_ducked(False)
        elif self._has_paused:
            # Who had paused it before wants it to stay so.
            self._has_paused = False
            self._voice.engine.set_paused(False)
