"""The WAV file holds what was played, at every moment."""

from __future__ import annotations

import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.audio.errors import SinkError
from engine.audio.player import Player
from engine.audio.wav import WavSink
from tests.support.pulse import read_recording
from tests.support.sound import Listener, level, noise, say

StartPlayer = Callable[..., Player]


def test_utterances_and_gap_are_in_the_file(start_player: StartPlayer, listener: Listener, tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    player = start_player(WavSink(path))
    first, second = noise(0.3, seed=1), noise(0.2, seed=2)
    say(player, 1, first)
    listener.wait_for_finals(1)
    say(player, 2, second)  # later: in a file the gap is the same
    listener.wait_for_finals(2)
    player.close()
    samples, rate = read_recording(path)
    assert rate == 48_000
    expected = np.concatenate((first.samples, np.zeros(7200, dtype=np.float32), second.samples))
    assert samples.shape == expected.shape
    assert np.abs(samples - expected).max() < 2 / 32768
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)


def test_too_loud_is_clipped(tmp_path: Path) -> None:
    sink = WavSink(tmp_path / "out.wav")
    sink.write(level(0.01, 1.7))
    sink.write(level(0.01, -1.7))
    sink.close()
    samples, _ = read_recording(tmp_path / "out.wav")
    assert samples.max() == pytest.approx(1.0, abs=1e-4)
    assert samples.min() == pytest.approx(-1.0, abs=1e-4)
    assert np.all(samples[:480] > 0)


def test_stop_fades_the_last_block(tmp_path: Path) -> None:
    sink = WavSink(tmp_path / "out.wav")
    sink.write(level(0.01))
    sink.write(level(0.01))
    assert sink.stop() == 0.0
    sink.close()
    sink.close()
    samples, _ = read_recording(tmp_path / "out.wav")
    assert np.all(samples[:480] == samples[0])
    assert np.all(np.diff(samples[480:]) <= 0)
    assert samples[-1] == 0.0
    assert len(samples) == 960


def test_a_killed_program_leaves_a_file_that_plays(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    code = f"""
import os, signal
from pathlib import Path
from engine.audio.wav import WavSink
from tests.support.sound import level
sink = WavSink(Path({str(path)!r}))
for _ in range(50):
    sink.write(level(0.01))
sink.idle()
for _ in range(50):
    sink.write(level(0.01))
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code])
    assert done.returncode == -9
    samples, _ = read_recording(path)
    assert len(samples) == 99 * 480  # the last block is held back
    assert path.stat().st_size == 44 + 2 * len(samples)


LIMITED = """
import resource, sys
from pathlib import Path
from engine.audio.player import Player
from engine.audio.wav import WavSink
from tests.support.sound import Listener, noise, say
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
listener, sink = Listener(), WavSink(Path(sys.argv[1]))
player = Player(sink, listener)
say(player, 1, noise(1.0))
say(player, 2, noise(1.0))
listener.wait_for_finals(2)
player.close()
for event in listener.events:
    print(event)
"""


def test_a_full_disk_is_told_and_nothing_stands_still(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    done = subprocess.run([sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"SinkLost(message='Cannot write the WAV file {path}: File too large')" in done.stdout
    assert done.stdout.count("Finished(") == 2
    assert 15_000 < path.stat().st_size <= 20_000


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "out.wav"
    with pytest.raises(SinkError, match=r"missing.out\.wav.*No such file") as caught:
        WavSink(path)
    assert caught.value.code == "wav_file"
