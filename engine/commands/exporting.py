"""A recorded session into files: what `streamtts export` and the screen do alike."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import msgspec

from engine.commands.reading_aloud import ReadingAloud
from engine.history import History
from engine.history.export import FORMATS, Format
from engine.history.export.material import Material, Span
from engine.history.reader import iterate
from engine.history.records import SentenceRecord
from engine.protocols import Progress, ProgressFn
from engine.settings import Settings
from engine.whole_file import partial_of, whole_file

SENTENCES = "sentences"
"""The unit of its progress."""
REPORT_S = 0.1


class ExportError(Exception):
    """A file cannot be written. The message says which, and why."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted. Paths are absolute, or seen from the working folder."""

    session: int | None = None
    """None is the newest"""
    format: str | None = None
    """a name of `engine.history.export.FORMATS`; None when only sound is wanted"""
    output: str | None = None
    """the document's file; None writes it to the stream given with it"""
    audio: str | None = None
    """the sound's file, .wav, .flac or .ogg; None when none is wanted"""

    @property
    def files(self) -> list[Path]:
        """The files that come into being."""
        return [Path(name) for name in (self.output, self.audio) if name]


def export(order: Order, settings: Settings, progress: ProgressFn, out: TextIO | None = None) -> None:
    """Write what is wanted; `out` is for a document without a file. No file is there before it is whole.

    Raises ExportError, HistoryError, SpeechError, GlossaryError, ImportError where a package is missing, and what
    writing to `out` raises.
    """
    history = History()
    session = history.session(order.session)
    turns = {turn.number: turn for turn in history.turns(session.id)}

    def sentences(what: str) -> Iterator[SentenceRecord]:
        return _counted(iterate(history, session.id), max(session.sentences, 1), what, progress)

    spans: dict[int, Span] = {}
    if order.audio:
        spans = _speak(Material(session, turns, lambda: sentences(_speaking(order))), Path(order.audio), settings)
    if order.format is None:
        return
    beside = os.path.relpath(order.audio, Path(order.output or ".").parent) if order.audio else ""
    material = Material(session, turns, lambda: sentences(f"Exporting to {_name(order)}"), beside, spans)
    write = _format(order.format).write
    if order.output is None:
        assert out is not None
        out.writelines(write(material))
        return
    place = Path(order.output)
    with _told(place), whole_file(place) as path, path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(write(material))


def discard(order: Order) -> None:
    """Remove what an export that was killed has left. Never raises."""
    for path in order.files:
        try:
            partial_of(path).unlink(missing_ok=True)
        except OSError:
            continue


class Exporting:
    """An export in a process of its own, which a worker hosts: its voice is never in the screen's way."""

    def __init__(self, order: Mapping[str, str | int | None], settings: Mapping[str, object]) -> None:
        self.info = None
        self._order = msgspec.convert(order, Order)
        self._settings = msgspec.convert(settings, Settings)

    def load(self, progress: ProgressFn) -> None:
        """Do all of it."""
        export(self._order, self._settings, progress)


def _speak(material: Material, audio: Path, settings: Settings) -> dict[int, Span]:
    from engine.history.export.sound import write

    with ReadingAloud(settings) as reading, _told(audio):
        gap_s = settings.speech.gap_ms / 1000
        return write(audio, material.sentences(), material.turns, reading.speak, gap_s=gap_s)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror or error}") from error


def _counted(
    sentences: Iterator[SentenceRecord], total: int, what: str, progress: ProgressFn
) -> Iterator[SentenceRecord]:
    """The sentences; tells which one is in hand, a few times a second."""
    told_at = 0.0
    for done, sentence in enumerate(sentences):
        if time.monotonic() - told_at >= REPORT_S:
            told_at = time.monotonic()
            progress(Progress(what, min(done, total), total, SENTENCES))
        yield sentence
    progress(Progress(what, total, total, SENTENCES))


def _format(name: str) -> Format:
    return next(known for known in FORMATS if known.name == name)


def _name(order: Order) -> str:
    return Path(order.output).name if order.output else "the screen"


def _speaking(order: Order) -> str:
    return f"Speaking into {Path(order.audio).name}" if order.audio else ""
