"""When each sentence sounded, as subtitles need it."""

from __future__ import annotations

import itertools
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from engine.events import SpeechChanged, SpeechPhase
from engine.source import BlockEnd, TextDelta
from tests.engine.pipeline.conftest import Listener, MakeEngine

TEXT = "The first sentence is here. The second one follows it. And this is the third. "


def spans(heard: Listener) -> list[tuple[float, float]]:
    ends = [event for event in heard.of(SpeechChanged) if event.phase is not SpeechPhase.STARTED]
    return [(event.start_s, event.end_s) for event in ends if event.start_s is not None and event.end_s is not None]


def test_in_a_file_they_are_the_places_of_the_sound_in_it(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine, heard = make_engine()
    now = time.monotonic()
    engine.feed(TextDelta("b", TEXT, now))
    engine.feed(BlockEnd("b", now))
    engine.drain(120)
    engine.close()
    found = spans(heard)
    assert len(found) == 3
    with wave.open(str(tmp_path / "out.wav")) as file:
        rate = file.getframerate()
        loud = np.abs(np.frombuffer(file.readframes(file.getnframes()), "<i2")) > 300
    assert found[0][0] == 0.0
    assert found[-1][1] == pytest.approx(len(loud) / rate, abs=0.02)
    for (_, end_s), (start_s, _) in itertools.pairwise(found):
        assert start_s - end_s == pytest.approx(0.150, abs=0.001)
        assert not loud[round(end_s * rate) : round(start_s * rate)].any()
    for start_s, end_s in found:
        assert loud[round(start_s * rate) : round(end_s * rate)].any()


def test_what_is_never_said_has_no_time(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    engine.set_muted(True)
    now = time.monotonic()
    engine.feed(TextDelta("b", TEXT, now))
    engine.feed(BlockEnd("b", now))
    engine.drain(120)
    assert heard.finals()
    assert spans(heard) == []
