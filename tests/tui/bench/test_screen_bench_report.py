"""What `bench --screen` says about what it measured."""

from __future__ import annotations

from tui.bench.screen import ScreenSamples
from tui.bench.screen_report import lines, to_json, to_markdown


def samples(**changed: object) -> ScreenSamples:
    values: dict[str, object] = {
        "frame_ms": [2.0] * 19 + [40.0],
        "frame_cpu_ms": [1.0] * 20,
        "key_ms": [5.0, 6.0, 30.0],
        "cpu_percent": 12.34,
        "seconds": 12.0,
        "early_row_ms": [2.0, 1.0, 9.0],
        "late_row_ms": [3.0, 2.5, 2.0],
        "width_ms": [4.0],
    }
    return ScreenSamples(**(values | changed))  # type: ignore[arg-type]


def test_each_expectation_is_reached_or_missed() -> None:
    reached = {line.name: line.is_reached for line in lines(samples())}
    assert reached["frame, from the first stroke until the terminal has it, p95"] is True
    assert reached["frame, from the first stroke until the terminal has it, p50"] is None
    assert reached["key until its cell is drawn, p95"] is False
    assert reached["the whole app, for 12 s"] is True
    assert {line.name: line.is_reached for line in lines(samples(cpu_percent=15.1))}["the whole app, for 12 s"] is False


def test_rows_are_compared_by_their_medians() -> None:
    line = next(line for line in lines(samples()) if line.unit == "x")
    assert (line.value, line.is_reached) == (1.25, True)


def test_the_table_says_what_stood_in_for_the_models() -> None:
    table = to_markdown(samples()).splitlines()
    assert "stand-ins without a model" in table[0]
    assert "| key until its cell is drawn, p95 | 3 | 30.0 ms | ≤ 20.0 ms | **missed** |" in table
    assert "| the whole app, for 12 s | 1 | 12.3 % of a core | ≤ 15.0 % of a core | reached |" in table
    assert "| the second to the first | 3 | 1.25x | ≤ 1.25x | reached |" in table
    assert all(line.count("|") == 6 for line in table[2:])


def test_json_has_the_same_lines() -> None:
    report = to_json(samples())
    found = report["rows"]
    assert isinstance(found, list)
    assert [row["name"] for row in found] == [line.name for line in lines(samples())]
    assert next(row for row in found if row["unit"] == "x")["reached"] is True
    assert "stand-ins" in str(report["load"])
