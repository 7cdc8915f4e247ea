"""Opens the history file, whatever state it is in."""

from __future__ import annotations

import itertools
import os
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path

from engine.history import schema

BUSY_MS = 2000
_SIDE_FILES = ("", "-wal", "-shm")


class HistoryError(Exception):
    """The history cannot be used. The message says what happened and what to do."""


def history_path(env: Mapping[str, str] = os.environ) -> Path:
    """The history file: `STREAMTTS_HISTORY`, else `history.sqlite3` in the platform's data folder."""
    from platformdirs import user_data_path

    return Path(env.get("STREAMTTS_HISTORY") or user_data_path("streamtts") / "history.sqlite3").expanduser()


def open_for_writing(path: Path) -> tuple[sqlite3.Connection, Path | None]:
    """Open, or make, the file; a damaged one is moved aside, and where to is returned too.

    Raises HistoryError when it is of a newer version, sqlite3.OperationalError when it is locked or the disk is full,
    OSError when its folder cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _open(path), None
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
    aside = move_aside(path)
    return _open(path), aside


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open the file without changing it. Raises HistoryError: there is none, or it cannot be read."""
    if not path.is_file():
        raise HistoryError(f"There is no history yet ({path}).")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000)
        connection.row_factory = sqlite3.Row
        _refuse_newer(connection, path)
        if schema.version_of(connection) < schema.VERSION:
            connection.close()
            connection = _open(path)
    except sqlite3.Error as error:
        raise HistoryError(f"{path} cannot be read: {error}") from error
    return connection


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the error says that the file itself is broken."""
    return getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def move_aside(path: Path) -> Path:
    """Rename a damaged file, with what belongs to it; nothing is deleted. Return its new path."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    names = (f"{path.name}.damaged-{stamp}-{number}" for number in itertools.count(1))
    aside = next(free for name in names if not (free := path.with_name(name)).exists())
    for end in _SIDE_FILES:
        side = path.with_name(path.name + end)
        if side.exists():
            side.rename(aside.with_name(aside.name + end))
    return aside


def _open(path: Path) -> sqlite3.Connection:
    # Made by us first, so that what was said is nobody else's to read.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        if schema.version_of(connection) == 0:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        _refuse_newer(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        # In WAL mode a crash of the program loses nothing that was committed; a crash of the machine perhaps the last.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        schema.migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    if (version := schema.version_of(connection)) > schema.VERSION:
        raise HistoryError(
            f"{path} was written by a newer streamtts (version {version} of its tables, this one knows "
            f"{schema.VERSION}). Upgrade streamtts; nothing is recorded meanwhile."
        )
