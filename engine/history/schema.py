"""The tables, and how older ones become today's."""

from __future__ import annotations

import sqlite3

TIMINGS = (
    "capture_ms",
    "segment_ms",
    "translate_first_ms",
    "translate_ms",
    "synth_first_ms",
    "queue_ms",
    "first_sound_ms",
)
"""Columns of `sentences`, as `engine.sentence.Timings` names them."""

_FIRST = f"""
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    started_at REAL NOT NULL,  -- seconds since 1970, as all times here
    ended_at REAL,
    folder TEXT NOT NULL DEFAULT '',
    program TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT 'ja'
);
CREATE TABLE turns (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    prompt TEXT NOT NULL,
    started_at REAL NOT NULL,
    ended_at REAL,
    is_aborted INTEGER NOT NULL DEFAULT 0,
    UNIQUE (session_id, number)
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    kind TEXT NOT NULL,
    level INTEGER NOT NULL,
    ordinal TEXT NOT NULL,
    code_language TEXT NOT NULL,
    speaker TEXT NOT NULL,
    is_old INTEGER NOT NULL,
    en TEXT NOT NULL,
    markdown TEXT NOT NULL,
    ja TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    reason TEXT,
    translator TEXT,
    guard TEXT,
    voice TEXT,
    written_at REAL NOT NULL,
    sounded_at REAL,
    audio_s REAL NOT NULL DEFAULT 0,
    {", ".join(f"{name} REAL" for name in TIMINGS)},
    UNIQUE (session_id, number)
);
CREATE VIRTUAL TABLE sentence_text
    USING fts5 (en, ja, content = 'sentences', content_rowid = 'id', tokenize = 'trigram');
CREATE TRIGGER sentence_added AFTER INSERT ON sentences BEGIN
    INSERT INTO sentence_text (rowid, en, ja) VALUES (new.id, new.en, new.ja);
END;
CREATE TRIGGER sentence_gone AFTER DELETE ON sentences BEGIN
    INSERT INTO sentence_text (sentence_text, rowid, en, ja) VALUES ('delete', old.id, old.en, old.ja);
END;
CREATE TRIGGER sentence_changed AFTER UPDATE OF en, ja ON sentences BEGIN
    INSERT INTO sentence_text (sentence_text, rowid, en, ja) VALUES ('delete', old.id, old.en, old.ja);
    INSERT INTO sentence_text (rowid, en, ja) VALUES (new.id, new.en, new.ja);
END;
"""

MIGRATIONS = (_FIRST,)
"""Number n brings version n to n + 1. What was released is never changed: add one."""
VERSION = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the file's tables; 0 when it has none."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to today's version; each step whole or not at all."""
    for number in range(version_of(connection), VERSION):
        try:
            connection.executescript(
                f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
            )
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            # Another process may have been quicker.
            if version_of(connection) <= number:
                raise
