"""The rungs of `bench --translators`: each way to run a network, in a worker, one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine import models
from engine.commands.bench.timing import Run
from engine.commands.console import ProgressLine
from engine.events import Loading
from engine.latency import percentile
from engine.protocols import Progress, ProgressFn
from engine.settings import Translate
from engine.worker import Patience, Worker, WorkerError, WorkerSpec

NLLB = "torch:nllb-600m"
RANDOM, REAL = "random weights, same shape", "real weights"
DEVICE_FORMATS = ("bfloat16", "float16")
_PATIENCE = Patience(first_s=900.0, next_s=900.0, total_s=3600.0)


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to translate, and how long it takes."""

    label: str
    weights: str
    runs: tuple[Run, ...]

    @property
    def first_ms(self) -> float:
        """Median to the first phrase, ms."""
        return percentile([run.first_ms for run in self.runs], 50)

    @property
    def whole_ms(self) -> float:
        """Median of the whole sentence, ms."""
        return percentile([run.whole_ms for run in self.runs], 50)


@dataclass(slots=True)
class Found:
    """What was measured."""

    rungs: list[Rung] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """lines about what the rungs say together"""
    failures: list[str] = field(default_factory=list)


class Climber:
    """Measures into `found`. `size` is that of the NLLB made at random where the real one is not here."""

    def __init__(self, settings: Translate, line: ProgressLine, size: str = "600m") -> None:
        self.found = Found()
        self._settings = settings
        self._line = line
        self._size = size
        self._folder = str(models.ensure(NLLB, self._show)) if models.is_present(NLLB) else ""
        self._weights = REAL if self._folder else RANDOM

    async def attempt(self, what: str, measuring: Coroutine[Any, Any, None]) -> None:
        """Measure; what fails is noted."""
        try:
            await measuring
        except (WorkerError, OSError) as error:
            self.found.failures.append(f"{what}: {error}")

    async def nllb(self) -> None:
        """NLLB on torch, from generate() to our own loop."""
        options = {
            "folder": self._folder,
            "size": self._size,
            "device": self._settings.device,
            "threads": self._settings.threads,
        }
        async with self._worker("torch_rungs", options) as worker:
            for name in await self._all(worker, "what there is", "names"):
                await self._torch_rung(worker, f"NLLB, {name}", "rung", name)
            await self._compare_with_products(worker)
            for device in await self._all(worker, "what there is", "device"):
                for number_format in DEVICE_FORMATS:
                    await self._on_device(worker, device, number_format)

    async def ct2(self, name: str) -> None:
        """A known shape on CTranslate2."""
        async with self._worker("ct2_rung", {"name": name, "threads": self._settings.threads}) as worker:
            setup, *runs = await self._all(worker, f"CTranslate2, {name}", "rung")
            self.found.rungs.append(Rung(f"CTranslate2, {name}, {setup}", RANDOM, tuple(runs)))

    async def _torch_rung(self, worker: Worker, label: str, method: str, *arguments: Any) -> Rung:
        rung = Rung(label, self._weights, tuple(await self._all(worker, label, method, *arguments)))
        self.found.rungs.append(rung)
        return rung

    async def _on_device(self, worker: Worker, device: str, number_format: str) -> None:
        label = f"NLLB, own loop, {number_format}, pruned, {device}"
        rung = await self._torch_rung(worker, label, "on_device", number_format)
        for bound_ms in await self._all(worker, "the memory", "bound_ms", number_format):
            piece_ms = rung.whole_ms / max(run.pieces for run in rung.runs)
            self.found.notes.append(
                f"{label}: a piece takes {piece_ms:.3f} ms, reading its weights {bound_ms:.3f} ms: "
                f"{bound_ms / piece_ms:.0%} of the memory's speed"
            )

    async def _compare_with_products(self, worker: Worker) -> None:
        for number_format in ("float32", "bfloat16", "int8"):
            pairs = await self._all(worker, "matrix products alone", "products", number_format)
            own, products = (percentile(seconds, 50) * 1000 for seconds in zip(*pairs, strict=True))
            self.found.notes.append(
                f"NLLB, own loop, {number_format}, pruned: {own:.0f} ms a sentence, its matrix products alone "
                f"{products:.0f} ms: {own / products:.2f}x (p50 of {len(pairs)}; goal: at most 1.2x)"
            )

    async def _all(self, worker: Worker, what: str, method: str, *arguments: Any) -> list[Any]:
        self._line.show(Loading(f"Measuring {what}", None))
        return [item async for item in worker.stream(method, *arguments, patience=_PATIENCE)]

    def _worker(self, module: str, options: dict[str, Any]) -> AbstractAsyncContextManager[Worker]:
        """A worker with what `module` makes."""
        return running(WorkerSpec(f"bench {module}", f"engine.commands.bench.{module}:create", options), self._show)

    def _show(self, step: Progress) -> None:
        self._line.show(Loading(step.what, None))


@asynccontextmanager
async def running(spec: WorkerSpec, on_progress: ProgressFn) -> AsyncIterator[Worker]:
    """A worker that ends with the context. Raises WorkerError when it cannot be started."""
    with TemporaryDirectory(prefix="streamtts-") as folder:
        worker = Worker(spec, log_path=Path(folder) / "log", on_progress=on_progress)
        try:
            await worker.start()
            yield worker
        finally:
            await worker.close()


async def climb(settings: Translate, line: ProgressLine, size: str, shapes: Sequence[str]) -> Found:
    """Measure every rung; those that fail are noted."""
    climber = Climber(settings, line, size)
    try:
        await climber.attempt("NLLB", climber.nllb())
        for name in shapes:
            await climber.attempt(f"CTranslate2, {name}", climber.ct2(name))
    finally:
        line.clear()
    return climber.found
