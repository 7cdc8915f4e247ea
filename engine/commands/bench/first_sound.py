"""`streamtts bench --first-sound`: from a whole English sentence to its first sound, the way others did it and ours.

Each way translates in a worker and speaks in another, as the product does, and is timed from outside: from the
sentence to the first sound that could be heard. All ways run on this machine in one run, with the same network and the
same voice; so their ratios count, whatever else the machine does.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import numpy as np

from engine import models
from engine.commands.bench import first_sound_report, whole_engine
from engine.commands.bench.climb import NLLB, RANDOM, REAL, running
from engine.commands.bench.errors import BenchError
from engine.commands.bench.timed import Measured, Timed
from engine.commands.bench.torch_rungs import BEAMS, GREEDY, OWN, PHRASE, WHOLE, Size
from engine.commands.bench.voices import AUDIBLE, SENTENCES
from engine.commands.console import ProgressLine
from engine.events import Loading
from engine.protocols import Progress
from engine.settings import Settings
from engine.speech.phrases import split_phrases
from engine.speech.voices import is_local
from engine.worker import Patience, Worker, WorkerError, WorkerSpec

STAND_IN_VOICE = "openjtalk:mei"
"""Speaks where the chosen voice is not on this machine: a network would be measured."""
MOST_RUNS, LEAST_RUNS = 9, 3
ENOUGH_S = 20.0
"""After so long for one way no further run is begun."""
_PATIENCE = Patience(first_s=900.0, next_s=900.0, total_s=3600.0)


@dataclass(frozen=True, slots=True)
class Way:
    """One way from the sentence to the first sound; with what a program that did it so measured elsewhere, on a Mac."""

    label: str
    translation: str
    """as the worker knows it"""
    by_phrases: bool
    """the first phrase is spoken while the rest is translated; else the whole sentence, when all of it is there"""
    elsewhere_ms: float | None = None
    elsewhere_best_ms: float | None = None


WAYS = (
    Way("NLLB, generate(), 3 beams; then the whole sentence is spoken", BEAMS, False, 877.0),
    Way("NLLB, generate(), greedy; then the whole sentence is spoken", GREEDY, False, 346.0, 258.0),
    Way("NLLB, own loop; its first phrase is spoken at once", OWN, True),
)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure, print, draw, and return 0. Raises BenchError when nothing could be measured or drawn."""
    found, failures = measure(settings, arguments.sentences)
    for failure in failures:
        print(f"streamtts: {failure}", file=sys.stderr)
    if not found:
        raise BenchError("nothing could be measured")
    report = first_sound_report.report(found, failures)
    if arguments.plot:
        first_sound_report.draw(report, arguments.plot)
    print(first_sound_report.shown(report, as_json=arguments.json))
    return 0


def measure(
    settings: Settings, count: int, size: Size = "600m", ways: Sequence[Way] = WAYS
) -> tuple[list[Measured], list[str]]:
    """Every way's runs, and a line for each that could not be measured. `size` is that of random weights."""
    line, failures = ProgressLine(sys.stderr), list[str]()
    found: list[Measured] = []
    try:
        asyncio.run(_Ways(settings, line, size, found).measure(ways))
    except (WorkerError, OSError) as error:
        failures.append(f"NLLB: {error}")
    finally:
        line.clear()
    try:
        found.append(whole_engine.measure(settings, count))
    except BenchError as error:
        failures.append(f"the whole engine: {error}")
    return found, failures


class _Ways:
    """Runs the ways of one network, one after the other, into `found`."""

    def __init__(self, settings: Settings, line: ProgressLine, size: Size, found: list[Measured]) -> None:
        self._settings = settings
        self._line = line
        self._size = size
        self._found = found
        self._folder = str(models.ensure(NLLB, self._show)) if models.is_present(NLLB) else ""
        chosen = settings.speech.voice
        self._voice = chosen if is_local(chosen) else STAND_IN_VOICE

    async def measure(self, ways: Sequence[Way]) -> None:
        """Measure each. Raises WorkerError."""
        own = self._settings.translate
        options = {"folder": self._folder, "size": self._size, "device": own.device, "threads": own.threads}
        translator = WorkerSpec("bench NLLB", "engine.commands.bench.torch_rungs:create", options)
        speech = WorkerSpec("speech", "engine.speech.host:create", {"voice": self._voice})
        async with running(translator, self._show) as translating, running(speech, self._show) as speaking:
            for way in ways:
                self._line.show(Loading(f"Measuring {way.label}", None))
                async for number_format in translating.stream("prepare", way.translation, patience=_PATIENCE):
                    weights = f"{REAL if self._folder else RANDOM}, {number_format}"
                measured = Measured(way.label, weights, self._voice, [], way.elsewhere_ms, way.elsewhere_best_ms)
                self._found.append(measured)
                async for timed in self._runs(way, translating, speaking):
                    measured.runs.append(timed)

    async def _runs(self, way: Way, translating: Worker, speaking: Worker) -> AsyncIterator[Timed]:
        # The first one warms up and is left out.
        await self._once(way, SENTENCES[-1], translating, speaking)
        began = time.monotonic()
        for number in range(MOST_RUNS):
            if number >= LEAST_RUNS and time.monotonic() - began > ENOUGH_S:
                return
            yield await self._once(way, SENTENCES[number % len(SENTENCES)], translating, speaking)

    async def _once(self, way: Way, japanese: str, translating: Worker, speaking: Worker) -> Timed:
        """Translate, and speak as soon as the way allows; the translation of the rest goes on meanwhile."""
        begin = time.monotonic()
        timed: Timed | None = None
        async with aclosing(translating.stream("once", patience=_PATIENCE)) as news:
            async for reached in news:
                if timed is None and reached == (PHRASE if way.by_phrases else WHOLE):
                    translated = time.monotonic()
                    text = split_phrases(japanese)[0] if way.by_phrases else japanese
                    heard = await self._say(speaking, text, way.by_phrases)
                    timed = Timed((translated - begin) * 1000, (heard - translated) * 1000)
        assert timed is not None, "a translation has an end"
        return timed

    async def _say(self, speaking: Worker, text: str, by_phrases: bool) -> float:
        """When it can first be heard: with its first audible sample, or, played as a whole, when all is there."""
        first: float | None = None
        async with aclosing(speaking.stream("synthesize", text, self._voice, 1.0)) as chunks:
            async for chunk in chunks:
                if first is None and np.max(np.abs(chunk.samples), initial=0.0) > AUDIBLE:
                    first = time.monotonic()
        return first if by_phrases and first is not None else time.monotonic()

    def _show(self, step: Progress) -> None:
        self._line.show(Loading(step.what, None))
