"""How CTranslate2 runs best here: number format and threads, measured on first use and remembered."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from engine import models
from engine.translate import cores

GAIN = 0.95
"""More threads have to bring at least this: the voice needs the cores too."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How a model runs."""

    number_format: str
    """CTranslate2's compute type"""
    threads: int


Measure = Callable[[Setup], float | None]
"""Seconds for a sentence, or None where this setup does not work here."""


def formats(device: str, supported: Iterable[str]) -> tuple[str, ...]:
    """The number formats worth trying on `device`, the likeliest first; only supported ones, never none."""
    if device == "cuda":
        wanted: tuple[str, ...] = ("float16", "int8_float16", "bfloat16")
    elif platform.machine() in ("arm64", "aarch64"):
        # These have matrix units for float32 that may beat int8; elsewhere the fewer bytes always win.
        wanted = ("int8", "float32")
    else:
        wanted = ("int8",)
    return tuple(name for name in wanted if name in supported) or ("float32",)


def ladder(most: int) -> list[int]:
    """Numbers of threads to try, the fewest first: 1, 2, 4 … and `most` itself."""
    steps = [1]
    while steps[-1] * 2 < most:
        steps.append(steps[-1] * 2)
    return steps if most <= 1 else [*steps, most]


def tune(names: tuple[str, ...], asked_threads: int, measure: Measure) -> Setup | None:
    """The fastest setup, or None where none works. `asked_threads` other than 0 is taken as it is.

    Threads are raised while each step gains; the other formats are then tried with that many.
    """
    best = _climb(names[0], [asked_threads] if asked_threads else ladder(_most_threads()), measure)
    others = [Setup(name, best[1].threads) for name in names[1:]]
    timings = [best, *((measure(setup), setup) for setup in others)]
    working = [(seconds, setup) for seconds, setup in timings if seconds is not None]
    return min(working, key=lambda one: one[0])[1] if working else None


def _climb(name: str, steps: list[int], measure: Measure) -> tuple[float | None, Setup]:
    best: tuple[float | None, Setup] = (None, Setup(name, steps[0]))
    for threads in steps:
        setup = Setup(name, threads)
        seconds = measure(setup)
        if seconds is None or (best[0] is not None and seconds > best[0] * GAIN):
            break
        best = (seconds, setup)
    return best


def _most_threads() -> int:
    return cores.choose_threads(0, cores.physical_cores())


class Memory:
    """The chosen setup, kept in the models folder; another model, device, machine or runtime measures anew."""

    def __init__(self, model_id: str, device: str, asked_threads: int) -> None:
        place = f"{device} {platform.machine()} cores-{cores.physical_cores()}"
        self._key = f"{model_id} {place} threads-{asked_threads} ctranslate2-{metadata.version('ctranslate2')}"
        self._path: Path = models.models_folder() / "ct2.json"

    def recall(self) -> Setup | None:
        """The setup chosen before, or None."""
        match self._read().get(self._key):
            case {"number_format": str(name), "threads": int(threads)} if threads > 0:
                return Setup(name, threads)
        return None

    def keep(self, setup: Setup) -> None:
        """Remember the choice; a folder that cannot be written only costs the measurement next time."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial = self._path.with_name(f"{self._path.name}.partial")
            partial.write_text(json.dumps(self._read() | {self._key: asdict(setup)}, indent=1))
            partial.replace(self._path)
        except OSError:
            return

    def _read(self) -> dict[str, object]:
        try:
            kept = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}
