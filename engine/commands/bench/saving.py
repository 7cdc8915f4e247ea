"""`streamtts bench --save`: measure the translators that run here and let `auto` go by the figures."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict

from engine.commands.bench import machine, speed
from engine.commands.bench.errors import BenchError
from engine.commands.bench.hosted import chosen_ids
from engine.settings import Settings
from engine.translate import measured
from engine.translate.measured import Measured


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure and keep the speed of each translator, print it, and return 0. Raises BenchError when none can."""
    ids = chosen_ids(settings.translate)
    figures = save(settings, dict.fromkeys(ids), arguments.sentences)
    if arguments.json:
        print(json.dumps({"machine": machine.describe(), "saved": [asdict(one) for one in figures]}))
    else:
        print(_markdown(figures))
    return 0


def save(settings: Settings, chrf_by_id: Mapping[str, float | None], sentences: int) -> list[Measured]:
    """Measure how fast these translators are, keep that with their chrF, and return what was kept.

    Raises BenchError when none can be measured, or when the figures cannot be written.
    """
    figures, problem = [], ""
    for translator_id, chrf in chrf_by_id.items():
        try:
            figures.append(measured_of(speed.measure(settings, translator_id, sentences), chrf))
        except BenchError as error:
            problem = str(error)
            print(f"streamtts: {problem}", file=sys.stderr)
    if not figures:
        raise BenchError(f"nothing was saved: {problem}")
    keep(settings, figures)
    return figures


def keep(settings: Settings, figures: list[Measured]) -> None:
    """Write the figures where `auto` finds them, and say where. Raises BenchError when they cannot be written."""
    try:
        path = measured.save(settings.translate.device, figures)
    except OSError as error:
        raise BenchError(f"the figures cannot be saved: {error}") from error
    chosen = measured.best(figures)
    assert chosen is not None
    print(f"saved in {path}; `auto` now takes {chosen.id}: {measured.why(chosen)}", file=sys.stderr)


def measured_of(one: speed.Speed, chrf: float | None) -> Measured:
    """One translator's times and quality, as they are kept."""
    return Measured(one.translator, round(one.first_phrase_p50, 1), speed.percentiles(one.sentence_ms)[0], chrf)


def _markdown(figures: list[Measured]) -> str:
    lines = [machine.describe(), "", "| translator | first phrase p50 (ms) | sentence p50 (ms) |", "|---|--:|--:|"]
    return "\n".join(lines + [f"| {one.id} | {one.first_phrase_ms} | {one.sentence_ms} |" for one in figures])
