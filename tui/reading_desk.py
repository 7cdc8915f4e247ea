"""How Japanese is read, for the rows that show it: asked of a worker process, which starts with the first question."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import aclosing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.text.ruby import Readings
    from engine.worker import Worker

MOST_KNOWN = 4096
"""Texts; what was not asked for the longest is forgotten."""
BATCH = 32
"""Texts that are asked for at a time; those that came last, which are looked at now, first."""
FACTORY = "engine.text.reading_host:create"


class ReadingDesk:
    """Answers from what it knows, and finds out the rest. Used on the app's loop only."""

    def __init__(self, on_found: Callable[[Collection[str]], None], say: Callable[[str, str], None]) -> None:
        """`on_found` is called with the texts whose readings are known now; `say` shows a notice (code, message)."""
        self._on_found = on_found
        self._say = say
        self._known: OrderedDict[str, Readings] = OrderedDict()
        self._wanted: dict[str, None] = {}
        self._asked: list[str] = []
        """texts that the process is reading"""
        self._worker: Worker | None = None
        self._task: asyncio.Task[None] | None = None
        self._has_failed = False

    def of(self, japanese: str) -> Readings | None:
        """How a text is read; None while nobody knows, and then it is asked for."""
        if (known := self._known.get(japanese)) is not None:
            self._known.move_to_end(japanese)
            return known
        if not self._has_failed and japanese not in self._asked:
            self._wanted[japanese] = None
            if self._task is None:
                self._task = asyncio.get_running_loop().create_task(self._serve())
        return None

    async def close(self) -> None:
        """Ask nothing more, and end the process. It starts again with the next question."""
        self._wanted.clear()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.close()
        self._has_failed = False

    async def _serve(self) -> None:
        from engine.worker import WorkerError

        try:
            while self._wanted:
                self._asked = [self._wanted.popitem()[0] for _ in range(min(BATCH, len(self._wanted)))]
                await self._find_out(self._asked)
        except (WorkerError, OSError) as error:
            self._has_failed = True
            self._wanted.clear()
            self._say("readings_failed", f"Readings cannot be shown: {error}")
        finally:
            self._asked = []
            self._task = None

    async def _find_out(self, texts: list[str]) -> None:
        from engine.text.ruby import Readings
        from engine.worker import WorkerDied

        try:
            await self._ask(texts)
        except WorkerDied:
            # One of them is too much for it: the others are asked for again, one by one.
            for text in texts:
                try:
                    await self._ask([text])
                except WorkerDied:
                    self._known[text] = Readings()

    async def _ask(self, texts: list[str]) -> None:
        worker = self._worker = self._worker or await self._start()
        found = []
        async with aclosing(worker.stream("read", texts)) as items:
            async for text, readings in items:
                self._known[text] = readings
                found.append(text)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        self._on_found(found)

    async def _start(self) -> Worker:
        from engine.settings import log_folder
        from engine.worker import Worker, WorkerSpec

        worker = Worker(WorkerSpec("readings", FACTORY), log_path=log_folder() / "readings.log")
        try:
            await worker.start()
        except BaseException:
            await worker.close()
            raise
        return worker
