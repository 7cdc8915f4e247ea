"""Keeps a worker alive: heartbeat, restart with back-off, and calls that wait for the next life."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from engine.protocols import ProgressFn
from engine.worker.errors import RemoteError, WorkerDied, WorkerError, WorkerHung
from engine.worker.patience import Patience
from engine.worker.process import WorkerProcess, WorkerSpec
from engine.worker.vitals import Vitals

HEARTBEAT_S = 2.0
SILENCE_S = 20.0
"""Without a sign of life for so long, the child is taken for hung: native code may hold the GIL for seconds."""
HEALTHY_S = 60.0
BACKOFF_S = (0.0, 0.5, 2.0, 5.0, 15.0)
READY_S = 120.0
"""A restart that takes longer is none that a call should wait for."""
PATIENCE = Patience()


class WorkerState(StrEnum):
    """Where a worker stands."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"
    CLOSED = "closed"


class Worker:
    """A supervised worker. `on_state(state, detail)` is called on the loop at every change."""

    def __init__(
        self,
        spec: WorkerSpec,
        *,
        log_path: Path,
        on_progress: ProgressFn = lambda _: None,
        on_state: Callable[[WorkerState, str], None] = lambda _state, _detail: None,
    ) -> None:
        self.spec = spec
        self.state = WorkerState.STARTING
        self._log_path = log_path
        self._on_progress = on_progress
        self._on_state = on_state
        self._process: WorkerProcess | None = None
        self._changed = asyncio.Condition()
        self._supervision: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the child alive now."""
        return self._process.pid if self._process else None

    @property
    def vitals(self) -> Vitals:
        """What the child said of itself last."""
        return self._process.vitals if self._process else Vitals()

    async def start(self) -> Any:
        """Start the first life and return the hosted object's `info`.

        Raises RemoteError or WorkerDied when it cannot load: the first start is not tried again.
        """
        try:
            info = await self._spawn()
        except BaseException as error:
            await self._retire()
            await self._set(WorkerState.FAILED, str(error))
            raise
        self._supervision = asyncio.create_task(self._supervise(), name=f"supervise-{self.spec.name}")
        return info

    async def stream(self, method: str, *args: Any, patience: Patience = PATIENCE) -> AsyncGenerator[Any, None]:
        """Yield the items of `method(*args)`, waiting for a restart under way first.

        Raises RemoteError when the method raised, WorkerDied when the child died meanwhile (ask again), WorkerHung
        when it, or its restart, did not answer in time, WorkerError when the worker has failed for good or is closed.
        """
        try:
            process = await asyncio.wait_for(self._wait_ready(), READY_S)
        except TimeoutError:
            raise WorkerHung(f"{self.spec.name} did not come back for {READY_S:.0f} s") from None
        async with contextlib.aclosing(process.stream(method, args, patience)) as items:
            async for item in items:
                yield item

    async def close(self) -> None:
        """End the child and the supervision."""
        if self._supervision:
            self._supervision.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._supervision
        await self._retire()
        await self._set(WorkerState.CLOSED, "")

    async def _spawn(self) -> Any:
        self._process = WorkerProcess(self.spec, self._log_path, self._on_progress)
        info = await self._process.start()
        await self._set(WorkerState.READY, "")
        return info

    async def _retire(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            await process.close()

    async def _wait_ready(self) -> WorkerProcess:
        async with self._changed:
            await self._changed.wait_for(self._is_settled)
        if self.state is not WorkerState.READY or self._process is None:
            raise WorkerError(f"{self.spec.name} is {self.state}")
        return self._process

    def _is_settled(self) -> bool:
        # A child that has just died is not waited on: the supervisor is about to notice.
        if self.state is WorkerState.READY:
            return self._process is not None and self._process.is_alive
        return self.state in (WorkerState.FAILED, WorkerState.CLOSED)

    async def _supervise(self) -> None:
        deaths = 0
        while self._process:
            born = time.monotonic()
            await self._watch(self._process)
            deaths = 1 if time.monotonic() - born > HEALTHY_S else deaths + 1
            if not await self._revive(deaths):
                return

    async def _watch(self, process: WorkerProcess) -> None:
        process.last_heard = time.monotonic()
        while not process.exited.is_set():
            process.ping()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.exited.wait(), HEARTBEAT_S)
            if time.monotonic() - process.last_heard > SILENCE_S:
                process.kill()
                await process.exited.wait()

    async def _revive(self, deaths: int) -> bool:
        await self._set(WorkerState.RESTARTING, f"{self.spec.name} stopped; starting it again")
        while deaths <= len(BACKOFF_S):
            await asyncio.sleep(BACKOFF_S[deaths - 1])
            await self._retire()
            try:
                await self._spawn()
                return True
            except (RemoteError, WorkerDied, OSError):
                deaths += 1
        await self._retire()
        await self._set(WorkerState.FAILED, f"{self.spec.name} keeps stopping; its log: {self._log_path}")
        return False

    async def _set(self, state: WorkerState, detail: str) -> None:
        async with self._changed:
            self.state = state
            self._changed.notify_all()
        self._on_state(state, detail)
