"""The versions of installed programs, asked once and remembered: starting Claude must not wait for the answer."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from engine.capture.version import LAUNCHERS, Version, ask, pinned

MOST_REMEMBERED = 16


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of one installed program."""

    version: Version
    is_mod_blocked: bool = False
    """Whether the mod was not heard last time, though the version has mods."""


class Versions:
    """The versions of installed programs, kept in a file by path, time of change and size. Never raises."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or _cache_path()
        self._asking: set[asyncio.Task[Known | None]] = set()

    async def of(
        self, program: Sequence[str], environment: Mapping[str, str], cwd: str, *, patience_s: float
    ) -> Known | None:
        """What is known of `program`; asked if need be. None when it did not answer within `patience_s`.

        An answer that comes later is remembered for the next time.
        """
        told = pinned(program)
        if told is not None:
            return Known(told)
        key = self.key(program, environment, cwd)
        if key is None:
            return None
        known = self._load().get(key)
        if known is not None:
            return known
        asking = asyncio.create_task(self._ask_and_remember(key, program, environment, cwd))
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        done, _ = await asyncio.wait({asking}, timeout=patience_s)
        return asking.result() if done else None

    def key(self, program: Sequence[str], environment: Mapping[str, str], cwd: str) -> str | None:
        """Names one installed program, until it is changed; None where there is no single file to look at."""
        if not program or PurePath(program[0]).stem in LAUNCHERS:
            return None
        with suppress(OSError, ValueError):
            found = shutil.which(
                os.path.join(cwd, program[0]) if os.sep in program[0] else program[0], path=environment.get("PATH")
            )
            if found:
                real = os.path.realpath(found)
                status = os.stat(real)
                return "\0".join([real, str(status.st_mtime_ns), str(status.st_size), *program[1:]])
        return None

    def note_mod(self, key: str | None, *, is_blocked: bool) -> None:
        """Remember whether the mod was heard."""
        known = self._load()
        if key in known and known[key].is_mod_blocked != is_blocked:
            self._save(known | {key: Known(known[key].version, is_blocked)})

    async def _ask_and_remember(
        self, key: str, program: Sequence[str], environment: Mapping[str, str], cwd: str
    ) -> Known | None:
        version = await ask(program, environment, cwd)
        if version is None:
            return None
        self._save(self._load() | {key: Known(version)})
        return Known(version)

    def _load(self) -> dict[str, Known]:
        try:
            raw = json.loads(self._path.read_bytes()[: 64 * 1024])
            return {key: _known(value) for key, value in raw.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            # Missing, cut off, or of another version of ours: it is only a cache.
            return {}

    def _save(self, known: Mapping[str, Known]) -> None:
        latest = list(known.items())[-MOST_REMEMBERED:]
        raw = {key: {"version": value.version, "mod_blocked": value.is_mod_blocked} for key, value in latest}
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._path.parent)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(raw, file)
            os.replace(name, self._path)


def _known(raw: Any) -> Known:
    major, minor, patch = map(int, raw["version"])
    return Known((major, minor, patch), bool(raw["mod_blocked"]))


def _cache_path() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("streamtts") / "claude-versions.json"
