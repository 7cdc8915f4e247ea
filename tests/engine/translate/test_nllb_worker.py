"""NLLB on torch in a process of its own: a crash and a hang cost a sentence a moment."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.worker import Patience, Worker, WorkerDied, WorkerHung, WorkerSpec

Tiny = tuple[Path, dict[str, str]]
SENTENCE = "The tests passed."


@pytest.fixture
async def worker(tiny_nllb: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    options = {"translator_id": f"torch:{tiny_nllb[0]}", "settings": {"device": "cpu", "threads": 1}}
    spec = WorkerSpec("translator", "engine.translate.load:create", options)
    made = Worker(spec, log_path=tmp_path / "translator.log")
    yield made
    await made.close()


async def _translate(worker: Worker, patience: Patience = Patience()) -> str:  # noqa: B008  (immutable)
    return "".join([piece async for piece in worker.stream("translate", SENTENCE, [], patience=patience)])


async def test_a_crash_and_a_hang_cost_one_sentence(worker: Worker, tiny_nllb: Tiny) -> None:
    assert (await worker.start()).runtime == "torch"
    assert await _translate(worker) == tiny_nllb[1][SENTENCE]
    assert worker.pid is not None
    # Stopped first, so that it is certainly in the middle of the sentence when its time is up.
    os.kill(worker.pid, signal.SIGSTOP)
    with pytest.raises(WorkerHung):
        await _translate(worker, Patience(0.5, 0.5, 0.5))
    assert await _translate(worker) == tiny_nllb[1][SENTENCE]
    os.kill(worker.pid, signal.SIGABRT)
    try:
        again = await _translate(worker)
    except WorkerDied:
        again = await _translate(worker)
    assert again == tiny_nllb[1][SENTENCE]
