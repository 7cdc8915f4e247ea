"""Which device and number format torch should use here. Formats are measured once and the answer is kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
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


def timed(run: Callable[[], Any]) -> float:
    """Seconds of the second run; the first one pays for start-up."""
    run()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


class FormatMemory:
    """The measured choice, kept in the models folder; another machine, torch or model measures anew."""

    def __init__(self, model_id: str, device: str) -> None:
        import torch

        hardware = torch.cuda.get_device_name() if device == "cuda" else device
        self._key = f"{model_id} {hardware} torch-{torch.__version__}"
        self._path: Path = models.models_folder() / "formats.json"

    def recall(self) -> str | None:
        """The format chosen before, or None."""
        return self._read().get(self._key)

    def keep(self, name: str) -> None:
        """Remember the choice; a folder that cannot be written only costs the measurement next time."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps(self._read() | {self._key: name}, indent=1))
        except OSError:
            return

    def _read(self) -> dict[str, str]:
        try:
            kept = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}
