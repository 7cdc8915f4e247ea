"""Which device and number format torch should use here. Formats are measured once and the answer is kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import models

FORMATS = {
    "mps": ("float16", "bfloat16", "float32"),
    "cuda": ("bfloat16", "float16", "float32"),
    "cpu": ("float32", "bfloat16", "int8"),
}
"""Candidates for each device; int8 are the decoder's weights alone, beside bfloat16."""


def pick_device(asked: str, is_available: Callable[[str], bool]) -> tuple[str, str | None]:
    """Return the device and, when it is not the one asked for, a notice saying so."""
    if asked == "auto":
        return next((name for name in ("mps", "cuda") if is_available(name)), "cpu"), None
    if asked == "cpu" or is_available(asked):
        return asked, None
    return "cpu", f"torch has no {asked} device here: translating on the CPU, which is slower."


def torch_has(name: str) -> bool:
    """Whether torch can use the device `name` (mps or cuda)."""
    import torch

    return bool(torch.backends.mps.is_available() if name == "mps" else torch.cuda.is_available())


def fastest_format(device: str, measure: Callable[[str], float | None]) -> str:
    """The fastest format among the device's candidates.

    `measure` returns seconds for a format, or None when it fails or gives numbers that are no numbers. float32 when
    none works, so that the failure shows where it can be reported.
    """
    timings = {name: seconds for name in FORMATS[device] if (seconds := measure(name)) is not None}
    return min(timings, key=timings.__getitem__, default="float32")


def thread_choices(asked: int, most: int) -> tuple[int, ...]:
    """Numbers of CPU threads to measure, `most` first: fewer may be faster where others compute too."""
    return (most,) if asked or most == 1 else (most, most // 2)


def timed(run: Callable[[], Any]) -> float:
    """Seconds of the second run; the first one pays for start-up."""
    run()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


@dataclass(frozen=True, slots=True)
class Setup:
    """How torch is to compute."""

    number_format: str
    threads: int
    """on the CPU"""


class SetupMemory:
    """The measured choice, kept in the models folder; another machine, torch, model or `threads` measures anew."""

    def __init__(self, model_id: str, device: str, threads: Sequence[int]) -> None:
        import torch

        hardware = torch.cuda.get_device_name() if device == "cuda" else device
        allowed = "-".join(map(str, threads))
        self._key = f"{model_id} {hardware} torch-{torch.__version__} threads-{allowed}"
        self._device, self._threads = device, threads
        self._path: Path = models.models_folder() / "formats.json"

    def recall(self) -> Setup | None:
        """What was chosen before, or None."""
        try:
            number_format, threads = self._read()[self._key]
        except (KeyError, TypeError, ValueError):
            return None
        is_known = number_format in FORMATS[self._device] and threads in self._threads
        return Setup(number_format, threads) if is_known else None

    def keep(self, setup: Setup) -> None:
        """Remember the choice; a folder that cannot be written only costs the measurement next time."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            kept = self._read() | {self._key: [setup.number_format, setup.threads]}
            self._path.write_text(json.dumps(kept, indent=1))
        except OSError:
            return

    def _read(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}
