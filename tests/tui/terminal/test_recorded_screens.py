"""Recorded sessions of Claude Code, drawn as a reference terminal drew them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.style import Style

from tui.terminal.emulator import Emulator
from tui.terminal.paint import Painter

RECORDINGS = Path(__file__).parents[2] / "data" / "recordings"
NAMES = ("inline-renderer", "reply", "steady-stream", "synchronized-output")


def _chunks(data: bytes, seed: int) -> list[bytes]:
    """Pieces of 1 to 400 bytes, so that sequences and characters are cut anywhere."""
    sizes = random.Random(seed)
    pieces = []
    while data:
        size = sizes.randint(1, 400)
        pieces.append(data[:size])
        data = data[size:]
    return pieces


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_rows_equal_the_true_screens_at_every_cut(name: str, seed: int) -> None:
    truth = json.loads((RECORDINGS / name / "screens.json").read_text(encoding="utf-8"))
    raw = (RECORDINGS / name / "tty.raw").read_bytes()
    emulator = Emulator(truth["cols"], truth["rows"])
    fed = 0
    for screen in truth["screens"]:
        for chunk in _chunks(raw[fed : screen["bytes"]], seed):
            emulator.feed(chunk)
            emulator.take_dirty()
        fed = screen["bytes"]
        expected = [row.rstrip() for row in screen["rows"]]
        assert emulator.text() == expected + [""] * (truth["rows"] - len(expected))


@pytest.mark.parametrize("name", NAMES)
def test_every_painted_row_has_the_terminals_width(name: str) -> None:
    emulator = Emulator(100, 40)
    for chunk in _chunks((RECORDINGS / name / "tty.raw").read_bytes(), seed=4):
        emulator.feed(chunk)
        changed = emulator.take_dirty()
        painter = Painter(Style.null(), emulator.palette)
        for y in changed:
            assert cell_len(painter.paint(emulator.row(y)).text) == 100
