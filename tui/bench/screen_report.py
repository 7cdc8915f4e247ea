"""What `bench --screen` measured, as a table and as JSON, with what it should be beside it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from engine.latency import percentile
from tui.bench.report import machine
from tui.bench.screen import ScreenSamples
from tui.bench.streaming import EARLY_ROW, LATE_ROW, TEXT_PER_S

FRAME_LIMIT_MS = 16.0
KEY_LIMIT_MS = 20.0
CPU_LIMIT_PERCENT = 15.0
ROW_LIMIT = 1.25
CORE = "% of a core"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    name: str
    n: int
    value: float
    unit: str
    expected: float | None = None
    """the most that it should be"""

    @property
    def is_reached(self) -> bool | None:
        """Whether it is as it should be; None where nothing is expected."""
        return None if self.expected is None else self.value <= self.expected


def lines(samples: ScreenSamples) -> list[Line]:
    """The table's lines."""
    early, late = median(samples.early_row_ms), median(samples.late_row_ms)
    rows = len(samples.late_row_ms)
    return [
        *_percentiles("frame, from the first stroke until the terminal has it", samples.frame_ms, FRAME_LIMIT_MS),
        *_percentiles("frame, processor time", samples.frame_cpu_ms),
        *_percentiles("key until its cell is drawn", samples.key_ms, KEY_LIMIT_MS),
        Line(f"the whole app, for {samples.seconds:.0f} s", 1, samples.cpu_percent, CORE, expected=CPU_LIMIT_PERCENT),
        Line(f"one row more in the view after {EARLY_ROW}, with its frame, processor time", rows, early, "ms"),
        Line(f"one row more in the view after {LATE_ROW:,}, with its frame, processor time", rows, late, "ms"),
        Line("the second to the first", rows, late / early, "x", expected=ROW_LIMIT),
        Line(
            f"another width with {LATE_ROW:,} rows, with its frame, processor time",
            len(samples.width_ms),
            median(samples.width_ms),
            "ms",
        ),
    ]


def to_json(samples: ScreenSamples) -> dict[str, object]:
    """One object: the machine and every line."""
    return {
        "machine": machine(),
        "load": LOAD,
        "rows": [
            {
                "name": line.name,
                "n": line.n,
                "value": round(line.value, 3),
                "unit": line.unit,
                "expected": line.expected,
                "reached": line.is_reached,
            }
            for line in lines(samples)
        ],
    }


LOAD = (
    f"{TEXT_PER_S:.0f} characters a second stream in both panes, and the voice speaks all the time; translator and "
    "voice are stand-ins without a model, and the sound goes to a sink that keeps the clock's pace and is not heard"
)


def to_markdown(samples: ScreenSamples) -> str:
    """A table for people."""
    head = [
        f"{machine()}, load {os.getloadavg()[0]:.1f}. {LOAD[0].upper()}{LOAD[1:]}.",
        "",
        "| | n | measured | expected | |",
        "|---|--:|--:|--:|---|",
    ]
    return "\n".join([*head, *map(_line, lines(samples))])


def _percentiles(name: str, values: Sequence[float], limit: float | None = None) -> list[Line]:
    return [
        Line(f"{name}, p{percent}", len(values), percentile(values, percent), "ms", limit if percent == 95 else None)
        for percent in (50, 95)
    ]


def _line(line: Line) -> str:
    expected = "" if line.expected is None else f"≤ {_with_unit(line.expected, line.unit)}"
    reached = {None: "", True: "reached", False: "**missed**"}[line.is_reached]
    return f"| {line.name} | {line.n} | {_with_unit(line.value, line.unit)} | {expected} | {reached} |"


def _with_unit(value: float, unit: str) -> str:
    return f"{value:.2f}x" if unit == "x" else f"{value:.1f} {unit}"
