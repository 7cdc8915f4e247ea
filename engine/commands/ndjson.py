"""Engine events as lines of JSON: the contract that scripts rely on (docs/cli.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from engine.events import (
    Done,
    Event,
    Notice,
    Ready,
    SentenceAdded,
    SpeechChanged,
    SpeechPhase,
    StageStats,
    TranslationChanged,
)


def to_line(event: Event) -> str | None:
    """Return the event's line, without a newline; None for what only a screen needs."""
    fields = _fields(event)
    return None if fields is None else json.dumps(fields, ensure_ascii=False)


def write_lines(path: str) -> Callable[[Event], None]:
    """Return a subscriber that writes each event's line to a file, at once. Raises OSError when it cannot be opened."""
    file = open(path, "w", encoding="utf-8", buffering=1)  # noqa: SIM115  (open as long as the engine lives)

    def take(event: Event) -> None:
        if line := to_line(event):
            file.write(line + "\n")

    return take


def _fields(event: Event) -> dict[str, Any] | None:
    match event:
        case Ready(translator, voice, device, load_ms):
            return {
                "event": "ready",
                "translator": translator,
                "voice": voice,
                "device": device,
                "load_ms": _ms(load_ms),
            }
        case SentenceAdded(sentence):
            return {
                "event": "sentence",
                "id": sentence.id,
                "kind": str(sentence.kind),
                "en": sentence.en,
                "segment_ms": _ms(sentence.timings.segment_ms),
            }
        case TranslationChanged():
            return _translation(event)
        case SpeechChanged(is_replay=False):
            return _speech(event)
        case Notice(level, code, message):
            return {"event": "notice", "level": str(level), "code": code, "message": message}
        case Done():
            return _done(event)
    return None


def _translation(event: TranslationChanged) -> dict[str, Any] | None:
    line: dict[str, Any] = {"event": "translation", "id": event.id, "ja": event.ja, "final": event.final}
    if event.final:
        guard = str(event.guard) if event.guard else None
        return line | {"translate_ms": _ms(event.translate_ms), "translator": event.translator, "guard": guard}
    # The growing lines begin with the first phrase: before it there is no translate_first_ms to tell.
    if event.translate_first_ms is None:
        return None
    return line | {"translate_first_ms": _ms(event.translate_first_ms)}


def _speech(event: SpeechChanged) -> dict[str, Any]:
    line: dict[str, Any] = {"event": "speech", "id": event.id, "state": str(event.phase)}
    if event.phase is not SpeechPhase.STARTED:
        return line | {"reason": event.reason, "audio_s": round(event.audio_s, 3)}
    return line | {
        "voice": event.voice,
        "synth_first_ms": _ms(event.synth_first_ms),
        "queue_ms": _ms(event.queue_ms),
        "first_sound_ms": _ms(event.first_sound_ms),
    }


def _done(event: Done) -> dict[str, Any]:
    return {
        "event": "done",
        "sentences": event.sentences,
        "spoken": event.spoken,
        "skipped": event.skipped,
        "failed": event.failed,
        "p50": _figures(event.stages, "p50_ms"),
        "p95": _figures(event.stages, "p95_ms"),
    }


def _figures(stages: Mapping[str, StageStats], figure: str) -> dict[str, float | None]:
    return {stage: _ms(getattr(stats, figure)) for stage, stats in stages.items()}


def _ms(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
