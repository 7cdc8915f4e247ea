"""Weights brought in by a process of their own, which can be ended at any moment: what has arrived is kept."""

from __future__ import annotations

from engine.models.store import ensure
from engine.protocols import ProgressFn


class Fetching:
    """What a worker hosts: it is loaded when the weights are here."""

    def __init__(self, model_id: str) -> None:
        self.info = {"id": model_id}

    def load(self, progress: ProgressFn) -> None:
        """Bring the weights in. Raises ModelError."""
        ensure(self.info["id"], progress)
