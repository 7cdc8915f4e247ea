"""`streamtts bench`: where the milliseconds go on this machine, sentence by sentence, with the speaker idle.

Measured from the written piece to the sink; no sound needed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from engine.commands.bench import live, machine
from engine.events import Ready, SentenceAdded, SpeechChanged, SpeechPhase, TranslationChanged
from engine.latency import LatencyBoard, percentile
from engine.pipeline import Engine
from engine.settings import Settings

EXPECTED = {"capture_ms": ("p90", 10.0), "segment_ms": ("p95", 5.0), "first_sound_ms": ("p50", 700.0)}
"""What two shared server cores should reach with llama + openjtalk; printed beside what was measured."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One stage, ms."""

    n: int
    p50: float
    p90: float
    p95: float
    max: float


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure, print, and return 0. Raises BenchError when no translator or voice could start."""
    sentences = live.read_sentences("sentences.txt", arguments.sentences)
    ready, stages = asyncio.run(measure(settings, sentences))
    report = _report(ready, stages)
    print(json.dumps(report, ensure_ascii=False) if arguments.json else _markdown(report))
    return 0


async def measure(settings: Settings, sentences: Sequence[str]) -> tuple[Ready, dict[str, Figures]]:
    """Say every sentence once and return each stage's figures, ms. Raises BenchError when nothing can start."""
    board = LatencyBoard()
    ready = await live.say_all(settings, sentences, lambda engine, events: _book(engine, events, board))
    return ready, {stage: _figures(board.values(stage)) for stage in board.snapshot()}


def _book(engine: Engine, events: live.Events, board: LatencyBoard) -> None:
    """Take one sentence's events to its end; it is cut short once its first sound is out."""
    is_over = is_translated = False
    while not (is_over and is_translated):
        match live.next_event(events):
            case SentenceAdded(sentence):
                for stage in ("capture_ms", "segment_ms", "confirm_ms"):
                    board.record(stage, getattr(sentence.timings, stage))
            case TranslationChanged(final=True, translate_first_ms=first_ms, translate_ms=all_ms):
                board.record("translate_first_ms", first_ms)
                board.record("translate_ms", all_ms)
                is_translated = True
            case SpeechChanged(phase=SpeechPhase.STARTED) as started:
                for stage in ("synth_first_ms", "queue_ms", "first_sound_ms"):
                    board.record(stage, getattr(started, stage))
                engine.skip()
            case SpeechChanged():
                is_over = True


def _figures(values: Sequence[float]) -> Figures:
    # To the microsecond: a stage that takes less than a twentieth of a millisecond is not one that takes no time.
    p50, p90, p95 = (round(percentile(values, percent), 3) for percent in (50, 90, 95))
    return Figures(len(values), p50, p90, p95, round(max(values), 3))


def _report(ready: Ready, stages: dict[str, Figures]) -> dict[str, object]:
    return {
        "machine": machine.describe(),
        "translator": ready.translator,
        "device": ready.device,
        "voice": ready.voice,
        "load_ms": round(ready.load_ms),
        "stages": {stage: asdict(figures) for stage, figures in stages.items()},
        "expected_ms": {stage: {figure: limit} for stage, (figure, limit) in EXPECTED.items()},
    }


def _markdown(report: dict[str, object]) -> str:
    stages = report["stages"]
    assert isinstance(stages, dict)
    lines = [
        f"{report['translator']} on {report['device']}, {report['voice']}; {report['machine']}; "
        f"loaded in {report['load_ms']} ms; the speaker idle before each sentence",
        "",
        "| stage (ms) | n | p50 | p90 | p95 | max | expected on 2 shared cores |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for stage, f in stages.items():
        expected = "{} ≤ {:.0f}".format(*EXPECTED[stage]) if stage in EXPECTED else ""
        figures = " | ".join(_shown(f[figure]) for figure in ("p50", "p90", "p95", "max"))
        lines.append(f"| {stage} | {f['n']} | {figures} | {expected} |")
    return "\n".join(lines)


def _shown(ms: float) -> str:
    return f"{ms:.1f}" if ms >= 1 else f"{ms:.2f}"
