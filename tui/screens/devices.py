"""The picker of the device that sound goes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from engine.audio.devices import OutputDevice
from tui.screens.picker import Picker, cell
from tui.widgets.wrap import clean, fit

SYSTEM = "the system's choice"
_FACTS_WIDTH = 24


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A line of the picker."""

    id: str
    """what the engine's `set_device` takes"""
    name: str
    facts: str
    """channels and sample rate, or where the system's choice is now"""
    is_usable: bool = True
    """also one that is not found now: the engine looks afresh, and says when it is not there"""

    @property
    def words(self) -> str:
        """What the filter looks at."""
        return f"{self.name} {self.facts}"


def choices(devices: Sequence[OutputDevice], current: str) -> list[DeviceChoice]:
    """The system's choice first, then each device once; the current one also where it is not plugged in."""
    default = next((device.name for device in devices if device.is_default), "")
    now = f"now {default}" if default else "" if devices else "no sound device was found"
    lines = [DeviceChoice("", SYSTEM, now)]
    # The same device may be there by several drivers: its name stands for the first.
    first: dict[str, OutputDevice] = {}
    for device in devices:
        first.setdefault(device.name, device)
    lines += [DeviceChoice(device.name, device.name, _facts(device)) for device in first.values()]
    if current and current not in (line.id for line in lines):
        lines.append(DeviceChoice(current, current, "not found now"))
    return lines


def _facts(device: OutputDevice) -> str:
    channels = {1: "mono", 2: "stereo"}.get(device.channels, f"{device.channels} channels")
    return f"{channels}, {device.sample_rate / 1000:g} kHz"


class DevicesScreen(Picker[DeviceChoice]):
    """Ends with the chosen device's name, "" for the system's choice, or None."""

    what = "sound devices"
    hint = "Enter choose · type to filter · Esc leave"
    placeholder = "Type to filter: a part of the name …"

    def __init__(self, devices: Callable[[], Sequence[OutputDevice]], current: str) -> None:
        """`devices` may wait for drivers."""
        super().__init__("Sound device", current)
        self._devices = devices

    def look(self) -> Sequence[DeviceChoice]:
        """Ask the drivers."""
        return choices(self._devices(), self._current)

    def line(self, choice: DeviceChoice, width: int) -> Text:
        """Draw a line: sign, name, and what is known of it."""
        sign = "●" if choice.id == self._current else " "
        name_width = min(max(cell_len(c.name) for c in self._choices) + 2, max(width - _FACTS_WIDTH, 16))
        facts = fit(clean(choice.facts), max(width - name_width - 2, 4))
        return Text(f"{sign} {cell(choice.name, name_width)}{facts}", no_wrap=True)

    def detail(self, choice: DeviceChoice) -> str:
        """Say what the line had to cut off."""
        kept = " · from now on, until streamtts ends; the setting audio.device keeps it"
        return " · ".join(filter(None, (choice.name, choice.facts))) + (kept if choice.id != self._current else "")
