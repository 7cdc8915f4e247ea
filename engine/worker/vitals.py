"""What a worker tells of itself with every sign of life."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Vitals:
    """None where it is not known."""

    gpu_bytes: int | None = None
    """memory that torch has taken on the GPU; other runtimes do not tell"""
    tokens_per_s: float | None = None
    """how fast the hosted translator wrote its last sentence, where its runtime tells"""


def read_vitals(hosted: Any, device: str) -> Vitals:
    """Look at what is hosted on a device; on any thread, and at once: a model may be computing meanwhile."""
    return Vitals(_gpu_bytes(device), getattr(hosted, "tokens_per_s", None))


def device_of(info: Any) -> str:
    """The device that a hosted object's `info` names; cpu where it names none."""
    return str(getattr(info, "device", "cpu"))


def _gpu_bytes(device: str) -> int | None:
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    try:
        # These ask torch's own books, not the device: the GPU may be in the middle of recording a graph.
        if device == "cuda" and torch.cuda.is_initialized():
            return int(torch.cuda.memory_reserved())
        if device == "mps":
            return int(torch.mps.driver_allocated_memory())
    except Exception:
        # A figure is not worth a worker: without its signs of life it would be taken for hung.
        return None
    return None
