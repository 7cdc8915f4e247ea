"""A supervised process that holds a model, so that a native crash or a hang costs one sentence a moment.

`Worker` (the parent's side) starts `engine.worker.child` in a fresh interpreter; they talk in frames over pipes.
"""

from engine.worker.errors import RemoteError, WorkerDied, WorkerError, WorkerHung
from engine.worker.patience import Patience, Watch, next_in_time
from engine.worker.process import WorkerSpec
from engine.worker.supervisor import Worker, WorkerState
from engine.worker.vitals import Vitals

__all__ = [
    "Patience",
    "RemoteError",
    "Vitals",
    "Watch",
    "Worker",
    "WorkerDied",
    "WorkerError",
    "WorkerHung",
    "WorkerSpec",
    "WorkerState",
    "next_in_time",
]
