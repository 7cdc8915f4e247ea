"""The settings file that registers our hooks, with everything in it that the user passed as `--settings`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FLAG = "--settings"
MOST_BYTES = 4 * 1024 * 1024


class HookSettingsError(Exception):
    """The user's own `--settings` cannot be read, so nothing may be put in its place. The message says why."""


def hook_entry(url: str, names: Sequence[str], timeout_s: int = 5) -> dict[str, Any]:
    """Settings that make Claude Code post each of the hooks `names` to `url`."""
    hook = {"type": "http", "url": url, "timeout": timeout_s}
    return {"hooks": {name: [{"hooks": [hook]}] for name in names}}


def with_settings(
    arguments: Sequence[str], addition: Mapping[str, Any], target: Path, cwd: str | os.PathLike[str]
) -> list[str]:
    """Write `target` (mode 0600) and return Claude's arguments with it as the only `--settings`.

    Claude Code takes only the last `--settings`; so the user's own, a file or JSON, is read and goes into `target`.
    Raises HookSettingsError where it cannot be read, OSError where `target` cannot be written.
    """
    rest, given = _take_flag(arguments)
    settings = merge(_read(given, Path(cwd)) if given is not None else {}, addition)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(settings, file, ensure_ascii=False, indent=2)
    return [FLAG, str(target), *rest]


def merge(settings: Mapping[str, Any], addition: Mapping[str, Any]) -> dict[str, Any]:
    """`settings` with `addition` in it: objects are merged, lists get longer, and any other value stays."""
    merged = dict(settings)
    for key, value in addition.items():
        own = merged.get(key)
        if isinstance(own, Mapping) and isinstance(value, Mapping):
            merged[key] = merge(own, value)
        elif isinstance(own, list) and isinstance(value, list):
            merged[key] = [*own, *value]
        elif own is None:
            merged[key] = value
    return merged


def _take_flag(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """The arguments without `--settings`, and its last value."""
    rest: list[str] = []
    value: str | None = None
    left = list(arguments)
    while left:
        argument = left.pop(0)
        if argument == "--":
            return [*rest, argument, *left], value
        if argument == FLAG and left:
            value = left.pop(0)
        elif argument.startswith(f"{FLAG}="):
            value = argument.removeprefix(f"{FLAG}=")
        else:
            rest.append(argument)
    return rest, value


def _read(given: str, cwd: Path) -> dict[str, Any]:
    text = given
    if not given.lstrip().startswith("{"):
        try:
            with (cwd / Path(given).expanduser()).open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise HookSettingsError(f"{FLAG} {given}: {error.strerror}") from error
        if len(raw) > MOST_BYTES:
            raise HookSettingsError(f"{FLAG} {given}: larger than {MOST_BYTES} bytes")
        text = raw.decode("utf-8-sig", "replace")
    try:
        settings = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise HookSettingsError(f"{FLAG}: not JSON ({error})") from error
    if not isinstance(settings, dict):
        raise HookSettingsError(f"{FLAG}: not a JSON object")
    return settings
