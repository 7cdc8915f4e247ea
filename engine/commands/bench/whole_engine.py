"""The whole engine, from the sentence to its first sound, with the speaker idle before each sentence."""

from __future__ import annotations

import asyncio

from engine.commands.bench import live
from engine.commands.bench.climb import REAL
from engine.commands.bench.timed import Measured, Timed
from engine.events import SpeechChanged, SpeechPhase, TranslationChanged
from engine.pipeline import Engine
from engine.settings import Settings


def measure(settings: Settings, count: int) -> Measured:
    """Say `count` sentences, each up to its first sound. Raises BenchError when nothing can start."""
    runs: list[Timed] = []
    sentences = live.read_sentences("sentences.txt", count)
    ready = asyncio.run(live.say_all(settings, sentences, lambda engine, events: _book(engine, events, runs)))
    return Measured(f"the whole engine: {ready.translator} on {ready.device}", REAL, ready.voice, runs)


def _book(engine: Engine, events: live.Events, runs: list[Timed]) -> None:
    """Take one sentence's events to its end; it is cut short once its first sound is out."""
    started: SpeechChanged | None = None
    translate_ms: float | None = None
    is_over = is_translated = False
    while not (is_over and is_translated):
        match live.next_event(events):
            case TranslationChanged(final=True, translate_first_ms=first_ms):
                translate_ms, is_translated = first_ms, True
            case SpeechChanged(phase=SpeechPhase.STARTED) as started:
                engine.skip()
            case SpeechChanged():
                is_over = True
    if started is None or translate_ms is None:
        return  # it was not spoken: left in English, or nothing in it to say
    if started.first_sound_ms is not None and started.synth_first_ms is not None:
        rest_ms = started.first_sound_ms - translate_ms - started.synth_first_ms
        runs.append(Timed(translate_ms, started.synth_first_ms, max(0.0, rest_ms)))
