"""The load that the screen is measured under: the app itself, in a window, on stand-ins."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

from engine.text.segmenter import Committed, Segmenter
from tui.bench import stand_ins
from tui.bench.measure import outer_environment
from tui.bench.screen import _shows_japanese, _type, _window
from tui.bench.streaming import STREAM

PATIENCE_S = 120.0


def test_the_stand_ins_know_the_sentences_of_the_text() -> None:
    segmenter = Segmenter()
    events = segmenter.feed("".join(itertools.islice(stand_ins.text(), 2_000)), 0.0)
    committed = [event.en for event in events if isinstance(event, Committed)]
    assert {english for english, _ in stand_ins.PAIRS} <= set(committed)


def test_text_streams_keys_are_shown_and_frames_are_timed(tmp_path: Path) -> None:
    file = tmp_path / "stream.json"
    with _window(STREAM, outer_environment(os.environ), file) as window:
        window.wait_until(_shows_japanese, "the first Japanese", PATIENCE_S)
        assert all(delay > 0 for delay in _type(window, 3))
    found = json.loads(file.read_text())
    assert found["frames"]
    assert all(wall_ms > 0 and cpu_ms >= 0 for _, wall_ms, cpu_ms in found["frames"])
    assert found["costs_ms"] == {}
