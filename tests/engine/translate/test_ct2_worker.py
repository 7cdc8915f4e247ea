"""CTranslate2 in a process of its own: a crash, a hang and a damaged file cost a sentence a moment."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from engine.worker import Patience, RemoteError, Worker, WorkerDied, WorkerHung, WorkerSpec

Tiny = tuple[Path, dict[str, str]]
Make = Callable[[Path], Worker]
SENTENCE = "The tests passed."


@pytest.fixture
async def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Make]:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    made: list[Worker] = []

    def worker(folder: Path) -> Worker:
        options = {"translator_id": f"ct2:{folder}", "settings": {"device": "cpu", "threads": 1}}
        spec = WorkerSpec("translator", "engine.translate.load:create", options)
        made.append(Worker(spec, log_path=tmp_path / "translator.log"))
        return made[-1]

    yield worker
    for one in made:
        await one.close()


async def _translate(worker: Worker, patience: Patience = Patience()) -> str:  # noqa: B008  (immutable)
    return "".join([piece async for piece in worker.stream("translate", SENTENCE, [], patience=patience)])


async def test_a_crash_and_a_hang_cost_one_sentence(make: Make, ready_marian: Path, tiny_marian: Tiny) -> None:
    worker = make(ready_marian)
    assert (await worker.start()).runtime == "ct2"
    assert await _translate(worker) == tiny_marian[1][SENTENCE]
    assert worker.pid is not None
    # Stopped first, so that it is certainly in the middle of the sentence when it dies.
    os.kill(worker.pid, signal.SIGSTOP)
    with pytest.raises(WorkerHung):
        await _translate(worker, Patience(0.5, 0.5, 0.5))
    assert await _translate(worker) == tiny_marian[1][SENTENCE]
    os.kill(worker.pid, signal.SIGABRT)
    try:
        again = await _translate(worker)
    except WorkerDied:
        again = await _translate(worker)
    assert again == tiny_marian[1][SENTENCE]


async def test_weights_that_are_damaged_are_told_by_their_name(make: Make, ready_marian: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(ready_marian, tmp_path / "own")
    (folder / "model.bin").write_bytes(b"nothing")
    with pytest.raises(RemoteError, match=r"cannot load .*own") as caught:
        await make(folder).start()
    assert caught.value.code == "cannot_load"
