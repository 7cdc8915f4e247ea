"""What kind of input it is, from its first bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

MOST_BYTES = 256 * 1024
"""Looking further than this would only make the user wait."""
_TRANSCRIPT_KEYS = frozenset({"sessionId", "parentUuid", "isSidechain", "leafUuid", "messageId"})
_FIRST_KEY = re.compile(rb'\{\s*"(?:type|parentUuid|isSidechain|sessionId|leafUuid|messageId)"\s*:\s*["tfn]')
"""What a line of Claude's begins with."""
_KEY = re.compile(rb'"(\w+)"\s*:')
_LOOKED_AT_BYTES = 4096
_SERVER_SENT = (b"event: message_start", b"event:message_start", b"data: {", b"data:{")


class InputKind(StrEnum):
    """The kinds of input that can be read."""

    TEXT = "text"
    STREAM_JSON = "stream-json"
    TRANSCRIPT = "transcript"


def detect(start: bytes, *, is_all: bool = False) -> InputKind | None:
    """Tell the kind; None while it takes more bytes to tell. With `is_all` there are no more, so there is an answer."""
    is_all = is_all or len(start) >= MOST_BYTES
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return InputKind.TEXT if is_all else None
    if start.startswith(b"{"):
        return _detect_json(start, is_all)
    if any(mark.startswith(start) for mark in _SERVER_SENT) and not is_all:
        return None
    return InputKind.STREAM_JSON if start.startswith(_SERVER_SENT) else InputKind.TEXT


def _detect_json(start: bytes, is_all: bool) -> InputKind | None:
    line, newline, _ = start.partition(b"\n")
    try:
        parsed = json.loads(line)
    except (ValueError, RecursionError):
        # A document that begins with a brace, or a first line that is not all there.
        return _guess(line) if newline or is_all else None
    return _kind_of(parsed) if isinstance(parsed, dict) else InputKind.TEXT


def _guess(line: bytes) -> InputKind:
    """Of a line of which there is only the beginning, or that is damaged."""
    if not _FIRST_KEY.match(line):
        return InputKind.TEXT
    keys = {key.decode(errors="replace") for key in _KEY.findall(line[:_LOOKED_AT_BYTES])}
    return InputKind.TRANSCRIPT if _TRANSCRIPT_KEYS & keys else InputKind.STREAM_JSON


def _kind_of(line: Mapping[str, Any]) -> InputKind:
    if _TRANSCRIPT_KEYS & line.keys() or line.get("type") == "summary":
        return InputKind.TRANSCRIPT
    if isinstance(line.get("type"), str) or "content" in line:
        return InputKind.STREAM_JSON
    return InputKind.TEXT
