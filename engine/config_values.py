"""Reads a config file, and says of what is wrong in it where it is: file, line and key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.toml_errors import read_error, value_error

FindFault = Callable[[Mapping[str, Any]], str | None]
"""What msgspec says against values by section and key; None when they are right."""


def right_values(
    content: bytes, origin: str, find_fault: FindFault, on_wrong: Callable[[str], object]
) -> dict[str, dict[str, Any]]:
    """The values that are right, by section and key; each that is not goes to `on_wrong`, as a text for a person."""
    try:
        text = content.decode()
        raw = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        on_wrong(read_error(origin, error))
        return {}
    if find_fault(raw) is None:
        return raw
    right: dict[str, dict[str, Any]] = {}
    for section, key, values in _one_by_one(raw, find_fault):
        if fault := find_fault(values):
            on_wrong(value_error(origin, text, fault))
        elif key:
            right.setdefault(section, {})[key] = values[section][key]
    return right


def _one_by_one(raw: Mapping[str, Any], find_fault: FindFault) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every value alone: its section, its key, and the two around it. A section that cannot be one comes whole."""
    for section, values in raw.items():
        if not isinstance(values, dict) or find_fault({section: {}}):
            yield section, "", {section: values}
            continue
        for key, value in values.items():
            yield section, key, {section: {key: value}}
