"""`streamtts export`: a recorded session as a document, a table, subtitles, a page, a word list, or one sound file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from engine.commands.console import ProgressLine
from engine.commands.reading_aloud import ReadingAloud
from engine.events import Loading
from engine.glossary import GlossaryError
from engine.history import History, HistoryError
from engine.history.export import FORMATS, Format, find_format
from engine.history.export.material import Material, Span
from engine.history.export.sound import SUFFIXES
from engine.history.reader import iterate
from engine.history.records import SessionRecord
from engine.protocols import SpeechError
from engine.settings import Settings, SettingsError, load

EXAMPLES = """examples:
  streamtts export                              the last session as Markdown, on the screen
  streamtts export 12 -o talk.srt               subtitles, by the file's name
  streamtts export --format columns -o talk.md  English and Japanese side by side
  streamtts export -o talk.html --audio talk.flac
                                                a page that plays, with its sound and a chapter for each prompt
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `export` takes."""
    parser.add_argument("session", nargs="?", type=int, metavar="SESSION", help="which session (default: the last)")
    shapes = "; ".join(f"{known.name}: {known.help}" for known in FORMATS)
    parser.add_argument("--format", choices=[known.name for known in FORMATS], help=f"{shapes} (default: by FILE)")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to (default: the screen)")
    parser.add_argument("--audio", metavar="FILE", help="speak the session into this .wav, .flac or .ogg as well")


def run(arguments: argparse.Namespace) -> int:
    """Write the export; 1 when something cannot be read or written, 2 when it was asked for wrongly."""
    try:
        settings, wanted, audio = load(vars(arguments)), _format(arguments), _audio(arguments)
    except (SettingsError, ValueError) as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return 2
    try:
        _export(arguments, settings, wanted, audio)
    except (HistoryError, SpeechError, GlossaryError, OSError, ImportError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        print(f"streamtts: {error}", file=sys.stderr)
        return 1
    return 0


def _export(arguments: argparse.Namespace, settings: Settings, wanted: Format | None, audio: Path | None) -> None:
    history = History()
    session = history.session(arguments.session)
    material = _material(history, session)
    if audio:
        spans = _speak(material, audio, settings)
        beside = Path(arguments.output or ".").parent
        material = _material(history, session, os.path.relpath(audio, beside), spans)
    if wanted is None:
        return
    with _opened(arguments.output) as out:
        for piece in wanted.write(material):
            out.write(piece)


def _material(
    history: History, session: SessionRecord, audio: str = "", spans: dict[int, Span] | None = None
) -> Material:
    turns = {turn.number: turn for turn in history.turns(session.id)}
    return Material(session, turns, lambda: iterate(history, session.id), audio, spans or {})


def _speak(material: Material, audio: Path, settings: Settings) -> dict[int, Span]:
    from engine.history.export.sound import write

    progress, done, total = ProgressLine(sys.stderr), 0, max(1, material.session.sentences)

    def show(_: int) -> None:
        nonlocal done
        progress.show(Loading(f"Speaking into {audio.name}", done / (total + 1), f"{done} of {total}"))
        done += 1

    with ReadingAloud(settings) as reading:
        try:
            gap_s = settings.speech.gap_ms / 1000
            return write(audio, material.sentences(), material.turns, reading.speak, gap_s=gap_s, on_sentence=show)
        finally:
            progress.clear()


def _format(arguments: argparse.Namespace) -> Format | None:
    """What to write; None when only sound is wanted. Raises ValueError."""
    if arguments.format is None and arguments.output is None and arguments.audio:
        return None
    found = find_format(arguments.format or arguments.output or "markdown")
    if found is None:
        known = ", ".join(dict.fromkeys(known.suffix for known in FORMATS))
        raise ValueError(f"{arguments.output}: no format is known for such a name; there are {known}, or say --format")
    return found


def _audio(arguments: argparse.Namespace) -> Path | None:
    if arguments.audio is None:
        return None
    path = Path(arguments.audio)
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"{path}: sound is written as {', '.join(SUFFIXES)}")
    return path


@contextmanager
def _opened(output: str | None) -> Iterator[TextIO]:
    """The file, which appears when it is whole; the screen without one."""
    if output is None:
        yield sys.stdout
        return
    path = Path(output)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as out:
            yield out
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
