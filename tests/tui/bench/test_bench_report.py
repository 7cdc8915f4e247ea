"""What `bench --terminal` says about what it measured."""

from __future__ import annotations

from tui.bench.measure import Samples
from tui.bench.report import rows, to_json, to_markdown


def samples(**changed: object) -> Samples:
    values: dict[str, object] = {
        "echo_ms": [2.0, 3.0, 4.0],
        "bare_echo_ms": [0.5, 0.5, 9.0],
        "flood_s": [1.4, 1.2, 1.3],
        "emulator_flood_s": [1.0, 1.0, 1.0],
        "flooded_key_ms": [10.0, 30.0],
        "idle_app_percent": 0.25,
        "idle_workers_percent": 2.5,
        "first_paint_ms": [250.0, 900.0, 240.0],
        "first_byte_ms": [120.0, 121.0, 122.0],
        "bare_first_byte_ms": [10.0, 11.0, 12.0],
        "first_output_ms": [500.0, 501.0, 502.0],
        "flood_bytes": 20_000_000,
        "idle_s": 10.0,
        "models": "a and b loaded",
    }
    return Samples(**(values | changed))  # type: ignore[arg-type]


def test_what_is_added_is_counted_from_the_usual_bare_delay() -> None:
    row = next(row for row in rows(samples()) if row.name.endswith("p95"))
    assert (row.n, row.ours, row.bare) == (3, "4.0 ms", "9.0 ms")
    assert row.difference == 3.5  # a slow moment of the bare terminal does not make ours look better


def test_each_expectation_is_reached_or_missed() -> None:
    reached = {row.name: row.is_reached for row in rows(samples())}
    assert reached["`cat` of 20 MB of coloured text"] is True
    assert reached["first paint"] is True
    assert reached["the program's first byte"] is False
    assert reached["idle for 10 s, the app"] is True
    assert reached["idle, its workers (a and b loaded)"] is None


def test_the_table_has_measured_and_expected_side_by_side() -> None:
    table = to_markdown(samples()).splitlines()
    assert "| `cat` of 20 MB of coloured text | 3 | 1.30 s | 1.00 s | 1.30x | ≤ 1.50x | reached |" in table
    assert "| the program's first byte | 3 | 121.0 ms | 11.0 ms | +110.0 ms | ≤ 100.0 ms | **missed** |" in table
    assert "| our own key during it, slowest | 2 | 30.0 ms |  | 30.0 ms |  |  |" in table
    assert all(line.count("|") == 8 for line in table[2:])


def test_json_has_the_same_rows() -> None:
    report = to_json(samples(idle_app_percent=1.5))
    found = report["rows"]
    assert isinstance(found, list)
    idle = next(row for row in found if row["name"] == "idle for 10 s, the app")
    assert (idle["difference"], idle["expected"], idle["reached"]) == (1.5, 1.0, False)
    assert [row["name"] for row in found] == [row.name for row in rows(samples())]
