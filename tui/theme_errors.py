"""What is wrong with a theme file, said with file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

HEX_COLOUR = "^#[0-9a-fA-F]{6}$"

_PLACE = re.compile(r" - at `\$\.?(?P<key>[^`]*)`$")
_FIELD = re.compile(r"(?:unknown|missing required) field `(?P<field>[^`]+)`")
_SECTION = re.compile(r"^\s*\[\s*(?P<name>[^\[\]]+?)\s*\]")
_KEY = re.compile(r"^\s*(?P<key>[A-Za-z0-9_.\" -]+?)\s*=")


class ThemeError(Exception):
    """A theme file is wrong. The message names the file, the line, the key and what it may be."""


def syntax_error(origin: str, error: tomllib.TOMLDecodeError) -> ThemeError:
    """It is no TOML. The parser tells the line, but not the key, for there may be none."""
    said = str(error)
    place = re.search(r"line (\d+)", said)
    reason = re.sub(r" \(at .*\)$", "", said)
    return ThemeError(
        f"{origin}{f', line {place[1]}' if place else ''}: this is not TOML: {reason[0].lower()}{reason[1:]}"
    )


def value_error(origin: str, text: str, raw: Mapping[str, Any], said: str) -> ThemeError:
    """A key is missing, unknown, or its value is not allowed. `said` is what msgspec says."""
    place = _PLACE.search(said)
    parent = place["key"] if place else ""
    reason = _PLACE.sub("", said).replace(f"`str` matching regex '{HEX_COLOUR}'", "a colour as #rrggbb")
    field = _FIELD.search(reason)
    key = ".".join(part for part in (parent, field["field"] if field else "") if part)
    line = line_of(text, key.partition("[")[0])
    if line is None and field:
        line = line_of(text, parent)  # A missing key has no line; its section has.
    where = f"{origin}{f', line {line}' if line else ''}{f', {_with_index(key, raw)}' if key else ''}"
    if field:
        reason = "there is no such key" if "unknown" in reason else "it is missing"
    return ThemeError(f"{where}: {reason[0].lower()}{reason[1:]}")


def line_of(text: str, key: str) -> int | None:
    """The line, from 1, where `section.key` is set or where `[section]` begins; None where it is not found."""
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _SECTION.match(line):
            section = header["name"]
            found = section
        elif setting := _KEY.match(line):
            found = ".".join(part for part in (section, setting["key"].replace(" ", "").replace('"', "")) if part)
        else:
            continue
        if found == key:
            return number
    return None


def _with_index(key: str, raw: Mapping[str, Any]) -> str:
    """Msgspec says `colors[...]`: find which one is meant, for there are 16."""
    if not key.endswith("[...]"):
        return key
    section, _, name = key.removesuffix("[...]").partition(".")
    colours = raw[section][name]
    wrong = [n for n, colour in enumerate(colours) if not (isinstance(colour, str) and re.match(HEX_COLOUR, colour))]
    return f"{section}.{name}[{wrong[0]}]" if wrong else f"{section}.{name}"
