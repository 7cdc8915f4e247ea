"""What the gauges say of memory: measured seldom, and never while nothing happens."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator

import pytest

from engine.events import GaugesChanged, Usage
from engine.pipeline.pace import LOOK_BACK, PaceMeter
from engine.pipeline.usage import PROC, UsageMeter, resident_by_proc, resident_by_ps
from tests.engine.pipeline.conftest import MakeEngine, say

MB = 1_000_000
NOBODY = 2**22 + 1
"""no process has this id"""


class Memory:
    """Processes that take so much, and how often somebody asked."""

    def __init__(self, **megabytes: int) -> None:
        self.by_name = megabytes
        self.asked = 0

    def resident(self, pids: Iterable[int]) -> dict[int, int]:
        self.asked += 1
        names = {os.getpid(): "app", 11: "translator", 12: "speech"}
        return {pid: self.by_name[names[pid]] * MB for pid in pids if names.get(pid) in self.by_name}


async def test_memory_of_the_app_and_its_workers() -> None:
    memory = Memory(app=120, translator=1400, speech=210)
    meter = UsageMeter(memory.resident, clock=lambda: 0.0)
    await meter.look({"translator": 11, "speech": 12}, 512 * MB, 1)
    assert meter.now == Usage(app_mb=120, translator_mb=1400, speech_mb=210, gpu_mb=512)


async def test_a_worker_that_is_not_there_takes_nothing() -> None:
    memory = Memory(app=120)
    meter = UsageMeter(memory.resident, clock=lambda: 0.0)
    await meter.look({"translator": None, "speech": 12}, None, 1)
    assert meter.now == Usage(app_mb=120)


async def test_nobody_looks_more_than_once_a_second_nor_while_nothing_happens() -> None:
    memory, ticks = Memory(app=1), iter([0.0, 0.5, 1.1, 9.0, 10.0])
    meter = UsageMeter(memory.resident, clock=lambda: next(ticks))
    asked: list[int] = []
    for happened in (1, 2, 2, 2, 3):
        await meter.look({}, None, happened)
        asked.append(memory.asked)
    assert asked == [1, 1, 2, 2, 3]


@pytest.fixture
def child() -> Iterator[int]:
    """A process with more than 10 MB of its own."""
    code = "import sys; kept = bytearray(10_000_000); print('up', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"up\n"
        yield process.pid
        assert process.stdin
        process.stdin.close()


@pytest.mark.skipif(not PROC.joinpath("self", "statm").exists(), reason="there is no /proc on this system")
def test_the_system_tells_how_much_a_process_takes(child: int) -> None:
    found = resident_by_proc([os.getpid(), child, NOBODY])
    assert set(found) == {os.getpid(), child}
    assert all(taken > 10 * MB for taken in found.values())


@pytest.mark.skipif(shutil.which("ps") is None, reason="there is no `ps` on this system")
def test_ps_tells_it_too(child: int) -> None:
    found = resident_by_ps([os.getpid(), child, NOBODY])
    assert set(found) == {os.getpid(), child}
    assert all(taken > 10 * MB for taken in found.values())


def test_the_pace_is_that_of_the_last_sentences() -> None:
    meter = PaceMeter()
    assert meter.characters_per_s is None
    meter.record(30, 2.0)
    meter.record(10, 0.0)
    assert meter.characters_per_s == 20.0
    for _ in range(LOOK_BACK):
        meter.record(50, 1.0)
    assert meter.characters_per_s == 50.0


def test_the_gauges_tell_pace_and_memory(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    say(engine, "The first sentence is here. The second sentence follows.")
    engine.drain(120)
    gauges = heard.wait_for(
        lambda event: (
            isinstance(event, GaugesChanged) and bool(event.usage.speech_mb) and "first_sound_ms" in event.stages
        )
    )
    assert isinstance(gauges, GaugesChanged)
    assert gauges.usage.app_mb
    assert gauges.usage.translator_mb
    assert gauges.pace.characters_per_s
    assert len(gauges.stages["translate_ms"].recent_ms) == 2
