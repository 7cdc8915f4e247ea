"""`streamtts bench --translators`: ways to translate, from the slowest to ours, as ratios in one run."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time

from engine.commands.bench import machine, saving, speed
from engine.commands.bench.climb import REAL, Found, Rung, climb
from engine.commands.bench.errors import BenchError
from engine.commands.bench.hosted import chosen_ids
from engine.commands.bench.timing import Run
from engine.commands.console import ProgressLine
from engine.latency import percentile
from engine.settings import Settings

BASELINE = "greedy, bfloat16"
"""What the others are compared with."""
SHAPES = ("nllb-600m", "quickmt", "fugumt")
"""On CTranslate2."""
_COLUMNS = {
    "label": "way",
    "weights": "weights",
    "runs": "n",
    "first_phrase_p50_ms": "first phrase p50 (ms)",
    "sentence_p50_ms": "sentence p50 (ms)",
    "sentence_p95_ms": "p95",
    "pieces_per_second": "pieces/s",
    "first_phrase_ratio": "first phrase: times sooner",
    "sentence_ratio": "sentence: times sooner",
}


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure, print, and return 0. Raises BenchError when nothing could be measured."""
    speeds, failures = _product(settings, arguments.sentences)
    found = asyncio.run(climb(settings.translate, ProgressLine(sys.stderr), "600m", SHAPES))
    found.rungs += [_rung_of(one) for one in speeds]
    found.failures += failures
    for failure in found.failures:
        print(f"streamtts: {failure}", file=sys.stderr)
    if not found.rungs:
        raise BenchError("nothing could be measured")
    if arguments.save and speeds:
        saving.keep(settings, [saving.measured_of(one, None) for one in speeds])
    print(json.dumps(report(found), ensure_ascii=False) if arguments.json else markdown(found))
    return 0


def report(found: Found) -> dict[str, object]:
    """Everything, for scripts."""
    return {
        "machine": machine.describe(),
        "rungs": rows(found),
        "notes": found.notes,
        "failures": found.failures,
    }


def rows(found: Found) -> list[dict[str, object]]:
    """One row a rung; ratios over 1 are sooner than generate() in bfloat16."""
    baseline = next((rung for rung in found.rungs if BASELINE in rung.label), None)
    return [_row(rung, baseline) for rung in found.rungs]


def markdown(found: Found) -> str:
    """The table, and the notes under it."""
    lines = [f"{machine.describe()}; {time.strftime('%Y-%m-%d')}", ""]
    lines += ["| " + " | ".join(_COLUMNS.values()) + " |", "|---|---|" + "--:|" * (len(_COLUMNS) - 2)]
    for row in rows(found):
        cells = (row[name] for name in _COLUMNS)
        lines.append("| " + " | ".join("–" if cell is None else str(cell) for cell in cells) + " |")
    return "\n".join([*lines, "", *(f"- {note}" for note in found.notes)])


def _row(rung: Rung, baseline: Rung | None) -> dict[str, object]:
    pieces = sum(run.pieces for run in rung.runs)
    seconds = sum(run.whole_ms for run in rung.runs) / 1000
    return {
        "label": rung.label,
        "weights": rung.weights,
        "runs": len(rung.runs),
        "first_phrase_p50_ms": round(rung.first_ms, 1),
        "sentence_p50_ms": round(rung.whole_ms, 1),
        "sentence_p95_ms": round(percentile([run.whole_ms for run in rung.runs], 95), 1),
        "pieces_per_second": round(pieces / seconds, 1) if pieces else None,
        "first_phrase_ratio": round(baseline.first_ms / rung.first_ms, 2) if baseline else None,
        "sentence_ratio": round(baseline.whole_ms / rung.whole_ms, 2) if baseline else None,
    }


def _product(settings: Settings, count: int) -> tuple[list[speed.Speed], list[str]]:
    """The translators that run here, through the whole engine; with a line for each that failed."""
    try:
        ids = chosen_ids(settings.translate)
    except BenchError as error:
        return [], [str(error)]
    found, failures = [], []
    for translator_id in ids:
        try:
            found.append(speed.measure(settings, translator_id, count))
        except BenchError as error:
            failures.append(str(error))
    return found, failures


def _rung_of(one: speed.Speed) -> Rung:
    firsts = one.first_phrase_ms or one.sentence_ms
    runs = tuple(Run(first, whole, 0) for first, whole in zip(firsts, one.sentence_ms, strict=False))
    return Rung(f"{one.translator} on {one.device}, whole engine, words at 200 characters/s", REAL, runs)
