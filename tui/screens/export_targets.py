"""What a session can be exported to, and under which name."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from engine.commands.exporting import Order
from engine.history.export import FORMATS
from engine.history.export.sound import SUFFIXES
from engine.history.records import SessionRecord

LONGEST_NAME = 40
_NO_NAME = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Target:
    """A line of the export's dialog."""

    name: str
    suffix: str
    """what the file's name ends in"""
    help: str
    format: str | None = None
    """a name of `FORMATS`; None: sound alone"""
    audio_suffix: str = ""
    """a sound file of the same name comes with it"""

    @property
    def has_sound(self) -> bool:
        """Whether the session is spoken into a file, which takes its time."""
        return self.format is None or bool(self.audio_suffix)

    def order(self, session_id: int, path: Path) -> Order:
        """What the exporter is told."""
        if self.format is None:
            return Order(session_id, None, None, str(path))
        audio = str(path.with_suffix(self.audio_suffix)) if self.audio_suffix else None
        return Order(session_id, self.format, str(path), audio)


_HELP = {"html": "a page to read in a browser"}

TARGETS: tuple[Target, ...] = (
    *(Target(known.name, known.suffix, _HELP.get(known.name, known.help), known.name) for known in FORMATS),
    Target("html + flac", ".html", "a page that plays: a click on a sentence goes there", "html", ".flac"),
    *(Target(suffix[1:], suffix, "spoken into one file, with a chapter for each prompt") for suffix in SUFFIXES),
)


def proposed_name(session: SessionRecord, target: Target) -> str:
    """A file name that says which session it is: `2026-11-20-why-does-the-build-fail.md`."""
    day = time.strftime("%Y-%m-%d", time.localtime(session.started_at))
    words = _NO_NAME.sub("-", session.title.casefold()).strip("-")[:LONGEST_NAME].strip("-")
    return f"{day}-{words or f'session-{session.id}'}{target.suffix}"


def renamed(path: str, before: Target, after: Target) -> str:
    """The path as it was typed, with the suffix of another target."""
    return path.removesuffix(before.suffix) + after.suffix if path.endswith(before.suffix) else path


def problem_with(order: Order) -> str:
    """Why these files cannot be written, in one line; empty where they can."""
    for path in order.files:
        folder = path.parent
        if path.is_dir():
            return f"{path} is a folder: add the name of a file."
        if not folder.is_dir():
            return f"There is no folder {folder}."
        if not os.access(path if path.exists() else folder, os.W_OK):
            return f"{path} cannot be written: permission denied."
        if path.name == "" or "\0" in str(path):
            return "This is no name for a file."
    if order.format is None and order.audio and Path(order.audio).suffix.lower() not in SUFFIXES:
        return f"The name of a sound file ends in {', '.join(SUFFIXES)}."
    return ""


def in_the_way(order: Order) -> list[Path]:
    """Files that would be replaced."""
    return [path for path in order.files if path.exists()]
