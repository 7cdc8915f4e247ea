"""`streamtts speak`: text, stream-json or a transcript in; Japanese out, on the screen and in the ear."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from engine.capture.detect import InputKind
from engine.capture.followed_file import POLL_S, FollowedFile
from engine.capture.reader import read_input
from engine.commands.console import Console
from engine.commands.leaving import INTERRUPTED
from engine.commands.ndjson import to_line
from engine.commands.recording import start_recorder
from engine.commands.subtitle_file import SubtitleFile
from engine.events import Done, Event, Notice, Ready
from engine.pipeline import Engine
from engine.settings import Settings, SettingsError, load, load_with_origins
from engine.source import SourceEvent
from engine.speech.voices import NO_VOICE

Feed = Callable[[Engine], None]
OK, SOME_FAILED, BAD_USAGE, NOTHING_STARTED = 0, 1, 2, 3
BACKLOG = 500
"""Sentences in hand at which the reader waits."""
UNTAKEN = 100_000
"""Characters that the engine has not looked at yet, at which the reader waits."""


EXAMPLES = """examples:
  streamtts speak README.md --sink wav:readme.wav --subtitles readme.srt
  streamtts speak --follow ~/.claude/projects/x/session.jsonl    what Claude writes there from now on
  streamtts speak --follow --from-start notes.md                 what is there, too
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only `speak` takes; the settings' own flags are added by the caller."""
    parser.add_argument("--json", action="store_true", help="one JSON event a line on stdout, and nothing else there")
    parser.add_argument(
        "--input", choices=("auto", "text", "stream-json", "transcript"), default="auto", help="what is read"
    )
    parser.add_argument(
        "--follow",
        action="store_true",
        help="speak what is appended to FILE from now on, until Ctrl+C, as `tail -F` does: a file that is cut short or "
        "replaced is read on from its start",
    )
    parser.add_argument("--from-start", action="store_true", help="with --follow: speak what FILE holds already, too")
    parser.add_argument(
        "--subtitles",
        metavar="FILE",
        help="write subtitles in both languages, .srt or .vtt, sentence by sentence as they have sounded; timed to the "
        "sound file with --sink wav:, else from the first sound on",
    )
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="what to read; - is standard input")


def run(arguments: argparse.Namespace) -> int:
    """Speak the input to its end; return the exit status of the contract."""
    with ExitStack() as stack:
        try:
            # What is followed is live: when the voice falls behind, it may catch up.
            settings = load(vars(arguments)) if arguments.follow else unhurried(vars(arguments))
            feed = _feeding(arguments, stack)
            also = [stack.enter_context(_subtitles(arguments.subtitles, settings)).take] if arguments.subtitles else []
        except OSError as error:
            print(f"streamtts: {error.filename}: {error.strerror}", file=sys.stderr)
            return BAD_USAGE
        except (SettingsError, ValueError) as error:
            print(f"streamtts: {error}", file=sys.stderr)
            return BAD_USAGE
        return speak(settings, make_printer(arguments.json), feed, record_as="speak", also=also)


def unhurried(flags: Mapping[str, Any]) -> Settings:
    """The settings; text that is not live is spoken whole, unless they say otherwise. Raises SettingsError."""
    settings, origins = load_with_origins(flags)
    return settings if "speech.catch_up" in origins else settings.replace("speech", catch_up="off")


def speak(
    settings: Settings,
    printer: Callable[[Event], None],
    feed: Feed,
    *,
    record_as: str | None,
    also: Sequence[Callable[[Event], None]] = (),
) -> int:
    """Run an engine over what `feed` feeds it; used by `speak` and by the demo without a terminal.

    `also` get every event, too. When INTERRUPTED is returned, every sentence has ended and is in the history, but the
    engine's thread may still be closing: the process has to end.
    """
    engine, watch, reader = Engine(settings), _Watch(), _Reader(printer)
    recorder = start_recorder(engine, settings, record_as) if record_as else None
    engine.subscribe(watch.take)
    engine.subscribe(reader.take)
    for subscriber in also:
        engine.subscribe(subscriber)
    end = engine.close
    engine.start()
    try:
        watch.ready.wait()
        feed(engine)
        return watch.exit_status(engine.drain(), settings)
    except OSError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return BAD_USAGE
    except RuntimeError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return NOTHING_STARTED
    except KeyboardInterrupt:
        engine.stop()
        if reader.has_enough:
            return OK
        end = engine.leave
        return INTERRUPTED
    finally:
        end()
        if recorder:
            recorder.close()


