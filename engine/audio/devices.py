"""The devices that sound can go to."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from engine.audio.portaudio import import_sounddevice

PATIENCE_S = 5.0
"""How long a driver may take to say what it has, before the list of this process has to do."""


@dataclass(frozen=True, slots=True)
class OutputDevice:
    """One of them, as PortAudio found it when it was first used."""

    name: str
    """what the setting `audio.device` takes"""
    is_default: bool
    channels: int
    sample_rate: int
    """Hz, the device's own"""


def output_devices() -> list[OutputDevice]:
    """List the devices that can play. Never raises: without PortAudio, or without sound, the list is empty."""
    try:
        sounddevice = import_sounddevice()
        default = sounddevice.default.device[1]
        return [
            OutputDevice(
                name=found["name"],
                is_default=found["index"] == default,
                channels=found["max_output_channels"],
                sample_rate=round(found["default_samplerate"]),
            )
            for found in sounddevice.query_devices()
            if found["max_output_channels"] > 0
        ]
    except Exception:  # whatever a driver comes up with: a list of devices is never worth a crash
        return []


def fresh_output_devices() -> list[OutputDevice]:
    """List what can play now, also what was plugged in after this process began. Never raises; takes some 0.3 s.

    PortAudio looks for devices once, and anew only when nothing plays: so a process of its own is asked.
    """
    # -P: a folder called `engine` where the user happens to be is not ours.
    command = [sys.executable, "-P", "-m", "engine.audio.devices"]
    try:
        child = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S, check=True)
        return [OutputDevice(**device) for device in json.loads(child.stdout)]
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return output_devices()


if __name__ == "__main__":
    print(json.dumps([asdict(device) for device in output_devices()]))
