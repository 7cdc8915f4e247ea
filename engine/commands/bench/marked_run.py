"""An engine on the stand-ins, and the little that measurements ask of it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.commands.bench.errors import BenchError
from engine.commands.bench.stand_ins import TRANSLATOR_ID, VOICE_ID, MarkedEngine, MarkedTranslator, OneVoice, english
from engine.events import Event, SpeechChanged, SpeechPhase
from engine.pipeline import Engine
from engine.pipeline.parts import Parts
from engine.protocols import Sink
from engine.settings import Settings
from engine.source import BlockEnd, TextDelta, TurnStart

PATIENCE_S = 60.0
LOAD_S = 300.0
"""A slow machine may take minutes to load a translator that has just been fetched."""


class Ends:
    """Counts the sentences, and the replays, that are over. Give `take` to the engine's events."""

    def __init__(self) -> None:
        self.live = 0
        self.replays = 0

    def take(self, event: Event) -> None:
        """Take an event, on the engine's thread."""
        if isinstance(event, SpeechChanged) and event.phase is not SpeechPhase.STARTED:
            self.replays += event.is_replay
            self.live += not event.is_replay


@contextmanager
def marked_engine(sink: Sink, seconds: float, gap_ms: int, on_event: Callable[[Event], None]) -> Iterator[Engine]:
    """Start an engine whose sentences last `seconds`; it ends with the context."""
    settings = Settings().replace("translate", translator=TRANSLATOR_ID, fallback=TRANSLATOR_ID)
    settings = settings.replace("speech", voice=VOICE_ID, gap_ms=gap_ms, catch_up="off").replace(
        "audio", sink="null", cache_mb=0
    )
    with tempfile.TemporaryDirectory(prefix="streamtts-") as folder:
        parts = Parts(
            open_sink=lambda spec, name: sink,
            log_folder=Path(folder),
            make_async_translator=lambda translator_id, settings: MarkedTranslator(),
            voices=lambda settings: OneVoice(MarkedEngine(seconds)),
            sounds_folder=Path(folder) / "sounds",
        )
        engine = Engine(settings, parts)
        engine.subscribe(on_event)
        engine.start()
        try:
            yield engine
        finally:
            engine.close()


def say(engine: Engine, number: int, *, begins_turn: bool = False) -> None:
    """Feed one sentence as a block of its own."""
    now = time.monotonic()
    if begins_turn:
        engine.feed(TurnStart(f"turn {number}", now))
    engine.feed(TextDelta(f"block {number}", english(number), now, now))
    engine.feed(BlockEnd(f"block {number}", now))


def wait_until(condition: Callable[[], bool], what: str, poll_s: float = 0.002) -> None:
    """Wait for a condition. Raises BenchError when it does not come."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise BenchError(f"waited {PATIENCE_S:.0f} s for {what}")
        time.sleep(poll_s)
