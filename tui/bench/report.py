"""What was measured as a table and as JSON, with what it should be beside it."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from statistics import median

from engine.latency import percentile
from tui.bench.measure import Samples

ECHO_LIMIT_MS = 8.0
FLOOD_LIMIT = 1.5
IDLE_LIMIT_PERCENT = 1.0
FIRST_PAINT_LIMIT_MS = 300.0
FIRST_BYTE_LIMIT_MS = 100.0
CORE = "% of a core"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: with the app, without it, and what the app makes of it."""

    name: str
    n: int
    ours: str
    bare: str
    difference: float
    unit: str
    expected: float | None
    """the most that `difference` should be"""

    @property
    def is_reached(self) -> bool | None:
        """Whether it is as it should be; None where nothing is expected."""
        return None if self.expected is None else self.difference <= self.expected


def rows(samples: Samples) -> list[Row]:
    """The table's lines."""
    return [*_echo_rows(samples), *_flood_rows(samples), *_idle_rows(samples), *_start_rows(samples)]


def _echo_rows(samples: Samples) -> list[Row]:
    ours, bare = samples.echo_ms, samples.bare_echo_ms
    usual = percentile(bare, 50)
    added = [delay - usual for delay in ours]
    return [
        Row(
            f"key until its cell is drawn, p{percent}",
            len(ours),
            _ms(percentile(ours, percent)),
            _ms(percentile(bare, percent)),
            percentile(added, percent),
            "ms",
            limit,
        )
        for percent, limit in ((50, None), (95, ECHO_LIMIT_MS))
    ]


def _flood_rows(samples: Samples) -> list[Row]:
    ours, bare, keys = median(samples.flood_s), median(samples.emulator_flood_s), samples.flooded_key_ms
    name = f"`cat` of {samples.flood_bytes / 1e6:.0f} MB of coloured text"
    return [
        Row(name, len(samples.flood_s), f"{ours:.2f} s", f"{bare:.2f} s", ours / bare, "x", FLOOD_LIMIT),
        _plain_row("our own key during it, p50", len(keys), percentile(keys, 50)),
        _plain_row("our own key during it, slowest", len(keys), max(keys)),
    ]


def _idle_rows(samples: Samples) -> list[Row]:
    app, workers = samples.idle_app_percent, samples.idle_workers_percent
    return [
        _plain_row(f"idle for {samples.idle_s:.0f} s, the app", 1, app, CORE, IDLE_LIMIT_PERCENT),
        _plain_row(f"idle, its workers ({samples.models})", 1, workers, CORE),
    ]


def _start_rows(samples: Samples) -> list[Row]:
    paints, shown = samples.first_paint_ms, samples.first_output_ms
    byte, bare = median(samples.first_byte_ms), median(samples.bare_first_byte_ms)
    starts = len(paints)
    return [
        _plain_row("first paint", starts, median(paints), limit=FIRST_PAINT_LIMIT_MS),
        Row("the program's first byte", starts, _ms(byte), _ms(bare), byte - bare, "ms", FIRST_BYTE_LIMIT_MS),
        _plain_row("the program's first byte, on the screen", starts, median(shown)),
    ]


def _plain_row(name: str, n: int, value: float, unit: str = "ms", limit: float | None = None) -> Row:
    """Something that the bare terminal does not have."""
    return Row(name, n, _with_unit(value, unit), "", value, unit, limit)


def machine() -> str:
    """The machine in a few words."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def to_json(samples: Samples) -> dict[str, object]:
    """One object: the machine and every row."""
    return {
        "machine": machine(),
        "rows": [
            {
                "name": row.name,
                "n": row.n,
                "with": row.ours,
                "bare": row.bare,
                "difference": round(row.difference, 2),
                "unit": row.unit,
                "expected": row.expected,
                "reached": row.is_reached,
            }
            for row in rows(samples)
        ],
    }


def to_markdown(samples: Samples) -> str:
    """A table for people."""
    lines = [
        f"{machine()}, load {os.getloadavg()[0]:.1f}. Medians where nothing else is said; "
        "bare: the same program in a pseudo terminal that only the emulator reads.",
        "",
        "| | n | with streamtts | bare | difference | expected | |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    return "\n".join([*lines, *map(_line, rows(samples))])


def _line(row: Row) -> str:
    difference = _with_unit(row.difference, row.unit, sign="+" if row.bare and row.unit == "ms" else "")
    expected = "" if row.expected is None else f"≤ {_with_unit(row.expected, row.unit)}"
    reached = {None: "", True: "reached", False: "**missed**"}[row.is_reached]
    return f"| {row.name} | {row.n} | {row.ours} | {row.bare} | {difference} | {expected} | {reached} |"


def _with_unit(value: float, unit: str, sign: str = "") -> str:
    if unit == "x":
        return f"{value:.2f}x"
    return f"{value:{sign}.2f} {unit}" if unit.startswith("%") else f"{value:{sign}.1f} {unit}"


def _ms(value: float) -> str:
    return f"{value:.1f} ms"
