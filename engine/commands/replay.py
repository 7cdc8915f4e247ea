"""`streamtts replay`: a session again, from the history, a transcript or a recording."""

from __future__ import annotations

import argparse
import asyncio
import sys

from engine.commands.on_screen import run_on_screen
from engine.commands.speak import BAD_USAGE, hold_back, make_printer, speak, unhurried
from engine.history import HistoryError
from engine.pipeline import Engine
from engine.recording import Recorded, RecordingError, open_recorded, play
from engine.settings import SettingsError

EXAMPLES = """examples:
  streamtts replay 12                       session 12 of the history (see `streamtts history`), as it went
  streamtts replay 12 --speed 0             as fast as it can be spoken
  streamtts replay ~/.claude/projects/x/session.jsonl
  streamtts replay talk.streamtts --screen  a recording, with its screen (see `streamtts record`)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only `replay` takes."""
    parser.add_argument("--json", action="store_true", help="one JSON event a line on stdout, and nothing else there")
    parser.add_argument(
        "--speed", type=float, default=1.0, metavar="N", help="N times as fast; 0: no waiting (default: 1)"
    )
    parser.add_argument("--screen", action="store_true", help="in the companion instead of here")
    parser.add_argument("what", metavar="SESSION|FILE", help="a session's number, a transcript, or a recording")


def run(arguments: argparse.Namespace) -> int:
    """Play it; the exit status is that of `speak`."""
    try:
        settings, recorded = unhurried(vars(arguments)), open_recorded(arguments.what)
        if arguments.speed < 0:
            raise RecordingError("--speed must be 0 or more")
    except (SettingsError, RecordingError, HistoryError) as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return BAD_USAGE
    if arguments.screen:
        words = ("--replay", arguments.what, "--replay-speed", str(arguments.speed))
        return run_on_screen(arguments, "tui.cli", *words)
    return speak(
        settings, make_printer(arguments.json), lambda engine: _play(engine, recorded, arguments.speed), record_as=None
    )


def _play(engine: Engine, recorded: Recorded, speed: float) -> None:
    try:
        asyncio.run(play(recorded.steps(), engine.feed, speed=speed, before_event=lambda: hold_back(engine)))
    except RecordingError as error:
        # What came before it is spoken to its end.
        print(f"streamtts: {error}", file=sys.stderr)
