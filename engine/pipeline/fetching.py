"""Brings weights in beside the engine, which goes on meanwhile."""

from __future__ import annotations

from pathlib import Path

from engine.protocols import ProgressFn
from engine.worker import WorkerSpec
from engine.worker.process import WorkerProcess


async def fetch(model_id: str, log_folder: Path, on_progress: ProgressFn) -> None:
    """Fetch what is missing of a model and check it; cancelled, it stops at once.

    Raises WorkerError, whose message says what to do, or OSError when no process can be started.
    """
    spec = WorkerSpec(f"fetching {model_id}", "engine.models.fetching:Fetching", {"model_id": model_id})
    # No thread: the end of the program would wait for it.
    process = WorkerProcess(spec, log_folder / "fetching.log", on_progress)
    try:
        await process.start()
    finally:
        process.kill()
        await process.close()
