"""What stops a measurement."""

from __future__ import annotations


class BenchError(Exception):
    """Nothing can be measured; the message says why. `status` is the exit status: 2 bad usage, 3 nothing can start."""

    def __init__(self, message: str, status: int = 3) -> None:
        super().__init__(message)
        self.status = status
