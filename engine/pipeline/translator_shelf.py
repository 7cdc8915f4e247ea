"""The translators that are open: opened once however many ask, leased by the sentence, closed after it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from engine.events import Level, Notice
from engine.pipeline.parts import Parts
from engine.pipeline.translator_hosts import (
    UNAVAILABLE,
    Host,
    NetworkHost,
    Surroundings,
    TranslatorFailed,
    WorkerHost,
    is_remote,
)


class Shelf:
    """Opens, lends and closes. `on_open` is told of each that has opened, before those who wait for it are."""

    def __init__(self, around: Surroundings, parts: Parts, on_open: Callable[[Host], None]) -> None:
        self._around = around
        self._parts = parts
        self._on_open = on_open
        self._open: dict[str, Host] = {}
        self._opening: dict[str, asyncio.Task[Host]] = {}
        self._leases: Counter[Host] = Counter()
        self._retired: set[Host] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_abandoned = False

    def get(self, name: str) -> Host | None:
        """Return an open translator, or None."""
        return self._open.get(name)

    async def open(self, name: str) -> Host:
        """Open a translator, or wait for its opening under way. Raises TranslatorFailed."""
        if name in self._open:
            return self._open[name]
        if self._is_abandoned:
            raise TranslatorFailed(UNAVAILABLE, f"{name} is not wanted any more")
        if name not in self._opening:
            self._opening[name] = asyncio.create_task(self._open_host(name))
            # Those who asked may be gone by then.
            self._opening[name].add_done_callback(lambda task: task.cancelled() or task.exception())
        opening = self._opening[name]
        try:
            # Shielded: others may wait for the same one, and what is half loaded is worth finishing.
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            if opening.cancelled() and self._is_abandoned:
                raise TranslatorFailed(UNAVAILABLE, f"{name} is not wanted any more") from None
            raise

    @contextmanager
    def lease(self, host: Host) -> Iterator[None]:
        """Use a translator for one sentence: it is not closed before the end of that."""
        self._leases[host] += 1
        try:
            yield
        finally:
            self._leases[host] -= 1
            if not self._leases[host] and host in self._retired:
                self._retired.discard(host)
                self.keep(host.close())

    def retire(self, host: Host) -> None:
        """Take it off the shelf, and close it after the sentence in hand."""
        if self._open.get(host.id) is not host:
            return
        del self._open[host.id]
        if self._leases[host]:
            self._retired.add(host)
        else:
            self.keep(host.close())

    def abandon_openings(self) -> None:
        """Open none any more: who waits for one gets TranslatorFailed."""
        self._is_abandoned = True
        for task in self._opening.values():
            task.cancel()

    async def close(self) -> None:
        """Close all of them, and end what is under way."""
        self.abandon_openings()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._opening.values(), return_exceptions=True)
        hosts = {*self._open.values(), *self._retired}
        await asyncio.gather(*(host.close() for host in hosts), return_exceptions=True)

    def keep(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run something beside the sentences, to its end or ours."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._around.emit(Notice(Level.ERROR, "internal", f"{type(error).__name__}: {error}"))

    async def _open_host(self, name: str) -> Host:
        host: Host
        try:
            if is_remote(name):
                host = NetworkHost(name, self._parts.make_async_translator, self._around)
            else:
                host = WorkerHost(name, self._parts.make_translator_spec(name, self._around.settings), self._around)
            try:
                await host.open()
            except asyncio.CancelledError:
                await host.close()
                raise
            self._open[name] = host
            self._on_open(host)
            return host
        finally:
            del self._opening[name]
