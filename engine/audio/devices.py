"""The devices that sound can go to."""

from __future__ import annotations

from dataclasses import dataclass

from engine.audio.portaudio import import_sounddevice


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
