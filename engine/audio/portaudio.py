"""PortAudio, through sounddevice: imported late, because on Linux the wheel comes without the library."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from engine.audio.errors import SinkError
from engine.protocols import Samples

Fill = Callable[[Samples, bool], None]
"""Called by the sound thread: fill the samples, shape (n,); True when the device ran dry before this call."""

BLOCK_S = 0.01
LATENCY_S = 0.04
_TAIL_S = 0.05
NO_PORTAUDIO = (
    "Sound needs the PortAudio library, which is not installed. Debian and Ubuntu: `sudo apt install libportaudio2`; "
    "Fedora: `sudo dnf install portaudio`; Arch: `sudo pacman -S portaudio`; macOS: `pip install --force-reinstall "
    "sounddevice`. Everything else works without it."
)
NO_DEVICE = (
    "There is no sound device to play on. Connect one, or record with `--sink wav:FILE`. "
    "Everything else works without it."
)


class Stream(Protocol):
    """A running output stream."""

    @property
    def is_active(self) -> bool:
        """False once the device ended it."""
        ...

    def close(self, *, play_out: bool) -> None:
        """End it, after or before what was handed over has sounded. May hang when the device has vanished."""
        ...


class PortAudio:
    """The library; its state is the process's, so there should be one open stream at a time."""

    def start(self, device_name: str, sample_rate: int, fill: Fill, latency_s: float = LATENCY_S) -> Stream:
        """Start a stream on the device with that name ("" is the default). Raises SinkError."""
        sounddevice = import_sounddevice()
        return _PortAudioStream(sounddevice, _device(sounddevice, device_name), sample_rate, fill, latency_s)

    def restart(self) -> None:
        """Forget the devices and look for them again; all streams must be closed. Raises SinkError."""
        sounddevice = import_sounddevice()
        try:
            sounddevice._terminate()
            sounddevice._initialize()
        except sounddevice.PortAudioError as error:
            raise SinkError("no_sound_device", NO_DEVICE) from error


def import_sounddevice() -> Any:
    """Import sounddevice, which looks for devices (some 0.1 s). Raises SinkError (no_portaudio)."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise SinkError("no_portaudio", NO_PORTAUDIO) from error
    except Exception as error:  # PortAudioError, which cannot be named when the import fails
        raise SinkError("no_sound_device", f"{NO_DEVICE} ({error})") from error
    return sounddevice


class _PortAudioStream:
    def __init__(
        self, sounddevice: Any, device: dict[str, Any], sample_rate: int, fill: Fill, latency_s: float
    ) -> None:
        def callback(out: Any, frames: int, times: Any, status: Any) -> None:
            fill(out[:, 0], bool(status.output_underflow))
            out[:, 1:] = out[:, :1]

        self._error = sounddevice.PortAudioError
        try:
            # A block is a little longer than the fade. Left to itself (blocksize 0, latency low) PortAudio asks for
            # 2 ms blocks and 9 ms in all, and two blocks still run dry when the cores are busy with a model: Python's
            # callback is late by up to 30 ms then. Four do not, and cost a stop 20 ms.
            self._stream = sounddevice.OutputStream(
                samplerate=sample_rate,
                blocksize=round(sample_rate * BLOCK_S),
                device=device["index"],
                # Two where there are two: a one-channel stream sounds on one side only with some drivers.
                channels=min(2, device["max_output_channels"]),
                dtype="float32",
                latency=latency_s,
                callback=callback,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise SinkError(
                "no_sound_device", f"The sound device {device['name']!r} cannot be used: {error}"
            ) from error

    @property
    def is_active(self) -> bool:
        try:
            return bool(self._stream.active)
        except self._error:
            return False

    def close(self, *, play_out: bool) -> None:
        try:
            if play_out:
                # PulseAudio cuts off what it holds when a stream is stopped: let that be silence.
                time.sleep(self._stream.latency + _TAIL_S)
            self._stream.abort()
            self._stream.close()
        except self._error:
            # A device that has gone cannot be closed properly; PortAudio has dropped the stream all the same.
            return


def _device(sounddevice: Any, name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = sounddevice.query_devices(name or None, "output")
    except ValueError as error:
        names = ", ".join(device["name"] for device in sounddevice.query_devices() if device["max_output_channels"])
        message = f"No sound device is named {name!r}. There is: {names or 'none'}."
        raise SinkError("unknown_sound_device", message) from error
    except sounddevice.PortAudioError as error:
        raise SinkError("no_sound_device", NO_DEVICE) from error
    return found


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for `condition`, at most so long. Returns whether it came true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True
