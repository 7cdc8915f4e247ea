"""How soon a translator's Japanese is there, through the whole engine, while the words arrive at Claude's pace."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.commands.bench import live
from engine.commands.bench.errors import BenchError
from engine.events import SpeechChanged, TranslationChanged
from engine.latency import percentile
from engine.sentence import Guard
from engine.settings import Settings

SENTENCES = "translator_sentences.txt"
"""12 to 25 words each"""


@dataclass(slots=True)
class Speed:
    """One translator's times over the sentences of one run, ms, from the committed sentence."""

    translator: str
    device: str = ""
    first_phrase_ms: list[float] = field(default_factory=list)
    """to the first phrase, where there was one"""
    sentence_ms: list[float] = field(default_factory=list)
    """to the last character, second tries included"""
    characters: int = 0
    """of Japanese"""
    left_english: int = 0

    @property
    def first_phrase_p50(self) -> float:
        """The median, ms; that of the whole sentence where no sentence had a first phrase."""
        return percentile(self.first_phrase_ms or self.sentence_ms, 50)


def measure(settings: Settings, translator_id: str, count: int) -> Speed:
    """Have `count` sentences translated, nothing spoken. Raises BenchError when the translator cannot do it."""
    # It is its own fallback: no other one may take over.
    own = settings.replace("translate", translator=translator_id, fallback=translator_id).replace(
        "speech", voice="none"
    )
    speed = Speed(translator_id)
    sentences = live.read_sentences(SENTENCES, count)
    ready = asyncio.run(live.say_all(own, sentences, lambda _, events: _book(events, speed)))
    if ready.translator != translator_id:
        raise BenchError(f"{translator_id} could not start; {ready.translator} did")
    speed.device = ready.device
    return speed


def _book(events: live.Events, speed: Speed) -> None:
    """Take one sentence's events to its end."""
    is_over = is_translated = False
    while not (is_over and is_translated):
        match live.next_event(events):
            case TranslationChanged(final=True) as done:
                _add(speed, done)
                is_translated = True
            case SpeechChanged():
                is_over = True


def _add(speed: Speed, done: TranslationChanged) -> None:
    if done.translate_first_ms is not None:
        speed.first_phrase_ms.append(done.translate_first_ms)
    if done.translate_ms is not None:
        speed.sentence_ms.append(done.translate_ms)
    speed.characters += len(done.ja)
    speed.left_english += done.guard is Guard.ENGLISH


def percentiles(values: Sequence[float]) -> tuple[float, float]:
    """p50 and p95, rounded to 0.1."""
    return round(percentile(values, 50), 1), round(percentile(values, 95), 1)
