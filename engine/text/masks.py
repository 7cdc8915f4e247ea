"""Where a full stop is no full stop: code spans, links, brackets, HTML tags and comments."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"\\[^\w\s]|`+|<|\[")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>|<[a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]*>")
_BRACKET = re.compile(r"\\[^\w\s]|`+|\[|\]")
_DESTINATION = re.compile(r"\\[^\w\s]|\(|\)|\"[^\"]*\"")


def is_masked(text: str, position: int, final: bool) -> bool:
    """True when `position` lies inside a construct that must not be cut.

    While the paragraph is unfinished (`final` false) only `text[:position]` counts and an unfinished construct masks
    everything after it: so the answer never changes when more text arrives. At the end of the paragraph (`final` true)
    the whole text counts and what was never closed is plain text.
    """
    visible = text if final else text[:position]
    start = 0
    while (special := _SPECIAL.search(visible, start)) and special.start() < position:
        end = _end(visible, special)
        if end is None:
            if not final:
                return True
            end = special.end()
        elif end > position:
            return True
        start = end
    return False


def _end(text: str, special: re.Match[str]) -> int | None:
    """Where the construct that `special` opens ends; None while it is unfinished."""
    mark = special.group()
    if mark[0] == "\\":
        return special.end()
    if mark[0] == "`":
        return _code_end(text, special)
    if mark == "<":
        return _angle_end(text, special.start())
    return _link_end(text, special.end())


def _code_end(text: str, opening: re.Match[str]) -> int | None:
    ticks = opening.group()
    start = opening.end()
    while (close := text.find(ticks, start)) >= 0:
        end = close + len(ticks)
        if end == len(text) or text[end] != "`":
            return end
        while end < len(text) and text[end] == "`":
            end += 1
        start = end
    return None


def _angle_end(text: str, start: int) -> int | None:
    if text.startswith("<!--", start):
        close = text.find("-->", start + 4)
        return close + 3 if close >= 0 else None
    tag = _TAG.match(text, start)
    return tag.end() if tag else start + 1


def _link_end(text: str, start: int) -> int | None:
    depth = 1
    while depth:
        mark = _BRACKET.search(text, start)
        if mark is None:
            return None
        start = mark.end()
        if mark.group() == "[":
            depth += 1
        elif mark.group() == "]":
            depth -= 1
        elif mark.group()[0] == "`":
            start = _code_end(text, mark) or start
    if not text.startswith("(", start):
        return start
    return _destination_end(text, start + 1)


def _destination_end(text: str, start: int) -> int | None:
    depth = 1
    while depth:
        mark = _DESTINATION.search(text, start)
        if mark is None:
            return None
        start = mark.end()
        depth += {"(": 1, ")": -1}.get(mark.group(), 0)
    return start
