"""`streamtts bench`: measure this machine. One file for each measurement; this one reads the flags."""

from __future__ import annotations

import argparse
import sys

from engine.commands.bench.errors import BenchError
from engine.settings import SettingsError, load

SENTENCES = 24
"""measured where nothing else is asked for"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only `bench` takes."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--all", action="store_true", help="one part after the other: the stages, and each of those below but --quality"
    )
    what.add_argument(
        "--first-sound",
        action="store_true",
        help="measure ways from a sentence to its first sound in one run, from the slowest to ours",
    )
    what.add_argument("--terminal", action="store_true", help="measure the terminal pane beside the bare terminal")
    what.add_argument(
        "--screen",
        action="store_true",
        help="measure the screen while text streams and the voice speaks, without models",
    )
    what.add_argument(
        "--translators", action="store_true", help="measure ways to translate in one run, as ratios (under 10 minutes)"
    )
    what.add_argument("--voices", action="store_true", help="measure the voices of this machine; --voice may name some")
    what.add_argument(
        "--sound", action="store_true", help="measure silence on a key, gaps, underflows, and many sentences in one run"
    )
    what.add_argument(
        "--quality",
        metavar="FILE.tsv",
        help="translate FILE (English, tab, Japanese reference) and print chrF, character BLEU and the guard's counts; "
        "--translator may name several, comma between",
    )
    parser.add_argument(
        "--part",
        metavar="NAME",
        help="with --quality: rows whose column `part` says so, or `all` (default: test, where there is that column)",
    )
    parser.add_argument(
        "--save",
        action="store_true",
        help="keep the figures of the translators that run here; `--translator auto` then goes by them",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a Markdown table")
    parser.add_argument("--plot", metavar="FILE.svg", help="with --first-sound or --all: draw the ways, too")
    parser.add_argument(
        "--sentences",
        type=int,
        metavar="N",
        help="how many to measure (default: 24; --sound 200; --voices 12, its most)",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=60.0,
        metavar="S",
        help="with --sound: how long to speak while translation is busy; 0 leaves it out (default: 60)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print, and return 0; 2 for bad usage, 3 when nothing could start."""
    try:
        return _run(arguments)
    except SettingsError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return 2
    except BenchError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return error.status


def _run(arguments: argparse.Namespace) -> int:
    if arguments.plot and not (arguments.first_sound or arguments.all):
        raise BenchError("--plot goes with --first-sound or --all", status=2)
    # Each measurement imports much: only the one asked for.
    if arguments.all:
        from engine.commands.bench import all_parts

        return all_parts.run(arguments)
    if arguments.terminal:
        from engine.commands.bench import terminal

        return terminal.run(arguments)
    if arguments.screen:
        from engine.commands.bench import screen

        return screen.run(arguments)
    # What an earlier run kept on the disk would make this one look better.
    settings = load(vars(arguments)).replace("audio", sink="null", cache_mb=0)
    if arguments.sound:
        from engine.commands.bench import sound

        return sound.run(arguments, settings.replace("audio", sink="device"))
    if arguments.voices:
        from engine.commands.bench import voices

        return voices.run(arguments, settings)
    if arguments.sentences is None:
        arguments.sentences = SENTENCES
    if arguments.first_sound:
        from engine.commands.bench import first_sound

        return first_sound.run(arguments, settings)
    if arguments.quality is not None:
        from engine.commands.bench import quality

        return quality.run(arguments, settings)
    if arguments.translators:
        from engine.commands.bench import ladder

        return ladder.run(arguments, settings)
    if arguments.save:
        from engine.commands.bench import saving

        return saving.run(arguments, settings)
    from engine.commands.bench import stages

    return stages.run(arguments, settings)
