"""What is wrong with a theme file, said with file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from engine import toml_errors

HEX_COLOUR = "^#[0-9a-fA-F]{6}$"

_LIST = re.compile(r"`\$\.(?P<section>\w+)\.(?P<key>\w+)\[\.\.\.\]`$")


class ThemeError(Exception):
    """A theme file is wrong. The message names the file, the line, the key and what it may be."""


def read_error(origin: str, error: OSError | UnicodeDecodeError | tomllib.TOMLDecodeError) -> ThemeError:
    """It cannot be read, or is no TOML."""
    return ThemeError(toml_errors.read_error(origin, error))


def value_error(origin: str, text: str, raw: Mapping[str, Any], said: str) -> ThemeError:
    """A key is missing, unknown, or its value is not allowed. `said` is what msgspec says."""
    said = said.replace(f"`str` matching regex '{HEX_COLOUR}'", "a colour as #rrggbb")
    return ThemeError(toml_errors.value_error(origin, text, _with_index(said, raw)))


def _with_index(said: str, raw: Mapping[str, Any]) -> str:
    """Msgspec says `colors[...]`: find which one is meant, for there are 16."""
    place = _LIST.search(said)
    if place is None:
        return said
    colours = raw[place["section"]][place["key"]]
    wrong = [n for n, colour in enumerate(colours) if not (isinstance(colour, str) and re.match(HEX_COLOUR, colour))]
    return said.replace("[...]", f"[{wrong[0]}]" if wrong else "")
