"""The shapes that translators, voices and sinks have. A new one is one file plus one catalog row."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# In quotes: whoever only needs the shapes, as the screen before its first paint, does not wait for numpy.
Samples: TypeAlias = "NDArray[np.float32]"
"""Mono sound, shape (samples,), full scale -1.0 to 1.0."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of something long. `total` is None while it is unknown."""

    what: str
    """What is going on, for a person: "Fetching qwen2.5-coder-1.5b"."""
    done: float
    total: float | None
    unit: str = "B"
    """B for bytes, otherwise a plain word."""


ProgressFn = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Pair:
    """An earlier sentence and its Japanese, given as context."""

    en: str
    ja: str


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """A piece of mono sound."""

    samples: Samples
    sample_rate: int
    """Hz"""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True, slots=True)
class TranslatorInfo:
    """Who translates, on what."""

    id: str
    runtime: str
    device: str
    """cpu, mps, cuda or remote"""
    streams: bool
    licence: str
    reads_ahead: bool = False
    """has `read_ahead(english_so_far, context)`: takes in a sentence's words while they arrive"""


@dataclass(frozen=True, slots=True)
class SpeechEngineInfo:
    """A speech engine, and whether it can be used here."""

    id: str
    offline: bool
    licence: str
    unavailable: str | None = None
    """One line saying why it cannot be used and what to do; None when it can."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice as people choose it. `id` is `engine:name`."""

    id: str
    engine: str
    name: str
    language: str = "ja"
    gender: str = ""
    offline: bool = True
    licence: str = ""


class Translator(Protocol):
    """English to Japanese, blocking; local ones live in a worker process."""

    @property
    def info(self) -> TranslatorInfo:
        """Who translates; `device` is final once loaded."""
        ...

    def load(self, progress: ProgressFn) -> None:
        """Bring the weights in and warm up. Raises `engine.models.ModelError` with what to do."""
        ...

    def translate(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        """Yield the growing pieces of one sentence's Japanese; concatenated they are the whole."""
        ...

    def take_notices(self) -> Iterator[str]:
        """Yield, once each, what a person should know: another device than asked for."""
        ...

    def close(self) -> None:
        """Free the weights."""
        ...


class AsyncTranslator(Protocol):
    """A translator on the network: the same, as coroutines on the engine's loop."""

    @property
    def info(self) -> TranslatorInfo:
        """Who translates; final once loaded."""
        ...

    async def load(self, progress: ProgressFn) -> None:
        """Find out that it answers. Raises `engine.models.ModelError` with what to do."""
        ...

    def translate(self, english: str, context: Sequence[Pair], again: bool) -> AsyncGenerator[str, None]:
        """Yield the growing pieces of one sentence's Japanese; `again` asks for other words.

        Raises TranslatorError. A generator that is closed early ends the request.
        """
        ...

    async def close(self) -> None:
        """Close connections."""
        ...


class TranslatorError(Exception):
    """A translator failed. The message says what happened; `code` is short and stable (offline, refused, limit …)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SpeechEngine(Protocol):
    """Japanese to sound, blocking; local ones live in a worker process."""

    @property
    def info(self) -> SpeechEngineInfo:
        """Who speaks, and whether it can here."""
        ...

    def voices(self) -> Sequence[Voice]:
        """The voices that can be chosen; never raises, empty when unavailable."""
        ...

    def synthesize(self, japanese: str, voice: Voice, rate: float) -> Iterator[AudioChunk]:
        """Yield sound for a phrase or a sentence, leading silence trimmed to about 20 ms. `rate` 1.0 is normal."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


class AsyncSpeechEngine(Protocol):
    """A speech engine on the network or in another process: the same, as coroutines on the engine's loop."""

    @property
    def info(self) -> SpeechEngineInfo:
        """Who speaks, and whether it can here."""
        ...

    def voices(self) -> Sequence[Voice]:
        """The voices that can be chosen."""
        ...

    def synthesize(self, japanese: str, voice: Voice, rate: float) -> AsyncIterator[AudioChunk]:
        """As `SpeechEngine.synthesize`. Raises `SpeechError` with what happened and what to do."""
        ...

    async def close(self) -> None:
        """Close connections."""
        ...


class SpeechError(Exception):
    """A voice failed. The message says what happened; `code` is short and stable (forbidden, no_audio, offline …)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Sink(Protocol):
    """Where samples go: the device, a WAV file, or nothing at the clock's pace.

    One player uses it, which calls everything but `wait_for_room` under one lock: so nothing here may block, but that.
    """

    @property
    def sample_rate(self) -> int:
        """Hz of what `write` takes; never changes."""
        ...

    @property
    def is_live(self) -> bool:
        """True when it takes sound at the clock's pace; a file takes it as fast as it comes."""
        ...

    @property
    def underflows(self) -> int:
        """How often the device ran dry, or was served too late, while there was sound to play."""
        ...

    @property
    def trouble(self) -> str | None:
        """Why nothing can be heard now, for a person; None when all is well. Sound is then taken and thrown away."""
        ...

    def wait_for_room(self) -> bool:
        """Block until at most a few tens of ms are waiting. Gives up with False after about 50 ms."""
        ...

    def write(self, chunk: AudioChunk) -> float:
        """Hand over at most 20 ms of mono sound at `sample_rate`, after `wait_for_room` said yes; never blocks.

        Returns the `time.monotonic()` at which its first sample was, or will be, handed to the device.
        """
        ...

    def idle(self) -> None:
        """Say that nothing follows for now: what is waiting plays out, and running dry is no underflow."""
        ...

    def stop(self) -> float:
        """Silence at once: fade 5-10 ms and drop what is waiting. Returns the seconds of sound so dropped."""
        ...

    def close(self) -> None:
        """Play out what is waiting and free the device or file. May be called twice."""
        ...
