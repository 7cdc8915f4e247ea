"""The device while both cores are busy translating: does it ever run dry?"""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass

from engine.audio.device import DeviceSink
from engine.commands.bench import live
from engine.commands.bench.errors import BenchError
from engine.commands.bench.hearing import PacedDevice
from engine.commands.bench.marked_run import LOAD_S
from engine.commands.console import ProgressLine
from engine.events import Event, GaugesChanged, Loading, Ready, SpeechChanged, SpeechPhase, TranslationChanged
from engine.pipeline import Engine
from engine.pipeline.parts import Parts
from engine.settings import Settings
from engine.source import BlockEnd, TextDelta

UNTRANSLATED = 6
"""So many sentences always wait to be translated."""


@dataclass(frozen=True, slots=True)
class Busy:
    """One run."""

    seconds: float
    device: str
    """paced: one of our own in this process; else the sound device that the settings name"""
    translator: str
    voice: str
    translated: int
    spoken: int
    failed: int
    underflows: int
    worst_delay_ms: float | None
    """the longest that a paced device's call came late; it has 40 ms in hand, 120 on two cores, twice as much
    after it has run dry, up to 160"""


class _Books:
    """Counts what the engine says."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.started: Ready | None = None
        self.translated = self.spoken = self.failed = self.underflows = 0

    def take(self, event: Event) -> None:
        match event:
            case Ready():
                self.started = event
                self.ready.set()
            case TranslationChanged(final=True):
                self.translated += 1
            case SpeechChanged(phase=SpeechPhase.FINISHED):
                self.spoken += 1
            case SpeechChanged(phase=SpeechPhase.FAILED):
                self.failed += 1
            case GaugesChanged(underflows=underflows):
                self.underflows = underflows


def measure(settings: Settings, seconds: float, *, is_real: bool) -> Busy:
    """Speak for `seconds` while sentences wait to be translated. Raises BenchError when nothing could start.

    `is_real` plays on the sound device of the settings, else on one of our own that asks at the clock's pace.
    """
    paced = None if is_real else PacedDevice(None)
    parts = Parts(open_sink=lambda spec, name: DeviceSink(backend=paced)) if paced else Parts()
    engine, books = Engine(settings.replace("speech", catch_up="off"), parts), _Books()
    engine.subscribe(books.take)
    engine.start()
    try:
        ready = _await_ready(books)
        begin = time.monotonic()
        _keep_busy(engine, books, begin, seconds)
        lasted = time.monotonic() - begin
    finally:
        engine.close()
    delay_ms = paced.worst_delay_s * 1000 if paced else None
    name = "paced" if paced else settings.audio.device or "the system's choice"
    return Busy(
        lasted,
        name,
        ready.translator,
        ready.voice,
        books.translated,
        books.spoken,
        books.failed,
        books.underflows,
        delay_ms,
    )


def _await_ready(books: _Books) -> Ready:
    if not books.ready.wait(LOAD_S) or books.started is None:
        raise BenchError("the engine did not become ready")
    if "none" in (books.started.translator, books.started.voice):
        raise BenchError("no translator or no voice could start")
    return books.started


def _keep_busy(engine: Engine, books: _Books, begin: float, seconds: float) -> None:
    sentences, fed, line = live.read_sentences("sentences.txt", 1_000), 0, ProgressLine(sys.stderr)
    while (passed := time.monotonic() - begin) < seconds:
        line.show(Loading("Speaking", passed / seconds, f"{passed:.0f} of {seconds:.0f} s"))
        while fed - books.translated < UNTRANSLATED:
            now = time.monotonic()
            # The number makes it a new sentence for every cache.
            text = f"In step {fed + 1}, {sentences[fed % len(sentences)]}"
            engine.feed(TextDelta(f"busy {fed}", text, now, now))
            engine.feed(BlockEnd(f"busy {fed}", now))
            fed += 1
        time.sleep(0.1)
    line.clear()
