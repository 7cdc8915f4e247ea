"""What can go wrong with a worker."""

from __future__ import annotations


class WorkerError(Exception):
    """Any failure of a worker."""


class WorkerDied(WorkerError):  # noqa: N818  (it says what happened)
    """The process ended, was killed or did not answer in time; what it was doing may be asked again."""


class WorkerHung(WorkerDied):
    """It did not answer in time, and was killed for it."""


class RemoteError(WorkerError):
    """The code in the worker raised. `kind` is the exception's name, `code` its `code` attribute or empty."""

    def __init__(self, kind: str, message: str, code: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.code = code
