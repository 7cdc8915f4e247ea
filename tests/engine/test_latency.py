from __future__ import annotations

import pytest

from engine.events import StageStats
from engine.latency import LatencyBoard, percentile


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, percent) for percent in (0, 50, 95, 100)] == [1, 50, 95, 100]
    assert percentile([7.0], 95) == 7.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_the_board_looks_back_on_the_last_sentences_only() -> None:
    board = LatencyBoard(window=3)
    for value in (1000.0, 1.0, 2.0, 3.0):
        board.record("synth_first_ms", value)
    board.record("queue_ms", None)
    assert board.snapshot() == {"synth_first_ms": StageStats(last_ms=3.0, p50_ms=2.0, p95_ms=3.0, count=3)}
