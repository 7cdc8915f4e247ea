"""The table and the picture of `bench --first-sound`."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.commands.bench import machine
from engine.commands.bench.errors import BenchError
from engine.commands.bench.plot import Bar, Chart, svg
from engine.commands.bench.timed import Measured
from engine.latency import percentile

STAGES = {"translate_ms": "translate", "synthesize_ms": "synthesize", "rest_ms": "segment, queue"}
LANDMARKS = {150.0: "150", 346.0: "346", 877.0: "877"}
"""ms: the goal, and what the two slower ways took on the machine that they were first measured on"""


def report(found: Sequence[Measured], failures: Sequence[str]) -> dict[str, Any]:
    """Everything, for scripts. A ratio over 1 is sooner than the slowest way, the first one."""
    measured = [one for one in found if one.runs]
    slowest_ms = percentile([run.first_sound_ms for run in measured[0].runs], 50) if measured else None
    return {
        "machine": machine.describe(),
        "ways": [_row(one, slowest_ms) for one in measured],
        "failures": [*failures, *(f"{one.label}: not one sentence was spoken" for one in found if not one.runs)],
    }


def shown(figures: Mapping[str, Any], *, as_json: bool) -> str:
    """The report, as JSON or as a Markdown table."""
    return json.dumps(figures, ensure_ascii=False) if as_json else _markdown(figures)


def draw(figures: Mapping[str, Any], path: str) -> None:
    """Write the picture. Raises BenchError when it cannot be written."""
    bars = [
        Bar(
            row["way"],
            f"{row['weights']}; {row['voice']}; n = {row['n']}",
            tuple(row[f"{stage[:-3]}_p50_ms"] for stage in STAGES),
            row["first_sound_p50_ms"],
            row["first_sound_p95_ms"],
        )
        for row in figures["ways"]
    ]
    chart = Chart("From a sentence to its first sound", figures["machine"], tuple(STAGES.values()), bars, LANDMARKS)
    try:
        Path(path).write_text(svg(chart), encoding="utf-8")
    except OSError as error:
        raise BenchError(f"{path} cannot be written: {error.strerror or error}", status=2) from error


def _row(one: Measured, slowest_ms: float | None) -> dict[str, Any]:
    totals = [run.first_sound_ms for run in one.runs]
    p50 = percentile(totals, 50)
    stages = {f"{stage[:-3]}_p50_ms": percentile([getattr(run, stage) for run in one.runs], 50) for stage in STAGES}
    figures = stages | {"first_sound_p50_ms": p50, "first_sound_p95_ms": percentile(totals, 95)}
    return {
        "way": one.label,
        "weights": one.weights,
        "voice": one.voice,
        "n": len(totals),
        **{name: round(value, 1) for name, value in figures.items()},
        "first_sound_best_ms": round(min(totals), 1),
        "sooner": round(slowest_ms / p50, 2) if slowest_ms and p50 else None,
        "elsewhere_ms": one.elsewhere_ms,
        "elsewhere_best_ms": one.elsewhere_best_ms,
    }


def _markdown(figures: Mapping[str, Any]) -> str:
    lines = [
        f"{figures['machine']}; {time.strftime('%Y-%m-%d')}; p50, ms",
        "",
        "| way | weights; voice | n | translate | synthesize | segment, queue | first sound | p95 | best "
        "| times sooner | measured elsewhere |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in figures["ways"]:
        cells = (
            *(row["way"], f"{row['weights']}; {row['voice']}", row["n"]),
            *(f"{row[f'{stage[:-3]}_p50_ms']:.0f}" for stage in STAGES),
            *(f"{row[f'first_sound_{name}_ms']:.0f}" for name in ("p50", "p95", "best")),
            *(row["sooner"], _elsewhere(row)),
        )
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    lines += ["", "Elsewhere: programs that did it so, on a Mac. Compare times within one run only."]
    return "\n".join(lines)


def _elsewhere(row: Mapping[str, Any]) -> str:
    usual, best = row["elsewhere_ms"], row["elsewhere_best_ms"]
    if usual is None:
        return "\u2013"
    return f"{usual:.0f}" if best is None else f"{usual:.0f}, best {best:.0f}"
