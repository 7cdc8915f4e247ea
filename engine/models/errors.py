"""What goes wrong with weights."""

from __future__ import annotations


class ModelError(Exception):
    """Weights cannot be had or loaded. The message says which file, and what to do.

    `code` is short and stable: unknown_model, no_language, missing, corrupt, unsafe, disk_full, cannot_load,
    no_runtime.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
