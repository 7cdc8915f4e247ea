"""A sign of life tells how fast the hosted model writes and what it takes of the GPU."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.worker import Patience, Vitals, WorkerSpec
from engine.worker.process import WorkerProcess
from engine.worker.vitals import device_of, read_vitals
from tests.support.translation_rig import until

HOSTED = SimpleNamespace(tokens_per_s=31.5)


def fake_torch(*, is_initialized: bool = True) -> SimpleNamespace:
    cuda = SimpleNamespace(is_initialized=lambda: is_initialized, memory_reserved=lambda: 700)
    return SimpleNamespace(cuda=cuda, mps=SimpleNamespace(driver_allocated_memory=lambda: 900))


@pytest.mark.parametrize(("device", "gpu_bytes"), [("cuda", 700), ("mps", 900), ("cpu", None)])
def test_torch_tells_what_it_took_of_the_gpu(
    monkeypatch: pytest.MonkeyPatch, device: str, gpu_bytes: int | None
) -> None:
    monkeypatch.setitem(sys.modules, "torch", fake_torch())
    assert read_vitals(HOSTED, device) == Vitals(gpu_bytes, 31.5)


def test_a_gpu_that_torch_does_not_use_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", fake_torch(is_initialized=False))
    assert read_vitals(HOSTED, "cuda").gpu_bytes is None
    monkeypatch.delitem(sys.modules, "torch")
    assert read_vitals(HOSTED, "cuda").gpu_bytes is None


def test_a_torch_that_cannot_tell_is_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace())
    assert read_vitals(HOSTED, "mps") == Vitals(None, 31.5)


def test_what_does_not_tell_is_not_known() -> None:
    assert read_vitals(object(), device_of({"start": 1})) == Vitals()


async def test_a_sign_of_life_has_the_figures_of_now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    process = WorkerProcess(WorkerSpec("counter", "hosted_objects:create"), tmp_path / "log", lambda _: None)
    await process.start()
    assert process.vitals == Vitals()
    async for _ in process.stream("count", (7,), Patience()):
        pass
    process.ping()
    await until(lambda: process.vitals.tokens_per_s is not None)
    assert process.vitals == Vitals(tokens_per_s=7.0)
    await process.close()
