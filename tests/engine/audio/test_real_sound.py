"""What a real sound server was given, recorded from it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from subprocess import PIPE

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.commands.bench.stand_ins import level
from tests.support.pulse import PulseNullSink, loud_spans, needs_sound, pulse_null_sink, read_recording

pytestmark = needs_sound

PLAYER = """
import sys, time
from engine.audio.open import open_sink
from engine.audio.player import Finished, Player, SinkBack, SinkLost, Started
from tests.support.sound import Listener, say, tone
listener = Listener()
player = Player(open_sink("device", ""), listener)
"""


@pytest.fixture(scope="module")
def pulse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PulseNullSink]:
    with pulse_null_sink(tmp_path_factory.mktemp("pulse")) as running:
        yield running


def test_another_process_lists_the_devices_that_this_one_has(pulse: PulseNullSink) -> None:
    code = """
from engine.audio import devices
here = devices.output_devices()
devices.output_devices = lambda: []
print(len(here) > 0, devices.fresh_output_devices() == here)
"""
    assert pulse.run_python(code).split() == ["True", "True"]


def test_tones_are_heard_at_their_length_pitch_and_distance(pulse: PulseNullSink, tmp_path: Path) -> None:
    code = """
say(player, 1, tone(1.0, 24_000))
say(player, 2, tone(0.5, 48_000, 880.0))
listener.wait_for_finals(2)
player.close()
print(player.underflows)
"""
    path = tmp_path / "heard.wav"
    with pulse.record(path):
        underflows = pulse.run_python(PLAYER + code)
    samples, rate = read_recording(path)
    spans = loud_spans(samples, rate)
    assert len(spans) == 2, f"{spans}, {underflows} underflows"
    (start, end), (next_start, next_end) = spans
    assert end - start == pytest.approx(1.0, abs=0.03)
    assert next_end - next_start == pytest.approx(0.5, abs=0.03)
    assert next_start - end == pytest.approx(0.15, abs=0.03)
    for (first, last), hertz in zip(spans, (440, 880), strict=True):
        sound = samples[round(first * rate) : round(last * rate)]
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
        assert spectrum.argmax() * rate / len(sound) == pytest.approx(hertz, abs=3)


def test_stop_silences_the_device(pulse: PulseNullSink, tmp_path: Path) -> None:
    code = """
say(player, 1, tone(20.0))
say(player, 2, tone(20.0))
listener.wait_for(lambda: any(isinstance(event, Started) for event in listener.events))
time.sleep(0.5)
player.stop()
listener.wait_for_finals(2)
time.sleep(0.5)
say(player, 3, tone(0.3))
listener.wait_for_finals(3)
player.close()
print([final.audio_s for final in listener.finals])
"""
    path = tmp_path / "heard.wav"
    with pulse.record(path):
        played = json.loads(pulse.run_python(PLAYER + code))
    samples, rate = read_recording(path)
    first, again = loud_spans(samples, rate, min_gap_ms=200)
    assert first[1] - first[0] == pytest.approx(played[0], abs=0.1)
    assert first[1] - first[0] < 5.0
    assert played[1] == 0.0
    assert again[1] - again[0] == pytest.approx(0.3, abs=0.03)
    # The end is a fade: the last 8 ms get quieter, with no step to silence.
    tail = np.abs(samples[round(first[1] * rate) - 480 : round(first[1] * rate)])
    assert tail[-100:].max() < 0.15 < tail[:100].max()


def test_the_whole_engine_keeps_order_and_gap_and_a_stop_is_final(pulse: PulseNullSink, tmp_path: Path) -> None:
    code = """
from engine.audio.open import open_sink
from engine.commands.bench.marked_run import Ends, marked_engine, say, wait_until
from engine.events import SpeechChanged, SpeechPhase
ends, started = Ends(), []
def book(event):
    ends.take(event)
    if isinstance(event, SpeechChanged) and event.phase is SpeechPhase.STARTED:
        started.append(event.id)
