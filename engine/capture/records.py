"""Reading whole message records, as stream-json and transcripts hold them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

PROSE_DISPLAY = "updates"
"""With this way of showing thinking the CLI leaves real reasoning empty, so what has text is prose for the user."""
MOST_REMEMBERED = 4096


class Seen:
    """Remembers the latest keys, so that a record that comes twice is read once."""

    def __init__(self) -> None:
        self._keys: dict[Hashable, None] = {}

    def add(self, key: Hashable) -> bool:
        """Remember `key`; False when it was there already."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > MOST_REMEMBERED:
            del self._keys[next(iter(self._keys))]
        return True

    def __contains__(self, key: Hashable) -> bool:
        return key in self._keys


def mapping(value: object) -> Mapping[str, Any]:
    """`value` if it is an object, else an empty one: records come from outside and may hold anything."""
    return value if isinstance(value, dict) else {}


def prose(content: object, display: object = None) -> Iterator[tuple[int, str]]:
    """Index and text of each block of a message's content that is meant for the user."""
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list):
        return
    for index, block in enumerate(content):
        text = _text(mapping(block), display)
        if text:
            yield index, text


def _text(block: Mapping[str, Any], display: object) -> str:
    kind = block.get("type")
    if kind == "text":
        text = block.get("text")
    elif kind == "thinking" and display == PROSE_DISPLAY:
        text = block.get("thinking")
    else:
        text = None
    return text if isinstance(text, str) else ""
