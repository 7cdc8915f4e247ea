"""What the screen remembers from one start to the next and is no setting: where the divider is, who was welcomed.

A small JSON file. A person may delete it at any time, and nothing is lost that matters.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


def state_path(env: Mapping[str, str] = os.environ) -> Path:
    """Return the file: `STREAMTTS_STATE`, else `remembered.json` in the platform's folder for state."""
    if named := env.get("STREAMTTS_STATE"):
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("streamtts") / "remembered.json"


class Remembered:
    """Values by key, read at the first question and written at each change.

    A file that cannot be read is as none. One that cannot be written is no error: the values then hold for this run.
    Two programs at once keep one another's keys; of one key, the later value stays.
    """

    def __init__(self, path: Path | None = None) -> None:
        """`path` is the file; None takes `state_path()`, when it is first needed."""
        self._path = path
        self._values: dict[str, Any] | None = None

    def get(self, key: str, default: Any = None) -> Any:
        """Return what was put under `key`, a JSON value, in this run or an earlier one.

        The file may have been written by anybody: check the type of what comes back.
        """
        if self._values is None:
            self._values = _read(self._file())
        return self._values.get(key, default)

    def put(self, key: str, value: Any) -> None:
        """Keep `value` under `key`. Raises TypeError or ValueError when it cannot be told in JSON."""
        json.dumps(value, allow_nan=False)
        path = self._file()
        values = {**(self._values or {}), key: value}
        with suppress(OSError), _alone(path):
            values |= _read(path) | {key: value}
            _write(path, values)
        self._values = values

    def _file(self) -> Path:
        if self._path is None:
            self._path = state_path()
        return self._path


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _write(path: Path, values: Mapping[str, Any]) -> None:
    """Whole or not at all. `mkstemp` makes a file that only its owner may read."""
    import tempfile

    handle, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(values, file, ensure_ascii=False, indent=2)
        os.replace(partial, path)
    except OSError:
        with suppress(OSError):
            os.unlink(partial)
        raise


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let no other program change the file between our reading and our writing."""
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(path.with_name(f".{path.name}.lock"), "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
