"""Exports beside the screen: one at a time, in a process of its own, with progress, and stopped at once when asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.events import Level, Loading, Notice

if TYPE_CHECKING:
    from engine.commands.exporting import Order
    from engine.protocols import Progress
    from engine.settings import Settings

Listener = Callable[[Loading | Notice], None]
CODE = "export"


class ExportDesk:
    """Runs an export and tells its listeners how far it is and how it ended. Used on the app's loop only."""

    def __init__(self, log_folder: Callable[[], Path]) -> None:
        self.progress: Loading | None = None
        """how far it is; None while nothing is exported"""
        self._log_folder = log_folder
        self._listeners: list[Listener] = []
        self._task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether an export is under way."""
        return self._task is not None

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of everything from now on; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def start(self, order: Order, settings: Settings) -> None:
        """Begin; nothing happens while another export is under way."""
        if self._task is None:
            self._task = asyncio.create_task(self._export(order, settings))
            self._task.add_done_callback(self._forget)

    def stop(self) -> None:
        """End what is under way, and leave nothing of it."""
        if self._task is not None:
            self._task.cancel()

    async def close(self) -> None:
        """As `stop`; returns when nothing is left."""
        if (task := self._task) is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _export(self, order: Order, settings: Settings) -> None:
        import msgspec

        from engine.commands.exporting import discard
        from engine.worker import WorkerError, WorkerSpec
        from engine.worker.process import WorkerProcess

        options = {"order": msgspec.to_builtins(order), "settings": msgspec.to_builtins(settings)}
        spec = WorkerSpec("the export", "engine.commands.exporting:Exporting", options)
        process = WorkerProcess(spec, self._log_folder() / "export.log", self._take)
        self._tell_progress(Loading("Exporting", None))
        try:
            await process.start()
        except asyncio.CancelledError:
            self._tell(Notice(Level.INFO, CODE, "The export was stopped, and nothing of it is left."))
            raise
        except (WorkerError, OSError) as error:
            self._tell(Notice(Level.ERROR, CODE, f"Nothing was exported: {error}"))
        else:
            self._tell(Notice(Level.INFO, CODE, f"Exported: {' and '.join(map(str, order.files))}"))
        finally:
            process.kill()
            await process.close()
            discard(order)
            self._end_progress()

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and (error := task.exception()):
            self._tell(Notice(Level.ERROR, CODE, f"Nothing was exported: {type(error).__name__}: {error}"))

    def _take(self, step: Progress) -> None:
        if step.total:
            # Only the notice says that it is done: the file is there a moment after the last sentence.
            fraction = min(step.done / step.total, 0.99)
            self._tell_progress(Loading(step.what, fraction, f"{step.done:.0f} of {step.total:.0f} {step.unit}"))

    def _tell_progress(self, progress: Loading) -> None:
        if self.progress is not None and self.progress.what != progress.what:
            self._tell(Loading(self.progress.what, 1.0))
        self.progress = progress
        self._tell(progress)

    def _end_progress(self) -> None:
        if self.progress is not None:
            self._tell(Loading(self.progress.what, 1.0))
        self.progress = None

    def _tell(self, news: Loading | Notice) -> None:
        for listener in list(self._listeners):
            listener(news)
