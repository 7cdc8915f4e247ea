"""What is wrong with a TOML file of the user's, said with file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

_PLACE = re.compile(r" - at `\$\.?(?P<key>[^`]*)`$")
_FIELD = re.compile(r"(?:unknown|missing required) field `(?P<field>[^`]+)`")


def read_error(origin: str, error: OSError | UnicodeDecodeError | tomllib.TOMLDecodeError) -> str:
    """The file cannot be read, or is no TOML. The parser tells the line, but not the key, for there may be none."""
    if isinstance(error, OSError):
        return f"{origin} cannot be read: {error.strerror or error}"
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return f"{origin}, line {line}: this is not UTF-8"
    said = str(error)
    place = re.search(r"line (\d+)", said)
    return f"{_place(origin, int(place[1]) if place else None)}: this is not TOML: {_began_small(said)}"


def value_error(origin: str, text: str, said: str) -> str:
    """A key is missing, unknown, or its value is not allowed. `said` is what msgspec says about `text`."""
    place = _PLACE.search(said)
    parent = place["key"] if place else ""
    reason = _PLACE.sub("", said)
    field = _FIELD.search(reason)
    key = ".".join(part for part in (parent, field["field"] if field else "") if part)
    # A missing key has no line; its section has.
    line = line_of(text, key.partition("[")[0]) or line_of(text, parent.partition("[")[0])
    if field:
        reason = "there is no such key" if "unknown" in reason else "it is missing"
    return f"{_place(origin, line)}{f', {key}' if key else ''}: {_began_small(reason)}"


def line_of(text: str, key: str) -> int | None:
    """The line, from 1, where `section.key` is set or where `[section]` begins; None where it is not found.

    `text` must be TOML.
    """
    wanted = tuple(key.split("."))
    for line, section, statement in _statements(text):
        if any(section + path == wanted for path in _paths(statement)):
            return line
    return None


def _statements(text: str) -> Iterator[tuple[int, tuple[str, ...], Mapping[str, Any]]]:
    """Line, section and meaning of each header and each setting; one may go over several lines."""
    section: tuple[str, ...] = ()
    start, lines = 1, ""
    for number, line in enumerate(text.split("\n"), 1):
        lines += line + "\n"
        try:
            statement = tomllib.loads(lines)
        except tomllib.TOMLDecodeError:
            continue  # It goes on in the next line.
        is_header = lines.lstrip().startswith("[")
        if is_header:
            section = _paths(statement)[-1]
        if statement:
            yield start, () if is_header else section, statement
        start, lines = number + 1, ""


def _paths(statement: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Every key that a statement sets, also those within it: `a.b = 1` and `a = {b = 1}` both set a and a.b."""
    found: list[tuple[str, ...]] = []
    for key, value in statement.items():
        found.append((key,))
        if isinstance(value, Mapping):
            found.extend((key, *path) for path in _paths(value))
    return found


def _place(origin: str, line: int | None) -> str:
    return f"{origin}, line {line}" if line else origin


def _began_small(said: str) -> str:
    said = re.sub(r" \(at .*\)$", "", said)
    return said[0].lower() + said[1:]
