from __future__ import annotations

import pytest

from engine.events import StageStats
from engine.latency import RECENT, LatencyBoard, percentile


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
    assert board.snapshot() == {"synth_first_ms": StageStats(3.0, 2.0, 3.0, 3, recent_ms=(1.0, 2.0, 3.0))}


def test_only_the_last_values_are_told_one_by_one() -> None:
    board = LatencyBoard()
    for value in range(RECENT + 5):
        board.record("queue_ms", float(value))
    assert board.snapshot()["queue_ms"].recent_ms == tuple(float(value) for value in range(5, RECENT + 5))


def test_a_value_that_comes_later_is_in_the_next_figures() -> None:
    board = LatencyBoard()
    board.record("queue_ms", 1.0)
    before = board.snapshot()
    board.record("queue_ms", 5.0)
    assert before["queue_ms"].last_ms == 1.0
    assert board.snapshot()["queue_ms"].last_ms == 5.0
