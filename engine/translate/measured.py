"""What `bench --save` measured on this machine, kept so that `auto` can go by it instead of by the general order."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import msgspec

from engine import models

FIRST_PHRASE_MS = 500.0
SENTENCE_MS = 1500.0
"""Fast enough: a voice that begins half a second after the full stop follows the reader, and a sentence of 12 words
is spoken in 4 s, so that 1.5 s never lets the speech fall behind."""
SAME_CHRF = 1.0
"""A smaller difference on a few dozen sentences says nothing."""

_RUNTIMES = ("streamtts", "torch", "transformers", "ctranslate2", "xllamacpp")


@dataclass(frozen=True, slots=True)
class Measured:
    """One translator's figures: medians over the sentences of one run."""

    id: str
    """as in the catalog"""
    first_phrase_ms: float
    """from the committed sentence to its first Japanese phrase"""
    sentence_ms: float
    """from the committed sentence to its last Japanese character"""
    chrf: float | None
    """0 to 100, on the same references for all; None when quality was not measured"""

    @property
    def is_fast_enough(self) -> bool:
        """Whether speech that waits for it is neither late nor falls behind."""
        return self.first_phrase_ms <= FIRST_PHRASE_MS and self.sentence_ms <= SENTENCE_MS


def save(device_key: str, figures: Sequence[Measured]) -> Path:
    """Keep one run's figures for the setting `translate.device`, in place of an older run's; return the file.

    `device_key` is the setting as the user has it: auto, cpu, mps or cuda. Raises OSError when it cannot be written.
    """
    path = _path()
    kept = _read(path) | {device_key: {"machine": machine(), "figures": msgspec.to_builtins(list(figures))}}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(json.dumps(kept, indent=1))
    partial.replace(path)
    return path


def recall(device_key: str) -> list[Measured]:
    """The figures saved for this setting; none when the machine or a runtime's version is another one since."""
    kept = _read(_path()).get(device_key)
    if not isinstance(kept, dict) or kept.get("machine") != machine():
        return []
    try:
        return msgspec.convert(kept.get("figures"), list[Measured])
    except msgspec.ValidationError:
        return []


def best(figures: Sequence[Measured]) -> Measured | None:
    """The one to take: the best quality among those that are fast enough, else the fastest. None of none.

    Qualities closer than SAME_CHRF count as the same, and then the sooner first phrase decides; one whose quality was
    not measured comes after those with a measurement.
    """
    fast = [one for one in figures if one.is_fast_enough]
    if not fast:
        return min(figures, key=lambda one: one.sentence_ms, default=None)
    known = [one.chrf for one in fast if one.chrf is not None]
    good = [one for one in fast if one.chrf is not None and one.chrf > max(known) - SAME_CHRF]
    return min(good or fast, key=lambda one: one.first_phrase_ms)


def why(one: Measured) -> str:
    """One line for a person: what was measured, and which part of the rule it met."""
    figures = f"first phrase {one.first_phrase_ms:.0f} ms, sentence {one.sentence_ms:.0f} ms"
    quality = "" if one.chrf is None else f", chrF {one.chrf:.1f}"
    rule = "the best of those fast enough" if one.is_fast_enough else "none is fast enough: the fastest"
    return f"measured on this machine ({figures}{quality}): {rule}"


def machine() -> Mapping[str, str | int | None]:
    """What the figures hold for: the hardware as far as it can be seen cheaply, and the runtimes' versions."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        **{name: _version(name) for name in _RUNTIMES},
    }


def _processor() -> str:
    """Its model where the system tells it: a home folder may be shared by machines of one kind."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _path() -> Path:
    return models.models_folder() / "measured.json"


def _read(path: Path) -> dict[str, object]:
    try:
        kept = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
