from __future__ import annotations

import pytest

from engine.text.table import cells


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| a | b |", ["a", "b"]),
        ("a | b", ["a", "b"]),
        ("| a |  | c |", ["a", "", "c"]),
        ("| a\\|b | `x|y` | ``p|`q`` |", ["a|b", "`x|y`", "``p|`q``"]),
        ("| a ` | b |", ["a `", "b"]),
        ("| `a` | `b` | ` |", ["`a`", "`b`", "`"]),
        ("|", [""]),
        ("| a", ["a"]),
    ],
)
def test_cells(row: str, expected: list[str]) -> None:
    assert cells(row) == expected


@pytest.mark.parametrize(
    "row", ["`" * 300_000, "``|`" * 75_000, "`|" * 150_000, "".join("`" * n + "|" for n in range(1, 700))]
)
def test_hostile_rows_are_split(row: str) -> None:
    assert "".join(cells(row)).replace("|", "") == row.replace("|", "")
