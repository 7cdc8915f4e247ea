from __future__ import annotations

import struct

import numpy as np
import pytest

from engine.protocols import Samples, SpeechError
from engine.speech.wav_stream import WavReader
from tests.support.sound_bytes import tone, wav_bytes


def read(data: bytes, step: int) -> tuple[Samples, int]:
    reader = WavReader()
    parts = [reader.feed(data[at : at + step]) for at in range(0, len(data), step)]
    return np.concatenate(parts), reader.sample_rate


@pytest.mark.parametrize("step", [1, 7, 44, 100_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("kind", "bits"), [(1, 16), (1, 24), (1, 32), (3, 32)])
def test_every_kind_of_wav_gives_the_same_mono_sound(kind: int, bits: int, channels: int, step: int) -> None:
    sound = tone(0.05, 24_000)
    samples, sample_rate = read(wav_bytes(sound, 24_000, kind=kind, bits=bits, channels=channels), step)
    assert sample_rate == 24_000
    np.testing.assert_allclose(samples, sound, atol=1e-4)


def test_the_length_in_the_header_is_not_believed() -> None:
    data = bytearray(wav_bytes(tone(0.05, 24_000), 24_000))
    struct.pack_into("<I", data, 40, 0)
    assert len(read(bytes(data), 64)[0]) == 1200


def test_other_chunks_before_the_sound_are_left_out() -> None:
    data = wav_bytes(tone(0.05, 24_000), 24_000)
    extra = b"LIST" + struct.pack("<I", 5) + b"hello\0"
    assert len(read(data[:36] + extra + data[36:], 10)[0]) == 1200


@pytest.mark.parametrize(
    "data",
    [
        b"<html>no sound</html>",
        b"RIFF\0\0\0\0AVI LIST",
        b"RIFF\0\0\0\0WAVEdata\0\0\0\0",
        b"RIFF\0\0\0\0WAVE" + b"junk" + struct.pack("<I", 1 << 30),
        wav_bytes(tone(0.01, 24_000), 24_000)[:34] + b"\x08\0" + b"data\0\0\0\0",
    ],
    ids=["html", "avi", "no-format", "endless-chunk", "8-bit"],
)
def test_what_is_no_wav_is_an_error(data: bytes) -> None:
    with pytest.raises(SpeechError) as caught:
        read(data, 3)
    assert caught.value.code == "bad_audio"
