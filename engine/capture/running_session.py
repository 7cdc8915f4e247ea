"""Which conversation a running Claude Code is in: /clear and /resume begin another one, with another transcript."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.capture.records import mapping

FIRST_SEARCH_S, SEARCH_S = 0.05, 1.0
"""How often our session is looked for in the list of running ones: often at first, as it must be found before its
conversation becomes another one; then seldom, as some versions keep no list."""
_OFTEN_S = 20.0
SESSION_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
MOST_BYTES = 64 * 1024
_ENTRY = re.compile(r"\d{1,10}\.json")


class RunningSession:
    """Finds our own session in Claude Code's list of running ones, and sees when its id changes.

    It is found by its id or, where that is not known, by its process; then its first id is a change too.

    Only read, and only the entries: each is a small file, written anew by its own process. Never raises.
    """

    def __init__(
        self, config: Path, session_id: str | None, began_at: float, pid: Callable[[], int | None] = lambda: None
    ) -> None:
        """`began_at`, seconds of `time.time()`: entries that are older belong to sessions that have ended."""
        self._folder = config / "sessions"
        self._pid = pid
        self._began_at = began_at
        self._entry: Path | None = None
        self._seen: tuple[int, int] | None = None
        self._next_search = 0.0
        self._first_search = 0.0
        self.session_id = session_id
        self.changed_at = began_at
        """Since when, as far as the entry tells; seconds of `time.time()`."""

    def has_changed(self, now: float) -> bool:
        """Look whether `session_id` is another one now; `now` is of `time.monotonic()`."""
        if self._entry is None:
            if now < self._next_search:
                return False
            self._first_search = self._first_search or now
            is_early = now < self._first_search + _OFTEN_S
            self._next_search = now + (FIRST_SEARCH_S if is_early else SEARCH_S)
            self._entry = self._find()
        if self._entry is None or not self._was_written():
            return False
        current = _id_in(self._entry)
        if current is None or current == self.session_id:
            return False
        if self.session_id is not None and self._seen is not None:
            self.changed_at = self._seen[0] / 1e9
        self.session_id = current
        return True

    def _find(self) -> Path | None:
        if self.session_id is None:
            name = f"{self._pid()}.json"
            return next((path for path in self._entries() if path.name == name), None)
        return next((path for path in self._entries() if _id_in(path) == self.session_id), None)

    def _entries(self) -> Iterator[Path]:
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if _ENTRY.fullmatch(entry.name) and entry.stat().st_mtime >= self._began_at:
                        yield Path(entry.path)
        except OSError:
            return

    def _was_written(self) -> bool:
        try:
            status = os.stat(self._entry or "")
        except OSError:
            return False
        seen, self._seen = self._seen, (status.st_mtime_ns, status.st_ino)
        return seen != self._seen


def _id_in(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            found = mapping(json.loads(file.read(MOST_BYTES))).get("sessionId")
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, str) and SESSION_ID.fullmatch(found) else None
