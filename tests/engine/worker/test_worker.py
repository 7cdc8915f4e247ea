"""A worker answers, is cancelled, survives its own death and says why it cannot start."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from engine.protocols import Progress
from engine.worker import Patience, RemoteError, Worker, WorkerDied, WorkerHung, WorkerSpec, WorkerState
from engine.worker.process import WorkerProcess

MakeWorker = Callable[..., Worker]


@pytest.fixture
async def make_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MakeWorker]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    made: list[Worker] = []

    def make(**kwargs: Any) -> Worker:
        options = kwargs.pop("options", {})
        spec = WorkerSpec("counter", "hosted_objects:create", options)
        made.append(Worker(spec, log_path=tmp_path / "counter.log", **kwargs))
        return made[-1]

    yield make
    for worker in made:
        await worker.close()


async def collect(items: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in items]


async def test_items_arrive_in_order_and_info_and_progress_are_passed_on(make_worker: MakeWorker) -> None:
    steps: list[Progress] = []
    worker = make_worker(options={"start": 5}, on_progress=steps.append)
    assert await worker.start() == {"start": 5}
    assert steps == [Progress("Counting", 1, 2, "steps")]
    assert await collect(worker.stream("count", 3)) == [5, 6, 7]


async def test_what_a_library_prints_never_reaches_the_frames(make_worker: MakeWorker, tmp_path: Path) -> None:
    worker = make_worker()
    await worker.start()
    assert await collect(worker.stream("count", 1)) == [0]
    await worker.close()
    assert "native noise on fd 1" in (tmp_path / "counter.log").read_text()


async def test_leaving_early_closes_the_generator_in_the_child(make_worker: MakeWorker) -> None:
    worker = make_worker()
    await worker.start()
    async with contextlib.aclosing(worker.stream("count", 10_000, 0.01)) as items:
        async for item in items:
            if item == 2:
                break
    assert await collect(worker.stream("early_closes")) == [1]


async def test_an_exception_in_the_child_is_named_and_the_worker_goes_on(make_worker: MakeWorker) -> None:
    worker = make_worker()
    await worker.start()
    with pytest.raises(RemoteError, match="bad sentence") as caught:
        await collect(worker.stream("raises"))
    assert caught.value.kind == "ValueError"
    assert await collect(worker.stream("count", 2)) == [0, 1]


async def test_a_crash_fails_the_call_and_the_next_call_is_answered_by_a_new_life(make_worker: MakeWorker) -> None:
    states: list[WorkerState] = []
    worker = make_worker(on_state=lambda state, _: states.append(state))
    await worker.start()
    first_pid = worker.pid
    with pytest.raises(WorkerDied):
        await collect(worker.stream("crash"))
    await asyncio.sleep(0)
    assert await collect(worker.stream("count", 1)) == [0]
    assert worker.pid != first_pid
    assert states == [WorkerState.READY, WorkerState.RESTARTING, WorkerState.READY]


async def test_killed_from_outside_while_idle_it_comes_back(make_worker: MakeWorker) -> None:
    restarted = asyncio.Event()
    worker = make_worker(on_state=lambda state, _: restarted.set() if state is WorkerState.RESTARTING else None)
    await worker.start()
    assert worker.pid
    os.kill(worker.pid, signal.SIGKILL)
    await asyncio.wait_for(restarted.wait(), 10)
    assert await collect(worker.stream("count", 1)) == [0]


@pytest.mark.parametrize(
    ("patience", "call"),
    [
        (Patience(first_s=0.3), ("count_late", 3)),
        (Patience(next_s=0.3), ("hang",)),
        (Patience(total_s=1.0), ("count", 10_000, 0.01)),
    ],
    ids=["nothing comes", "nothing more comes", "it never ends"],
)
async def test_a_hang_is_ended_by_the_deadline(
    make_worker: MakeWorker, patience: Patience, call: tuple[str, Any]
) -> None:
    worker = make_worker()
    await worker.start()
    with pytest.raises(WorkerHung, match="did not answer"):
        await collect(worker.stream(*call, patience=patience))
    assert await collect(worker.stream("count", 1)) == [0]


async def test_a_load_that_fails_says_why_and_is_not_repeated(make_worker: MakeWorker) -> None:
    worker = make_worker(options={"fail_load": True})
    with pytest.raises(RemoteError, match=r"weights\.bin is missing"):
        await worker.start()
    assert worker.state is WorkerState.FAILED


async def test_who_stops_waiting_for_a_load_leaves_no_process_behind(make_worker: MakeWorker) -> None:
    loading = asyncio.Event()
    worker = make_worker(options={"load_s": 3600.0}, on_progress=lambda _: loading.set())
    starting = asyncio.create_task(worker.start())
    await asyncio.wait_for(loading.wait(), 60)
    pid = worker.pid
    assert pid
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert worker.state is WorkerState.FAILED


async def test_a_load_that_ends_when_nobody_waits_for_it_any_more_is_no_error(tmp_path: Path) -> None:
    loading = asyncio.Event()
    spec = WorkerSpec("counter", "tests.engine.worker.hosted_objects:create", {})
    process = WorkerProcess(spec, tmp_path / "counter.log", lambda _: loading.set())
    starting = asyncio.create_task(process.start())
    await asyncio.wait_for(loading.wait(), 60)
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    await process.close()
    assert process.exited.is_set()


async def test_the_child_sees_no_key_of_the_user(make_worker: MakeWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "made-up")
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", "made-up")
    worker = make_worker()
    await worker.start()
    [names] = await collect(worker.stream("environment"))
    assert not [name for name in names if name.startswith(("ANTHROPIC_", "CLAUDE_"))]


async def test_closing_ends_the_process(make_worker: MakeWorker) -> None:
    worker = make_worker()
    await worker.start()
    pid = worker.pid
    assert pid
    await worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_folder_called_engine_where_one_works_is_never_run(
    make_worker: MakeWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = tmp_path / "webapp" / "engine" / "worker"
    foreign.mkdir(parents=True)
    for folder in (foreign, foreign.parent):
        (folder / "__init__.py").write_text("raise SystemExit('this is not ours')")
    monkeypatch.chdir(tmp_path / "webapp")
    worker = make_worker()
    await worker.start()
    assert await collect(worker.stream("count", 2)) == [0, 1]
