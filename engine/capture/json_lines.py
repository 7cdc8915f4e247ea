"""JSON objects, one a line, from bytes that arrive in any pieces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

MOST_LINE_BYTES = 16 * 1024 * 1024
"""A longer line is not kept; Claude's own are at most a few megabytes (pictures in tool results)."""


class JsonLines:
    """Splits and parses. Lines of server-sent events are taken too: the JSON is what follows `data:`."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._too_long = False
        self.broken = 0
        """Lines that were not a JSON object."""

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """The objects on the lines that `data` completes."""
        *complete, rest = data.split(b"\n")
        for piece in complete:
            yield from self._end_line(piece)
        self._keep(rest)

    def finish(self) -> Iterator[dict[str, Any]]:
        """The object on the last line, which may lack its line end."""
        yield from self._end_line(b"")

    def _keep(self, piece: bytes) -> None:
        if len(self._rest) + len(piece) > MOST_LINE_BYTES:
            self._too_long = True
            self._rest.clear()
        if not self._too_long:
            self._rest += piece

    def _end_line(self, piece: bytes) -> Iterator[dict[str, Any]]:
        self._keep(piece)
        line, too_long = bytes(self._rest).strip(), self._too_long
        self._rest.clear()
        self._too_long = False
        if too_long:
            self.broken += 1
        elif parsed := self._parse(line):
            yield parsed

    def _parse(self, line: bytes) -> dict[str, Any] | None:
        if line.startswith(b"data:"):
            line = line[5:].strip()
        if not line or line == b"[DONE]" or line.startswith((b"event:", b"id:", b"retry:", b":")):
            return None
        try:
            parsed = json.loads(line)
        except (ValueError, RecursionError):
            parsed = None
        if isinstance(parsed, dict):
            return parsed
        self.broken += 1
        return None
