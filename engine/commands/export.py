"""`streamtts export`: a recorded session as a document, a table, subtitles, a page, a word list, or one sound file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.commands.console import ProgressLine
from engine.commands.exporting import ExportError, Order, export
from engine.events import Loading
from engine.glossary import GlossaryError
from engine.history import HistoryError
from engine.history.export import FORMATS, Format, find_format
from engine.history.export.sound import SUFFIXES
from engine.protocols import Progress, SpeechError
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
    except (ExportError, HistoryError, SpeechError, GlossaryError, OSError, ImportError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        print(f"streamtts: {error}", file=sys.stderr)
        return 1
    return 0


def _export(arguments: argparse.Namespace, settings: Settings, wanted: Format | None, audio: Path | None) -> None:
    order = Order(arguments.session, wanted.name if wanted else None, arguments.output, str(audio) if audio else None)
    line = ProgressLine(sys.stderr)

    def show(step: Progress) -> None:
        # A document is there in no time; on the screen, a line of progress would stand in it.
        if audio and step.total:
            line.show(Loading(step.what, step.done / (step.total + 1), f"{step.done:.0f} of {step.total:.0f}"))

    try:
        export(order, settings, show, sys.stdout)
    finally:
        line.clear()


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