with marked_engine(open_sink("device", ""), 0.4, 200, book) as engine:
    for number in range(8):
        say(engine, number * 100)
    wait_until(lambda: ends.live >= 2, "two sentences")
    engine.replay(1)
    wait_until(lambda: ends.live == 8 and ends.replays == 1, "all sentences and the replay")
    for number in (8, 9, 10):
        say(engine, number * 100)
    # Ids count from 1: this is the sentence 900.
    wait_until(lambda: 10 in started, "the sentence to be stopped")
    engine.stop()
    wait_until(lambda: ends.live == 11, "the end of those that were stopped")
    say(engine, 1100, begins_turn=True)
    wait_until(lambda: ends.live == 12, "the sentence of the next turn")
"""
    path = tmp_path / "heard.wav"
    with pulse.record(path):
        pulse.run_python(code, timeout_s=200.0)
    samples, rate = read_recording(path)
    # Of the sentence that was stopped there may be anything from nothing to all of it.
    # The one after it follows as soon as it can.
    spans = [(start, end) for start, end in loud_spans(samples, rate, min_gap_ms=5) if end - start > 0.05]
    named = [(_sentence(samples[round(start * rate) : round(end * rate)]), start, end) for start, end in spans]
    # A device that ran dry on a busy machine has cut one in two.
    parts = [list(group) for _, group in groupby(named, key=lambda one: one[0])]
    heard = [group[0][0] for group in parts]
    again = heard.index(0, 1)
    assert 2 <= again < heard.index(8), f"the replay jumped the queue: {heard}"
    live = [number for place, number in enumerate(heard) if place != again]
    assert [number for number in live if number != 9] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 11]
    assert live == sorted(live)
    gaps = [after[0][1] - before[-1][2] for before, after in pairwise(parts[: heard.index(8)])]
    # On a busy machine the device may run dry, and lose or add a few hundredths.
    assert min(gaps) > 0.1
    assert median(gaps) == pytest.approx(0.2, abs=0.05)


def _sentence(samples: NDArray[np.float32]) -> int:
    """Which sentence has this level, in hundreds."""
    number = (float(np.median(samples)) - level(0)) / (level(100) - level(0))
    assert number == pytest.approx(round(number), abs=0.05)
    return round(number)


def test_sound_comes_back_after_the_server_was_gone(tmp_path: Path) -> None:
    code = """
print("ready", flush=True)
for number in range(1, 1000):
    say(player, number, tone(0.1))
listener.wait_for(lambda: any(isinstance(event, SinkLost) for event in listener.events))
print("lost", flush=True)
finished = len(listener.finished)
listener.wait_for(lambda: len(listener.finished) > finished + 3)
print("going on", flush=True)
listener.wait_for(lambda: SinkBack() in listener.events)
player.stop()
print("back", flush=True)
input()
say(player, 1000, tone(0.7))
listener.wait_for_finals(1000)
player.close()
"""
    path = tmp_path / "heard.wav"
    with pulse_null_sink(tmp_path) as pulse:
        command = [sys.executable, "-c", PLAYER + code]
        with subprocess.Popen(command, env=pulse.merged_env(), stdin=PIPE, stdout=PIPE, text=True) as program:
            assert program.stdin
            assert program.stdout
            assert program.stdout.readline() == "ready\n"
            pulse.kill()
            assert program.stdout.readline() == "lost\n"
            assert program.stdout.readline() == "going on\n"
            pulse.start()
            assert program.stdout.readline() == "back\n"
            with pulse.record(path):
                program.stdin.write("play\n")
                program.stdin.flush()
                assert program.wait(60) == 0
    samples, rate = read_recording(path)
    # What was stopped just before may still end in the device, in a fade of 8 ms.
    ((start, end),) = (span for span in loud_spans(samples, rate) if span[1] - span[0] > 0.05)
    assert end - start == pytest.approx(0.7, abs=0.05)


def test_the_default_device_is_listed(pulse: PulseNullSink) -> None:
    code = "from engine.audio.devices import output_devices\nprint([d.name for d in output_devices() if d.is_default])"
    assert pulse.run_python(code).strip() == "['default']"
