"""Recorded sessions of Claude Code, drawn as a reference terminal drew them: all of them, at every recorded cut."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.style import Style

from tui.terminal.cells import Run
from tui.terminal.emulator import Emulator
from tui.terminal.paint import Painter

RECORDINGS = Path(__file__).parents[2] / "data" / "recordings"
NAMES = sorted(path.parent.name for path in RECORDINGS.glob("*/screens.json"))


def _chunks(data: bytes, seed: int) -> Iterator[bytes]:
    """Pieces of 1 to 400 bytes, so that sequences and characters are cut anywhere."""
    sizes = random.Random(seed)
    at = 0
    while at < len(data):
        size = sizes.randint(1, 400)
        yield data[at : at + size]
        at += size


def _raw(name: str) -> bytes:
    return (RECORDINGS / name / "tty.raw").read_bytes()


def _rows(emulator: Emulator) -> list[tuple[Run, ...]]:
    return [emulator.row(y) for y in range(emulator.rows)]


def test_no_recording_was_left_out() -> None:
    assert len(NAMES) == 11


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_rows_equal_the_true_screens_at_every_cut(name: str, seed: int) -> None:
    truth = json.loads((RECORDINGS / name / "screens.json").read_text(encoding="utf-8"))
    raw = _raw(name)
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
def test_a_screen_read_piece_by_piece_through_resizes_equals_one_read_at_the_end(name: str) -> None:
    raw, choice = _raw(name), random.Random(name)
    piecewise, at_the_end = Emulator(100, 40), Emulator(100, 40)
    cuts = sorted(choice.sample(range(len(raw)), 12))
    for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(raw)], strict=True)):
        for chunk in _chunks(raw[start:end], seed=number):
            piecewise.feed(chunk)
            piecewise.take_dirty()
        at_the_end.feed(raw[start:end])
        if end < len(raw):
            size = (choice.randint(1, 160), choice.randint(1, 60))
            piecewise.resize(*size)
            at_the_end.resize(*size)
    at_the_end.take_dirty()
    assert _rows(piecewise) == _rows(at_the_end)
    assert piecewise.cursor == at_the_end.cursor


@pytest.mark.parametrize("name", NAMES)
def test_every_painted_row_has_the_terminals_width(name: str) -> None:
    emulator = Emulator(100, 40)
    for chunk in _chunks(_raw(name), seed=4):
        emulator.feed(chunk)
        changed = emulator.take_dirty()
        painter = Painter(Style.null(), emulator.palette)
        for y in changed:
            assert cell_len(painter.paint(emulator.row(y)).text) == 100
