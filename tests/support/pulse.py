"""A real sound server without a sound card: a private PulseAudio whose only sink goes nowhere, and a recorder on it.

PortAudio reads its surroundings once, when it initialises, so whatever sounds must run in a process of its own
that was started with `PulseNullSink.env`:

    pytestmark = needs_sound

    with pulse_null_sink(tmp_path) as pulse:
        with pulse.record(tmp_path / "heard.wav"):
            pulse.run_python("from engine.audio.open import open_sink; …")
        samples, rate = read_recording(tmp_path / "heard.wav")
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

RATE = 48_000
SINK = "nullsink"
_TOOLS = ("pulseaudio", "pactl", "parec")
_PATIENCE_S = 20.0
_ALSA_CONFIG = """\
</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


def missing_for_sound() -> str | None:
    """Say what this machine lacks for tests that sound, or None when they can run."""
    if not sys.platform.startswith("linux"):
        return "the private sound server is for Linux only"
    for tool in _TOOLS:
        if shutil.which(tool) is None:
            return f"{tool} is not installed (Debian: pulseaudio, pulseaudio-utils)"
    if ctypes.util.find_library("portaudio") is None:
        return "PortAudio is not installed (Debian: libportaudio2)"
    if not any(Path("/usr/lib").glob("**/alsa-lib/libasound_module_pcm_pulse.so")):
        return "ALSA cannot speak to PulseAudio (Debian: libasound2-plugins)"
    return None


class PulseNullSink:
    """A private sound server, and what can be done with it. `pulse_null_sink` makes one."""

    def __init__(self, folder: Path, runtime: Path) -> None:
        self._log = folder / "pulseaudio.log"
        self._runtime = runtime
        alsa = folder / "alsa.conf"
        alsa.write_text(_ALSA_CONFIG, encoding="utf-8")
        # HOME stays the user's: caches of weights live there.
        self.env = {
            "ALSA_CONFIG_PATH": str(alsa),
            "PULSE_SERVER": f"unix:{runtime / 'native'}",
            "PULSE_RUNTIME_PATH": str(runtime),
            "PULSE_SINK": SINK,
        }
        """to merge into the environment of a process: its default sound device is then the null sink"""
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        modules = [
            f"module-null-sink sink_name={SINK} rate={RATE} channels=1 format=s16le",
            f"module-native-protocol-unix auth-anonymous=1 socket={self._runtime / 'native'}",
        ]
        alone = ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit=yes"]
        command = ["pulseaudio", *alone, "--realtime=no", "--high-priority=no", "--log-target=stderr"]
        own = {name: str(self._runtime) for name in ("HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH")}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *(f"--load={module}" for module in modules)], env=_others() | own, stdout=log, stderr=log
            )
        _wait_for(self._answers, "PulseAudio to answer")
        # A null sink that nobody listens to at low latency sleeps for up to two seconds before it takes any sound:
        # so somebody always listens, and has heard something before anybody plays.
        self._listener = self.start_recorder(stdout=subprocess.DEVNULL)
        first = self.start_recorder(stdout=subprocess.PIPE)
        if first.stdout:
            first.stdout.read(1)
            first.stdout.close()
        _end(first)

    def kill(self) -> None:
        """Let the sound device vanish: end the server without a good-bye. `start` brings it back."""
        self._end_all(signal.SIGKILL)

    def stop(self) -> None:
        """End the server."""
        self._end_all(signal.SIGTERM)

    @contextmanager
    def record(self, path: Path) -> Iterator[None]:
        """Record what the sink plays into a WAV file at `path`: int16, mono, 48 kHz, complete when the block ends."""
        raw = path.with_suffix(".raw")
        with raw.open("wb") as file:
            recorder = self.start_recorder(stdout=file.fileno())
            try:
                _wait_for(lambda: raw.stat().st_size > 0, "the recorder to hear the sink")
                yield
                # What was played a moment ago is still on its way through server and recorder.
                enough = raw.stat().st_size + RATE * 2 // 2
                _wait_for(lambda: raw.stat().st_size >= enough, "the recorder to catch up")
            finally:
                _end(recorder)
        _raw_to_wav(raw, path)

    def start_recorder(self, stdout: int) -> subprocess.Popen[bytes]:
        """Start `parec` on the sink's monitor: raw int16 mono 48 kHz goes to `stdout`; the caller ends it."""
        arguments = [f"--device={SINK}.monitor", "--format=s16le", f"--rate={RATE}", "--channels=1", "--raw"]
        return subprocess.Popen(
            ["parec", *arguments, "--latency-msec=10"], env=self.merged_env(), stdout=stdout, stderr=subprocess.DEVNULL
        )

    def merged_env(self) -> dict[str, str]:
        """Return this process's environment with `env` merged in, without accounts and other sound servers."""
        return _others() | self.env

    def run_python(self, code: str, *arguments: str, timeout_s: float = 60.0) -> str:
        """Run `code` in a new Python whose sound goes to the sink; return its stdout, raise when it fails."""
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=self.merged_env(),
            capture_output=True,
            text=True,
            timeout=timeout_s,
        )
        if done.returncode != 0:
            raise AssertionError(f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def _end_all(self, how: signal.Signals) -> None:
        for process in (self._process, self._listener):
            if process:
                _end(process, how)

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError("PulseAudio did not start:\n" + self._log.read_text(errors="replace"))
        command = ["pactl", "list", "short", "sinks"]
        return SINK in subprocess.run(command, env=self.merged_env(), capture_output=True, text=True).stdout


needs_sound = [pytest.mark.sound, pytest.mark.skipif(missing_for_sound() is not None, reason=str(missing_for_sound()))]
"""for `pytestmark`"""


@contextmanager
def pulse_null_sink(folder: Path) -> Iterator[PulseNullSink]:
    """Run a private PulseAudio with one null sink for as long as the block lasts. Its log goes to `folder`."""
    with tempfile.TemporaryDirectory(prefix="pulse-") as short:  # a socket's path may have 107 characters
        pulse = PulseNullSink(folder, Path(short))
        try:
            pulse.start()
            yield pulse
        finally:
            pulse.stop()


def read_recording(path: Path) -> tuple[NDArray[np.float32], int]:
    """Read a mono int16 WAV file. Returns samples, shape (n,), full scale ±1.0, and the rate in Hz."""
    with wave.open(str(path)) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        samples: NDArray[np.float32] = data.astype(np.float32) / np.float32(32768)
        return samples, file.getframerate()


def loud_spans(
    samples: NDArray[np.float32], rate: int, threshold_dbfs: float = -40.0, min_gap_ms: float = 50.0
) -> list[tuple[float, float]]:
    """Find where there is sound: (start, end) in seconds, quiet stretches shorter than `min_gap_ms` bridged."""
    loud = np.flatnonzero(np.abs(samples) >= 10 ** (threshold_dbfs / 20))
    if not len(loud):
        return []
    breaks = np.flatnonzero(np.diff(loud) > min_gap_ms / 1000 * rate)
    starts = loud[np.concatenate(([0], breaks + 1))]
    ends = loud[np.concatenate((breaks, [len(loud) - 1]))] + 1
    return [(float(start / rate), float(end / rate)) for start, end in zip(starts, ends, strict=True)]


def _others() -> dict[str, str]:
    private = ("PULSE_", "ANTHROPIC_", "CLAUDE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(private)}


def _wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {_PATIENCE_S:.0f} s for {what}")
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _raw_to_wav(raw: Path, path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(raw.read_bytes())
    raw.unlink()
