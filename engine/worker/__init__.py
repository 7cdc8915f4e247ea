"""A supervised process that holds a model, so that a native crash or a hang costs one sentence a moment.

`Worker` (the parent's side) starts `engine.worker.child` in a fresh interpreter; they talk in frames over pipes.
"""

from engine.worker.errors import RemoteError, WorkerDied, WorkerError
from engine.worker.process import WorkerSpec
from engine.worker.supervisor import Worker, WorkerState

__all__ = ["RemoteError", "Worker", "WorkerDied", "WorkerError", "WorkerSpec", "WorkerState"]
