"""Keeps the history from growing for ever: whole sessions go, the oldest first."""

from __future__ import annotations

import sqlite3

_DAY_S = 86_400.0


def prune(connection: sqlite3.Connection, *, now: float, most_days: int, most_mb: int) -> int:
    """Delete sessions older than `most_days`, then the oldest until the file is under `most_mb`; 0 is no limit.

    The newest session stays, and so do those of the last day, which another window may be writing. Returns how many
    sessions went.
    """
    gone = 0
    if most_days:
        gone += connection.execute(
            "DELETE FROM sessions WHERE started_at < ?", (now - max(1, most_days) * _DAY_S,)
        ).rowcount
    while most_mb and _bytes(connection) > most_mb * 1_000_000:
        oldest = "SELECT id FROM sessions WHERE started_at < ? ORDER BY started_at LIMIT 1"
        deleted = connection.execute(f"DELETE FROM sessions WHERE id IN ({oldest})", (now - _DAY_S,)).rowcount
        if not deleted:
            break
        gone += deleted
    if gone:
        connection.execute(
            "DELETE FROM sessions WHERE id NOT IN (SELECT session_id FROM sentences) AND started_at < ?",
            (now - _DAY_S,),
        )
        # The index keeps what is gone as marks until it is merged.
        connection.execute("INSERT INTO sentence_text (sentence_text) VALUES ('optimize')")
        connection.execute("PRAGMA incremental_vacuum").fetchall()
    return gone


def _bytes(connection: sqlite3.Connection) -> int:
    """Size of what is in use."""
    (pages,), (free,), (size,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