@dataclass
class _Reader:
    """Who reads what is printed. Once they have enough (`| head`), this thread's main one is told to stop."""

    printer: Callable[[Event], None]
    has_enough: bool = False

    def take(self, event: Event) -> None:
        if self.has_enough:
            return
        try:
            self.printer(event)
        except BrokenPipeError:
            self.has_enough = True
            # A real signal: the main thread may be waiting for input, which nothing else ends.
            os.kill(os.getpid(), signal.SIGINT)


@dataclass
class _Watch:
    """Remembers what decides the exit status."""

    ready: threading.Event = field(default_factory=threading.Event)
    started: Ready | None = None

    def take(self, event: Event) -> None:
        if isinstance(event, Ready):
            self.started = event
            self.ready.set()
        elif isinstance(event, Notice) and event.code == "engine_ended":
            self.ready.set()

    def exit_status(self, done: Done, settings: Settings) -> int:
        if self.started is None or self.started.translator == "none":
            return NOTHING_STARTED
        if self.started.voice == "none" and settings.speech.voice != "none":
            return NOTHING_STARTED
        return SOME_FAILED if done.failed else OK


def _feeding(arguments: argparse.Namespace, stack: ExitStack) -> Feed:
    """Open what is to be read; return what feeds an engine with it. Raises OSError, and ValueError for bad usage."""
    kind = None if arguments.input == "auto" else InputKind(arguments.input)
    if arguments.from_start and not arguments.follow:
        raise ValueError("--from-start goes with --follow")
    if not arguments.follow:
        stream = _open(arguments.file, stack)
        return lambda engine: _read(engine, stream, kind)
    if arguments.file == "-":
        raise ValueError("--follow needs a file; standard input is read as it arrives without it")
    # Now, not when the engine is ready: what is appended meanwhile is spoken.
    followed = stack.enter_context(FollowedFile(Path(arguments.file), kind, from_start=arguments.from_start))
    return lambda engine: _follow(engine, followed)


def _open(file: str, stack: ExitStack) -> BinaryIO:
    if file == "-":
        return sys.stdin.buffer
    return stack.enter_context(open(file, "rb"))


def _read(engine: Engine, stream: BinaryIO, kind: InputKind | None) -> None:
    asyncio.run(read_input(stream, kind, lambda event: _feed(engine, event)))


def _follow(engine: Engine, followed: FollowedFile) -> None:
    while True:
        followed.read(lambda event: _feed(engine, event))
        hold_back(engine)
        time.sleep(POLL_S)


def _feed(engine: Engine, event: SourceEvent) -> None:
    hold_back(engine)
    engine.feed(event)


def hold_back(engine: Engine) -> None:
    """Wait while the engine has enough to do: a large file is read as fast as it is translated, no faster.

    Raises RuntimeError when the engine has broken down: nobody would ever take what is read.
    """
    while not engine.has_ended and (engine.in_hand > BACKLOG or engine.untaken > UNTAKEN):
        time.sleep(0.005)
    if engine.has_ended:
        raise RuntimeError("the engine has ended")


def _subtitles(path: str, settings: Settings) -> SubtitleFile:
    if settings.speech.voice == NO_VOICE:
        raise ValueError("--subtitles are timed to the sound, and with --voice none there is none")
    return SubtitleFile(Path(path))


def make_printer(as_json: bool) -> Callable[[Event], None]:
    """What prints an engine's events on stdout: JSON lines, or text for a person."""
    if not as_json:
        return Console(sys.stdout, sys.stderr).take

    def print_line(event: Event) -> None:
        if line := to_line(event):
            print(line, flush=True)

    return print_line
