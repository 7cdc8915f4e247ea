"""How soon a sentence that was spoken before sounds again: from the call to the sink."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from engine.audio.null import NullSink
from engine.commands.bench.errors import BenchError
from engine.commands.bench.marked_run import LOAD_S, Ends, wait_until
from engine.commands.bench.stand_ins import TRANSLATOR_ID, MarkedTranslator
from engine.events import Event, Ready
from engine.pipeline import Engine
from engine.pipeline.parts import Parts
from engine.protocols import AudioChunk
from engine.settings import Settings
from engine.source import BlockEnd, TextDelta

TRIES = 10


class _WatchedSink(NullSink):
    """Nobody hears it; it notes when it is handed the first sound after `listen`."""

    def __init__(self) -> None:
        super().__init__()
        self.heard_at: float | None = None

    def write(self, chunk: AudioChunk) -> float:
        """Let the sound's time pass."""
        if self.heard_at is None and np.any(chunk.samples):
            self.heard_at = time.monotonic()
        return super().write(chunk)


class _Books(Ends):
    """Knows the voice that is ready, too."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = threading.Event()
        self.voice = ""

    def take(self, event: Event) -> None:
        """Take an event, on the engine's thread."""
        super().take(event)
        if isinstance(event, Ready):
            self.voice = event.voice
            self.ready.set()


def measure(voice_id: str, japanese: str, tries: int = TRIES) -> list[float]:
    """Speak a sentence once and replay it `tries` times, ms each. Raises BenchError when the voice cannot start."""
    sink, ends = _WatchedSink(), _Books()
    settings = Settings().replace("translate", translator=TRANSLATOR_ID, fallback=TRANSLATOR_ID)
    settings = settings.replace("speech", voice=voice_id).replace("audio", sink="null", cache_mb=0)
    times: list[float] = []
    with tempfile.TemporaryDirectory(prefix="streamtts-") as folder:
        parts = Parts(
            open_sink=lambda spec, name: sink,
            log_folder=Path(folder),
            make_async_translator=lambda translator_id, settings: MarkedTranslator(),
            sounds_folder=Path(folder) / "sounds",
        )
        engine = Engine(settings, parts)
        engine.subscribe(ends.take)
        engine.start()
        try:
            if not ends.ready.wait(LOAD_S):
                raise BenchError("the engine did not become ready")
            if ends.voice != voice_id:
                raise BenchError(f"{voice_id} could not start")
            _speak(engine, japanese)
            wait_until(lambda: ends.live == 1, "the sentence")
            for number in range(tries):
                times.append(_replay(engine, sink))
                engine.skip()
                wait_until(lambda number=number: ends.replays == number + 1, "the end of the replay")  # type: ignore[misc]
        finally:
            engine.close()
    return times


def _speak(engine: Engine, japanese: str) -> None:
    now = time.monotonic()
    # Japanese needs no translator.
    engine.feed(TextDelta("once", japanese, now, now))
    engine.feed(BlockEnd("once", now))


def _replay(engine: Engine, sink: _WatchedSink) -> float:
    # The gap after the last one is over by then.
    time.sleep(0.3)
    sink.heard_at = None
    asked_at = time.monotonic()
    engine.replay()
    wait_until(lambda: sink.heard_at is not None, "the replay")
    assert sink.heard_at is not None
    return (sink.heard_at - asked_at) * 1000
