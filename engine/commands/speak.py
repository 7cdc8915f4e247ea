"""`streamtts speak`: text, stream-json or a transcript in; Japanese out, on the screen and in the ear."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from engine.capture.detect import InputKind
from engine.capture.reader import read_input
from engine.commands.console import Console
from engine.commands.ndjson import to_line
from engine.commands.recording import start_recorder
from engine.events import Done, Event, Notice, Ready
from engine.pipeline import Engine
from engine.settings import Settings, SettingsError, load_with_origins
from engine.source import SourceEvent

OK, SOME_FAILED, BAD_USAGE, NOTHING_STARTED, INTERRUPTED = 0, 1, 2, 3, 130
BACKLOG = 500
"""Sentences in hand at which the reader waits."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only `speak` takes; the settings' own flags are added by the caller."""
    parser.add_argument("--json", action="store_true", help="one JSON event a line on stdout, and nothing else there")
    parser.add_argument(
        "--input", choices=("auto", "text", "stream-json", "transcript"), default="auto", help="what is read"
    )
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="what to read; - is standard input")


def run(arguments: argparse.Namespace) -> int:
    """Speak the input to its end; return the exit status of the contract."""
    try:
        settings = unhurried(vars(arguments))
    except SettingsError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return BAD_USAGE
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(open(arguments.file, "rb")) if arguments.file != "-" else sys.stdin.buffer
        except OSError as error:
            print(f"streamtts: {arguments.file}: {error.strerror}", file=sys.stderr)
            return BAD_USAGE
        return speak(
            settings,
            make_printer(arguments.json),
            lambda engine: _read(engine, stream, arguments.input),
            record_as="speak",
        )


def unhurried(flags: Mapping[str, Any]) -> Settings:
    """The settings; text that is not live is spoken whole, unless they say otherwise. Raises SettingsError."""
    settings, origins = load_with_origins(flags)
    return settings if "speech.catch_up" in origins else settings.replace("speech", catch_up="off")


def speak(
    settings: Settings, printer: Callable[[Event], None], feed: Callable[[Engine], None], *, record_as: str | None
) -> int:
    """Run an engine over what `feed` feeds it; used by `speak` and by the demo without a terminal."""
    engine, watch, reader = Engine(settings), _Watch(), _Reader(printer)
    recorder = start_recorder(engine, settings, record_as) if record_as else None
    engine.subscribe(watch.take)
    engine.subscribe(reader.take)
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
        return OK if reader.has_enough else INTERRUPTED
    finally:
        engine.close()
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


def _read(engine: Engine, stream: BinaryIO, kind: str) -> None:
    def take(event: SourceEvent) -> None:
        # This loop only reads, so it may be held up: a large file is read as fast as it is translated, no faster.
        while engine.waiting > BACKLOG:
            time.sleep(0.05)
        engine.feed(event)

    asyncio.run(read_input(stream, None if kind == "auto" else InputKind(kind), take))


def make_printer(as_json: bool) -> Callable[[Event], None]:
    """What prints an engine's events on stdout: JSON lines, or text for a person."""
    if not as_json:
        return Console(sys.stdout, sys.stderr).take

    def print_line(event: Event) -> None:
        if line := to_line(event):
            print(line, flush=True)

    return print_line
