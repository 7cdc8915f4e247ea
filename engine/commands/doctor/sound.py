"""The library, the device, and a tone that is heard again where the sound server lets us listen."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np

from engine.audio.devices import output_devices
from engine.audio.errors import SinkError
from engine.audio.open import open_sink
from engine.audio.portaudio import import_sounddevice
from engine.commands.doctor.check import Finding, Patient, failed, note, ok
from engine.protocols import AudioChunk, Samples, Sink

_TONE_HZ, _TONE_S, _LEVEL = 440.0, 0.4, 0.1
_LISTEN_RATE = 16_000
_LISTEN_S = 3.0
_HEARD = 5.0
"""So many times stronger than all else around it, and the tone was heard."""


def portaudio(_: Patient) -> Iterator[Finding]:
    """The library."""
    try:
        version = import_sounddevice().get_portaudio_version()[1]
    except SinkError as error:
        yield failed("portaudio", "not usable", str(error))
    else:
        yield ok("portaudio", version.partition(",")[0])


def device(patient: Patient) -> Iterator[Finding]:
    """Open the chosen device; play a tone on it, and listen."""
    wanted = patient.settings.audio.device
    try:
        sink = open_sink("device", wanted)
    except SinkError as error:
        yield failed("sound device", wanted or "the system's choice", str(error))
        return
    try:
        names = [found.name for found in output_devices()]
        yield ok("sound device", f"{wanted or 'the system’s choice'} of {len(names)}: {', '.join(names[:4])}")
        if patient.is_quiet:
            yield note("tone", "not played (--quiet)")
        else:
            yield _tone(sink)
    finally:
        sink.close()


def _tone(sink: Sink) -> Finding:
    listener = _Listener() if shutil.which("parec") else None
    if listener is None:
        _play(sink)
        return note("tone", "played; whether it was heard, you know better: there is no way to listen here")
    recorded = listener.during(lambda: _play(sink))
    if recorded is None:
        return note("tone", "played; the sound server gives no recording of what it plays")
    strength = _strength(recorded)
    if strength < _HEARD:
        return failed(
            "tone",
            "played, but not heard at the sound server",
            "look for a muted device: pavucontrol, or pactl list sinks",
        )
    return ok("tone", "played, and heard at the sound server")


def _play(sink: Sink) -> None:
    rate = sink.sample_rate
    at = np.arange(round(rate * _TONE_S)) / rate
    tone = (_LEVEL * np.sin(2 * np.pi * _TONE_HZ * at) * np.minimum(1.0, np.minimum(at, at[::-1]) / 0.02)).astype(
        np.float32
    )
    step = rate // 100
    for start in range(0, len(tone), step):
        deadline = time.monotonic() + 1.0
        while not sink.wait_for_room() and time.monotonic() < deadline:
            pass
        sink.write(AudioChunk(tone[start : start + step], rate))
    sink.idle()
    time.sleep(_TONE_S / 2)


class _Listener:
    """Records what the sound server plays (PulseAudio, or PipeWire in its place)."""

    def during(self, act: Callable[[], None]) -> Samples | None:
        command = ["parec", "--device=@DEFAULT_MONITOR@", "--format=s16le", "--channels=1", f"--rate={_LISTEN_RATE}"]
        try:
            process = subprocess.Popen(
                [*command, "--latency-msec=20"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError:
            return None
        assert process.stdout
        stop = threading.Timer(_LISTEN_S, process.kill)
        stop.start()
        if not process.stdout.read(2):  # it records now; or it has ended at once
            process.wait()
            stop.cancel()
            return None
        act()
        time.sleep(0.3)
        process.terminate()
        data = process.stdout.read()
        process.wait()
        stop.cancel()
        samples: Samples = (np.frombuffer(data[: len(data) // 2 * 2], "<i2") / 32768.0).astype(np.float32)
        return samples


def _strength(samples: Samples) -> float:
    """The tone's strength over that of other frequencies."""
    if len(samples) < _LISTEN_RATE // 5:
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples))
    around = np.abs(np.fft.rfftfreq(len(samples), 1 / _LISTEN_RATE) - _TONE_HZ) < 20
    return float(spectrum[around].max() / (spectrum[~around].mean() + 1e-9))
