"""The settings as the screen edits them: what counts and why, one change at a time, into the file and into the app."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from engine.settings import (
    Field,
    Settings,
    SettingsError,
    config_path,
    fields,
    find_field,
    load_with_origins,
    plain_value,
)


class Origin(StrEnum):
    """Where a value comes from."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting with its value."""

    field: Field
    value: Any
    """what counts now"""
    origin: Origin
    source: str
    """the file, the variable or the flag; empty for a default"""
    in_file: Any
    """what the file says; None where it says nothing"""
    is_live: bool
    """a change counts at once, not only from the next start"""

    @property
    def is_overridden(self) -> bool:
        """Whether something goes before the file."""
        return self.origin in (Origin.ENVIRONMENT, Origin.FLAG)

    @property
    def is_changed(self) -> bool:
        """Whether it is not the default."""
        return bool(self.value != self.field.default)


class SettingsControl:
    """Reads and changes the user's config file; what can count at once does. Knows no widget."""

    def __init__(
        self,
        settings: Settings,
        *,
        take_over: Callable[[Settings, Collection[str]], None],
        live: Collection[str],
        flags: Mapping[str, Any] | None = None,
        env: Mapping[str, str] = os.environ,
    ) -> None:
        """`settings` are those the app runs with; `take_over` gets the changed ones, and which (`section.key`).

        `live` names the settings that `take_over` can make count at once.
        """
        self.path: Path = config_path(env)
        self.problem = ""
        """what is wrong with the file, where something is: the app goes on with the settings it has"""
        self._settings = settings
        self._take_over = take_over
        self._live = live
        self._flags = flags or {}
        self._env = env
        self._chosen: dict[str, Any] = {}
        """changed here where a flag or a variable goes before the file: it counts until the end of the program"""

    def entries(self) -> list[Entry]:
        """Every setting, in the order of the schema. Reads the file."""
        settings, origins, in_file = self._read()
        values = msgspec.to_builtins(settings)
        return [
            self._entry(field, values[field.section][field.key], origins.get(field.name, ""), in_file)
            for field in fields()
        ]

    def wrong(self, name: str, text: str) -> str:
        """What is wrong with `text` as a value of this setting, in the schema's words; empty when nothing is."""
        try:
            plain_value(find_field(name), text)
        except SettingsError as error:
            # Which setting it is need not be said where it is being typed.
            return re.sub(r" - at `[^`]*`$", "", str(error).removeprefix(f"{name}: "))
        return ""

    def save(self, name: str, text: str) -> None:
        """Write a value into the file, and let it count. Raises SettingsError; then nothing has changed."""
        self.save_all({name: text})

    def save_all(self, texts: Mapping[str, str]) -> None:
        """As `save`, for several (`section.key`) that count together: those before a wrong one are kept."""
        from engine.config_file import set_value

        saved: dict[str, Any] = {}
        try:
            for name, text in texts.items():
                saved[name] = set_value(self.path, name, text)
        finally:
            self._count(saved)

    def reset(self, name: str) -> None:
        """Take a value out of the file, and let the default count. Raises SettingsError; then nothing has changed."""
        from engine.config_file import unset_value

        unset_value(self.path, name)
        self._count({name: find_field(name).default})

    def try_out(self, texts: Mapping[str, str]) -> None:
        """Let values count until the end of the program, as the file cannot keep them. Raises SettingsError."""
        self._count({name: plain_value(find_field(name), text) for name, text in texts.items()})

    def _count(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            field = find_field(name)
            if self._is_overridden(field):
                self._chosen[name] = value
            self._settings = self._settings.replace(field.section, **{field.key: value})
        if live := [name for name in values if name in self._live]:
            self._take_over(self._settings, live)

    def _read(self) -> tuple[Settings, Mapping[str, str], Mapping[str, Mapping[str, Any]]]:
        problems: list[str] = []
        settings, origins = load_with_origins(self._flags, self._env, problems.append)
        alone, told = load_with_origins({}, {"STREAMTTS_CONFIG": str(self.path)}, lambda _: None)
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        self.problem = f"{problems[0]}{more}" if problems else ""
        values = msgspec.to_builtins(alone)
        in_file: dict[str, dict[str, Any]] = {}
        for name in told:
            section, _, key = name.partition(".")
            in_file.setdefault(section, {})[key] = values[section][key]
        return settings, origins, in_file

    def _entry(self, field: Field, value: Any, source: str, in_file: Mapping[str, Mapping[str, Any]]) -> Entry:
        return Entry(
            field,
            self._chosen.get(field.name, value),
            self._origin(field, source),
            source,
            in_file.get(field.section, {}).get(field.key),
            field.name in self._live,
        )

    def _origin(self, field: Field, source: str) -> Origin:
        if not source:
            return Origin.DEFAULT
        if source == str(self.path):
            return Origin.FILE
        return Origin.ENVIRONMENT if source == field.env else Origin.FLAG

    def _is_overridden(self, field: Field) -> bool:
        return field.env in self._env or self._flags.get(field.name) is not None
