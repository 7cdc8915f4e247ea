"""Everything the engine says, as frozen dataclasses. Units are in the names: _ms milliseconds, _s seconds.

Subscribers get them on the engine's thread, in order; whoever has a thread of its own passes them on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.sentence import Guard, Kind, Sentence
from engine.source import SessionChange


class Level(StrEnum):
    """How bad a notice is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class SpeechPhase(StrEnum):
    """What a `SpeechChanged` says; all but STARTED are final."""

    STARTED = "started"
    FINISHED = "finished"
    SKIPPED = "skipped"
    MUTED = "muted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Ready:
    """Translator and voice are loaded and warm."""

    translator: str
    """catalog id, or "none" when no translator could start"""
    voice: str
    """voice id, or "none" """
    device: str
    """cpu, mps, cuda or remote: where the translator runs"""
    load_ms: float


@dataclass(frozen=True, slots=True)
class Loading:
    """Something that takes over a second is under way."""

    what: str
    """what is going on, for a person"""
    fraction: float | None
    """0.0 to 1.0, or None while it is unknown; 1.0 ends it"""
    detail: str = ""
    """"412 of 1117 MB" """


@dataclass(frozen=True, slots=True)
class DraftChanged:
    """The English being written now, not yet a sentence; empty text means that there is none."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class SentenceAdded:
    """A sentence was committed."""

    sentence: Sentence
    """a copy: the subscriber may keep it"""


@dataclass(frozen=True, slots=True)
class TranslationChanged:
    """The Japanese of a sentence grew, or is done."""

    id: int
    ja: str
    """the whole Japanese so far"""
    final: bool
    translate_first_ms: float | None = None
    translate_ms: float | None = None
    """set when final"""
    translator: str | None = None
    """set when final"""
    guard: Guard | None = None
    """set when final; ENGLISH means `ja` is the English, to be shown with a mark"""


@dataclass(frozen=True, slots=True)
class SpeechChanged:
    """A sentence began to sound, or came to its end."""

    id: int
    phase: SpeechPhase
    voice: str | None = None
    synth_first_ms: float | None = None
    queue_ms: float | None = None
    first_sound_ms: float | None = None
    reason: str | None = None
    """why it was skipped or failed"""
    audio_s: float = 0.0
    """how much of it sounded"""
    start_s: float | None = None
    """when it began to sound: in a file the place in it, on a device from the first sound on; set at its end"""
    end_s: float | None = None
    """when it ended to sound, on the same clock; None for both when it never sounded"""
    is_replay: bool = False
    """a replay changes no final state"""
    had_to_queue: bool = False
    """others still sounded when its sound was there: first_sound_ms holds the wait for them"""


@dataclass(frozen=True, slots=True)
class PhraseStarted:
    """Another phrase of a sentence that sounds can be heard now; comes after the sentence's STARTED.

    Not sent where what is said is not in the Japanese, as for code that is read out.
    """

    id: int
    start: int
    """its first character in the sentence's Japanese"""
    end: int
    """one after its last"""
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know: what happened and what to do."""

    level: Level
    code: str
    """short and stable, for scripts: `no_sound_device`"""
    message: str


@dataclass(frozen=True, slots=True)
class NoticeWithdrawn:
    """What the last notice with this code said is over."""

    code: str


@dataclass(frozen=True, slots=True)
class SeparatorAdded:
    """The conversation changes here: what follows belongs to another one, or to what is left of it."""

    change: SessionChange


@dataclass(frozen=True, slots=True)
class OldPromptAdded:
    """A prompt of the conversation's earlier part."""

    prompt: str


@dataclass(frozen=True, slots=True)
class TurnChanged:
    """A prompt was taken (`is_running`), or Claude is done with it."""

    turn: int
    is_running: bool
    prompt: str = ""
    aborted: bool = False


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """Where the text comes from now."""

    source: str
    connected: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StageStats:
    """One stage's latency over the last sentences."""

    last_ms: float
    p50_ms: float
    p95_ms: float
    count: int
    recent_ms: tuple[float, ...] = ()
    """the last ones, oldest first"""


class Health(StrEnum):
    """How a translator or a voice is doing."""

    CLOSED = "closed"
    """it works"""
    OPEN = "open"
    """it failed and is left alone for a while"""
    HALF_OPEN = "half-open"
    """it is being tried again"""


@dataclass(frozen=True, slots=True)
class GuardCount:
    """How often the guard found one fault in a first translation, and what became of those sentences."""

    retried: int = 0
    """a further try was good"""
    english: int = 0
    """none was: shown in English"""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the translator writes, over its last sentences; None where that is not known."""

    characters_per_s: float | None = None
    """characters of its translations, from the asking to the last one"""
    tokens_per_s: float | None = None
    """where the runtime tells"""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the programs take now; None where there is no such process, or nobody tells. MB are 1,000,000 bytes."""

    app_mb: int | None = None
    """resident memory of the process that the engine runs in"""
    translator_mb: int | None = None
    speech_mb: int | None = None
    gpu_mb: int | None = None
    """memory that the translator has taken on the GPU"""


@dataclass(frozen=True, slots=True)
class GaugesChanged:
    """What the gauges show; sent at most four times a second, only when something changed."""

    stages: Mapping[str, StageStats] = field(default_factory=dict)
    """by name: `engine.latency.STAGES`"""
    behind_s: float = 0.0
    """seconds of unspoken speech in the queue"""
    waiting: int = 0
    """sentences not yet in a final state"""
    underflows: int = 0
    translator: str = ""
    device: str = ""
    voice: str = ""
    sink: str = ""
    sound_device: str = ""
    """the name of the chosen sound device; empty is the system's choice"""
    is_muted: bool = False
    is_paused: bool = False
    rate: float = 1.0
    guard: Mapping[str, GuardCount] = field(default_factory=dict)
    """by reason: the guard's (loop, script, missing_token …), and why no translator could be asked (crashed, hung …)"""
    translator_health: Mapping[str, Health] = field(default_factory=dict)
    """by id: translators that are set aside"""
    voice_health: Mapping[str, Health] = field(default_factory=dict)
    """by id: voices that do not work now"""
    pace: Pace = Pace()
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Done:
    """The input has ended and every sentence is in its final state."""

    sentences: int
    spoken: int
    skipped: int
    """skipped and muted"""
    failed: int
    stages: Mapping[str, StageStats] = field(default_factory=dict)


Event = (
    Ready
    | Loading
    | DraftChanged
    | SentenceAdded
    | TranslationChanged
    | SpeechChanged
    | PhraseStarted
    | Notice
    | NoticeWithdrawn
    | SeparatorAdded
    | OldPromptAdded
    | TurnChanged
    | SourceChanged
    | GaugesChanged
    | Done
)
