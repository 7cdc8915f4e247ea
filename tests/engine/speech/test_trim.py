from __future__ import annotations

import math

import numpy as np
import pytest

from engine.protocols import Samples
from engine.speech.trim import SilenceTrimmer, trim

RATE = 24_000


def silence(seconds: float) -> Samples:
    return np.full(round(seconds * RATE), 0.001, np.float32)


def tone(seconds: float) -> Samples:
    samples: Samples = (0.5 * np.cos(2 * np.pi * 300 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)
    return samples


def test_silence_at_both_ends_is_cut_to_a_short_lead_and_tail() -> None:
    trimmed = trim(np.concatenate([silence(0.3), tone(0.5), silence(0.4)]), RATE)
    assert len(trimmed) / RATE == pytest.approx(0.5 + 0.020 + 0.030, abs=0.005)


def test_a_pause_inside_stays() -> None:
    sound = np.concatenate([tone(0.2), silence(0.5), tone(0.2)])
    assert len(trim(sound, RATE)) / RATE == pytest.approx(0.9, abs=0.005)


def test_the_tail_can_be_kept_whole() -> None:
    sound = np.concatenate([silence(0.3), tone(0.2), silence(0.4)])
    assert len(trim(sound, RATE, tail_s=math.inf)) / RATE == pytest.approx(0.62, abs=0.005)


def test_silence_alone_gives_nothing() -> None:
    assert len(trim(silence(1.0), RATE)) == 0
    assert len(trim(np.zeros(0, np.float32), RATE)) == 0


def test_both_cuts_are_faded_so_that_they_do_not_click() -> None:
    trimmed = trim(np.concatenate([tone(0.2), silence(0.001)]), RATE)
    assert trimmed[0] == 0.0
    assert trimmed[-1] == 0.0


@pytest.mark.parametrize("size", [1, 100, 777, 5000])
def test_pieces_give_the_same_as_the_whole(size: int) -> None:
    sound = np.concatenate([silence(0.1), tone(0.1), silence(0.05), tone(0.1), silence(0.1)])
    trimmer = SilenceTrimmer(RATE)
    pieces = [trimmer.feed(sound[start : start + size]) for start in range(0, len(sound), size)]
    joined = np.concatenate([*pieces, trimmer.finish()])
    # The ramp at the start is as long as the first piece allows.
    assert len(joined) == len(trim(sound, RATE))
    np.testing.assert_array_equal(joined[100:], trim(sound, RATE)[100:])


def test_sound_is_not_held_back_until_the_end() -> None:
    trimmer = SilenceTrimmer(RATE)
    assert len(trimmer.feed(np.concatenate([silence(0.1), tone(0.2)]))) > 0.19 * RATE
