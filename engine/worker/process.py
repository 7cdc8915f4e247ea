"""One life of a worker process, from spawn to exit; the supervisor gives it its next life."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.protocols import Progress, ProgressFn
from engine.worker import wire
from engine.worker.errors import RemoteError, WorkerDied, WorkerHung
from engine.worker.patience import Patience, Watch
from engine.worker.vitals import Vitals


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """What a worker hosts. `factory` is `package.module:name`; `options` are its keyword arguments, plain JSON."""

    name: str
    factory: str
    options: Mapping[str, Any] = field(default_factory=dict)


PATIENT_THREADS = {"GOMP_SPINCOUNT": "1000", "KMP_BLOCKTIME": "1"}
"""OpenMP threads that wait for each other soon sleep instead of spinning. Spinning, two threads on two cores of which
one is busy with something else make a sentence of 1 s last 27 s (docs/latency.md)."""

LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Weights that glibc hands out in large pages are read up to 8 % faster, where pages are large on request only."""

_Reply = wire.Item | wire.End | wire.Failure | None


class WorkerProcess:
    """A running child. Not thread-safe: use it on the loop that started it."""

    def __init__(self, spec: WorkerSpec, log_path: Path, on_progress: ProgressFn) -> None:
        self.spec = spec
        self.info: Any = None
        self.last_heard = time.monotonic()
        self.vitals = Vitals()
        """as of its last sign of life"""
        self._log_path = log_path
        self._on_progress = on_progress
        self._process: asyncio.subprocess.Process | None = None
        self._replies: dict[int, asyncio.Queue[_Reply]] = {}
        self._ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._next_id = 1
        self._reader: asyncio.Task[None] | None = None
        self.exited = asyncio.Event()
        self._is_ending = False

    @property
    def pid(self) -> int | None:
        """The child's process id."""
        return self._process.pid if self._process else None

    @property
    def is_alive(self) -> bool:
        """False once the child has ended or was told to."""
        return not (self._is_ending or self.exited.is_set())

    async def start(self) -> Any:
        """Spawn, load, and return the hosted object's `info`.

        Raises RemoteError when loading raised, WorkerDied when the process ended before it was ready.
        """
        with self._open_log() as log:
            self._process = await asyncio.create_subprocess_exec(
                # -P: a folder `engine` where the user happens to work is not ours, and must not be run.
                *(sys.executable, "-P", "-m", "engine.worker.child"),
                *(self.spec.factory, json.dumps(dict(self.spec.options))),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=_child_environment(),
                # Ctrl+C in the terminal is Claude's, never the model's.
                start_new_session=True,
            )
        self._reader = asyncio.create_task(self._read(), name=f"worker-{self.spec.name}")
        self.info = await self._ready
        return self.info

    async def stream(self, method: str, args: tuple[Any, ...], patience: Patience) -> AsyncGenerator[Any, None]:
        """Yield the items of `method(*args)`; leaving the loop early cancels the call.

        Raises RemoteError when the method raised, WorkerDied when the child ended, WorkerHung when an item did not
        come in time (the child is then killed).
        """
        call_id, self._next_id = self._next_id, self._next_id + 1
        replies: asyncio.Queue[_Reply] = asyncio.Queue()
        self._replies[call_id] = replies
        is_over = False
        watch = Watch(patience)
        try:
            self._send(wire.Call(call_id, method, args))
            while True:
                allowed_s = watch.left_s()
                try:
                    reply = await asyncio.wait_for(replies.get(), allowed_s)
                except TimeoutError:
                    self.kill()
                    raise WorkerHung(f"{self.spec.name} did not answer for {allowed_s:.0f} s") from None
                watch.tick()
                if isinstance(reply, wire.Item):
                    yield reply.value
                    continue
                is_over = True
                if reply is None:
                    raise WorkerDied(f"{self.spec.name} ended while it was working")
                if isinstance(reply, wire.Failure):
                    raise RemoteError(reply.kind, reply.message, reply.code)
                return
        finally:
            del self._replies[call_id]
            if not is_over:
                self._send(wire.Cancel(call_id))

    def ping(self) -> None:
        """Ask for a sign of life; `last_heard` moves when it comes."""
        self._send(wire.Ping())

    def kill(self) -> None:
        """End the child at once."""
        self._is_ending = True
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def close(self) -> None:
        """End the child: it leaves when its pipe closes; one that does not is killed."""
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 1.0)
        except TimeoutError:
            self.kill()
            await self._process.wait()
        if self._reader:
            await self._reader

    def _send(self, message: wire.FromParent) -> None:
        process = self._process
        if process and process.stdin and process.returncode is None and not process.stdin.is_closing():
            process.stdin.write(wire.encode(message))

    async def _read(self) -> None:
        assert self._process
        assert self._process.stdout
        stdout = self._process.stdout
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                header = await stdout.readexactly(wire.HEADER_BYTES)
                self._take(wire.decode(await stdout.readexactly(wire.body_length(header))))
        self._is_ending = True
        status = await self._process.wait()
        self.exited.set()
        for replies in self._replies.values():
            replies.put_nowait(None)
        if not self._ready.done():
            self._ready.set_exception(
                WorkerDied(f"{self.spec.name} ended while loading (status {status}); its log: {self._log_path}")
            )

    def _take(self, message: Any) -> None:
        self.last_heard = time.monotonic()
        match message:
            case wire.Pong(vitals):
                self.vitals = vitals
            case Progress():
                self._on_progress(message)
            # Whoever waited for the load may have gone meanwhile: the future is then cancelled.
            case wire.Ready(info) if not self._ready.done():
                self._ready.set_result(info)
            case wire.Failure(0, kind, text, code) if not self._ready.done():
                self._ready.set_exception(RemoteError(kind, text, code))
            case wire.Ready() | wire.Failure(0):
                pass
            case wire.Item(call_id) | wire.End(call_id) | wire.Failure(call_id):
                if replies := self._replies.get(call_id):
                    replies.put_nowait(message)

    def _open_log(self) -> Any:
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        return self._log_path.open("wb")


def _child_environment() -> dict[str, str]:
    # A model needs no key of the user's; what it cannot see it cannot leak.
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC_", "CLAUDE_"))}
    return PATIENT_THREADS | LARGE_PAGES | own
