"""Sentences with their timings: what timeline, waterfall and gauges are drawn from in tests."""

from __future__ import annotations

from collections.abc import Iterator

from engine.events import (
    Event,
    GaugesChanged,
    GuardCount,
    Health,
    Pace,
    SentenceAdded,
    SourceChanged,
    SpeechChanged,
    SpeechPhase,
    StageStats,
    TranslationChanged,
    TurnChanged,
    Usage,
)
from engine.sentence import Guard, Kind, Sentence, Timings

TRANSLATOR, VOICE = "llama:qwen2.5-coder-1.5b", "openjtalk:mei"
FIRST_SOUNDS = (120.0, 260.0, 640.0, 1400.0)
"""One for each colour."""


def sentence(number: int, turn: int = 1) -> Sentence:
    """A sentence that has just been committed."""
    timings = Timings(capture_ms=4.0, segment_ms=0.4, confirm_ms=12.0)
    return Sentence(number, Kind.PROSE, f"Sentence number {number} tells of a task.", turn=turn, timings=timings)


def translated(number: int, first_ms: float = 188.0, whole_ms: float = 640.0) -> TranslationChanged:
    """Its translation is done."""
    ja = f"{number}番目の文は、タスクについて述べています。"
    return TranslationChanged(number, ja, True, first_ms, whole_ms, TRANSLATOR, Guard.OK)


def started(number: int, first_sound_ms: float = 312.0, *, had_to_queue: bool = False) -> SpeechChanged:
    """Its voice begins."""
    return SpeechChanged(
        number,
        SpeechPhase.STARTED,
        VOICE,
        synth_first_ms=46.0,
        queue_ms=3.0,
        first_sound_ms=first_sound_ms,
        had_to_queue=had_to_queue,
    )


def spoken(number: int, first_sound_ms: float = 312.0, *, had_to_queue: bool = False, turn: int = 1) -> Iterator[Event]:
    """A sentence from its first character to its last sample."""
    yield SentenceAdded(sentence(number, turn))
    yield translated(number)
    yield started(number, first_sound_ms, had_to_queue=had_to_queue)
    yield SpeechChanged(number, SpeechPhase.FINISHED, VOICE, audio_s=2.0)


def session() -> Iterator[Event]:
    """Two turns: every landmark and every state."""
    yield SourceChanged("mod", True)
    yield TurnChanged(1, True, "タスクが止まらないのはなぜですか?")
    for number, first_sound_ms in enumerate(FIRST_SOUNDS, 1):
        yield from spoken(number, first_sound_ms)
    yield from spoken(5, 2600.0, had_to_queue=True)
    yield TurnChanged(2, True, "直してください。")
    for number, phase, reason in (
        (6, SpeechPhase.SKIPPED, "stopped"),
        (7, SpeechPhase.MUTED, None),
        (8, SpeechPhase.FAILED, "the voice gave no sound"),
    ):
        yield SentenceAdded(sentence(number, 2))
        yield translated(number)
        yield SpeechChanged(number, phase, reason=reason)
    yield SentenceAdded(sentence(9, 2))
    yield translated(9)
    yield started(9)
    yield SentenceAdded(sentence(10, 2))
    yield translated(10)
    yield SentenceAdded(sentence(11, 2))
    yield TranslationChanged(11, "十一番目の文は、", False, 170.0)
    yield SentenceAdded(sentence(12, 2))
    yield ALL_GAUGES


def figures(*values_ms: float) -> StageStats:
    """A stage's figures over these sentences."""
    ordered = sorted(values_ms)
    return StageStats(values_ms[-1], ordered[(len(ordered) - 1) // 2], ordered[-1], len(ordered), values_ms)


ALL_GAUGES = GaugesChanged(
    stages={
        "capture_ms": figures(3, 9, 4, 4, 2),
        "segment_ms": figures(0.3, 0.5, 0.4, 0.4, 0.4),
        "confirm_ms": figures(14, 11, 12, 80, 12),
        "translate_first_ms": figures(95, 170, 300, 410, 188),
        "translate_ms": figures(280, 560, 900, 1300, 640),
        "synth_first_ms": figures(41, 44, 52, 46, 46),
        "queue_ms": figures(3, 2, 3, 5, 3),
        "first_sound_ms": figures(120, 260, 640, 1400, 312),
    },
    behind_s=4.2,
    waiting=4,
    underflows=2,
    translator=TRANSLATOR,
    device="cpu",
    voice=VOICE,
    sink="device",
    guard={"loop": GuardCount(retried=2, english=1)},
    voice_health={"gtts:ja": Health.OPEN},
    pace=Pace(57.6, 31.2),
    usage=Usage(app_mb=96, translator_mb=1420, speech_mb=210, gpu_mb=512),
)
"""Every gauge has something to say."""
