"""`streamtts bench --sound`: silence on a key, gaps, underflows while translating, and many sentences in one run."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from engine.commands.bench import busy_run, key_to_silence, machine, many_sentences
from engine.commands.bench.busy_run import Busy
from engine.commands.bench.key_to_silence import Silence
from engine.commands.bench.many_sentences import Many
from engine.commands.bench.speed import percentiles
from engine.settings import Settings

SENTENCES = 200
GOAL_SILENCE_MS = 30.0
GOAL_GAP_MS = 10.0


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure, print, and return 0. Raises BenchError when something does not come to an end, or cannot start."""
    is_real = vars(arguments).get("audio.sink") == "device"
    silence = key_to_silence.measure_silence()
    gap_ms = settings.speech.gap_ms
    gaps = key_to_silence.measure_gaps(gap_ms)
    many = many_sentences.measure(arguments.sentences or SENTENCES)
    busy = busy_run.measure(settings, arguments.seconds, is_real=is_real) if arguments.seconds else None
    report = _report(silence, gap_ms, gaps, many, busy)
    print(json.dumps(report, ensure_ascii=False) if arguments.json else _markdown(report))
    return 0


def _report(silence: Silence, gap_ms: int, gaps: list[float], many: Many, busy: Busy | None) -> dict[str, object]:
    return {
        "machine": machine.describe(),
        "silence_ms": {
            name: dict(zip(("p50", "p95"), percentiles(values), strict=True)) | {"n": len(values)}
            for name, values in {
                "stop": silence.stop_ms,
                "skip": silence.skip_ms,
                "mute": silence.mute_ms,
                "all": silence.all_ms,
            }.items()
        },
        "gap_ms": {
            "setting": gap_ms,
            "n": len(gaps),
            "least": round(min(gaps), 2),
            "most": round(max(gaps), 2),
            "worst_error": round(max(abs(gap - gap_ms) for gap in gaps), 2),
        },
        "many": asdict(many),
        "busy": asdict(busy) if busy else None,
        "goals": {"silence_p95_ms": GOAL_SILENCE_MS, "gap_error_ms": GOAL_GAP_MS, "underflows": 0},
    }


def _markdown(report: dict[str, object]) -> str:
    silence, gap, many, busy = (report[name] for name in ("silence_ms", "gap_ms", "many", "busy"))
    assert isinstance(silence, dict)
    assert isinstance(gap, dict)
    assert isinstance(many, dict)
    rows = [
        (f"{name} to the first silent sample, p50 / p95", f"{f['p50']} / {f['p95']} ms", f["n"], _silence_goal(name))
        for name, f in silence.items()
    ]
    rows.append(
        (
            f"gap between sentences, set to {gap['setting']} ms",
            f"{gap['least']} to {gap['most']} ms",
            gap["n"],
            f"within {GOAL_GAP_MS:.0f} ms",
        )
    )
    rows += [
        ("sentences lost, doubled", f"{many['lost']}, {many['doubled']}", many["sentences"], "0, 0"),
        ("in order", "yes" if many["is_in_order"] else "no", many["sentences"], "yes"),
        (
            "memory after a tenth / half / all",
            " / ".join(f"{many[f'rss_{when}_mb']:.0f}" for when in ("start", "half", "end")) + " MB",
            many["sentences"],
            "flat",
        ),
    ]
    lines = [str(report["machine"]), "", "| what | measured | n | goal |", "|---|--:|--:|---|"]
    if isinstance(busy, dict):
        what = f"underflows in {busy['seconds']:.0f} s with translation busy"
        rows.append((what, str(busy["underflows"]), busy["spoken"], "0"))
    lines += [f"| {what} | {measured} | {count} | {goal} |" for what, measured, count, goal in rows]
    if isinstance(busy, dict):
        late = f"; its worst call came {busy['worst_delay_ms']:.1f} ms late" if busy["worst_delay_ms"] else ""
        lines += [
            "",
            f"Busy: {busy['translator']}, {busy['voice']}, {busy['translated']} sentences translated, "
            f"{busy['spoken']} spoken, {busy['failed']} failed; device: {busy['device']}{late}.",
        ]
    return "\n".join(lines)


def _silence_goal(name: str) -> str:
    return f"p95 ≤ {GOAL_SILENCE_MS:.0f} ms" if name == "all" else ""
