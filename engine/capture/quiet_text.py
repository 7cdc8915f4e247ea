"""Tells when a text that nobody ends has ended for now: its last line is whole, and nothing has come for a while."""

from __future__ import annotations

from engine.source import SourceEvent, TextDelta

QUIET_S = 1.5
_FENCES = ("```", "~~~")


class QuietText:
    """Sees every piece of the text. Inside a code block it never ends: what follows would be read as prose."""

    def __init__(self) -> None:
        self._line = ""
        self._fence = ""
        self._last_at: float | None = None

    def take(self, event: SourceEvent) -> None:
        """Look at what was read."""
        if not isinstance(event, TextDelta):
            return
        self._last_at = event.received_at
        *lines, self._line = (self._line + event.text).split("\n")
        for line in lines:
            self._end_line(line.strip())

    def has_ended(self, now: float) -> bool:
        """True once for each time that it falls quiet."""
        if self._last_at is None or self._line or self._fence or now - self._last_at < QUIET_S:
            return False
        self._last_at = None
        return True

    def _end_line(self, line: str) -> None:
        if self._fence:
            self._fence = "" if line.startswith(self._fence) else self._fence
        else:
            self._fence = next((fence for fence in _FENCES if line.startswith(fence)), "")
