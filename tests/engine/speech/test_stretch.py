from __future__ import annotations

import numpy as np
import pytest

from engine.protocols import Samples
from engine.speech.stretch import stretch

RATE = 24_000


def tone(seconds: float, hertz: float = 200.0) -> Samples:
    samples: Samples = (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)
    return samples


@pytest.mark.parametrize("rate", [0.5, 0.8, 1.3, 2.0, 3.0])
def test_length_changes_and_pitch_does_not(rate: float) -> None:
    sound = stretch(tone(2.0), RATE, rate)
    assert len(sound) / RATE == pytest.approx(2.0 / rate, rel=0.05)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    assert np.argmax(spectrum) * RATE / len(sound) == pytest.approx(200.0, abs=4.0)
    assert np.abs(sound).max() == pytest.approx(0.5, abs=0.06)


def test_the_usual_speed_changes_nothing() -> None:
    sound = tone(0.5)
    assert stretch(sound, RATE, 1.0) is sound


def test_very_short_sound_is_left_alone() -> None:
    assert len(stretch(tone(0.02), RATE, 2.0)) == len(tone(0.02))
