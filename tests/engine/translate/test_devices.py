from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.translate import cores, devices
from engine.translate.devices import Setup, SetupMemory, fastest_format, pick_device


@pytest.mark.parametrize(
    ("asked", "available", "device"),
    [
        ("auto", {"mps", "cuda"}, "mps"),
        ("auto", {"cuda"}, "cuda"),
        ("auto", set(), "cpu"),
        ("cpu", {"mps", "cuda"}, "cpu"),
        ("cuda", {"mps", "cuda"}, "cuda"),
    ],
)
def test_the_device_asked_for_or_the_best(asked: str, available: set[str], device: str) -> None:
    assert pick_device(asked, available.__contains__) == (device, None)


def test_a_device_that_is_not_there_is_said() -> None:
    device, notice = pick_device("cuda", lambda _: False)
    assert device == "cpu"
    assert notice is not None
    assert "cuda" in notice


def test_the_fastest_format_that_works_is_kept() -> None:
    times = {"float16": None, "bfloat16": 0.2, "float32": 0.5}
    assert fastest_format("mps", times.__getitem__) == "bfloat16"
    assert fastest_format("mps", {"float16": 0.1, "bfloat16": 0.2, "float32": 0.5}.__getitem__) == "float16"
    assert fastest_format("mps", lambda _: None) == "float32"


def test_the_second_run_is_the_one_that_counts() -> None:
    runs: list[int] = []
    devices.timed(lambda: runs.append(1))
    assert len(runs) == 2


def test_a_choice_is_remembered_by_model_and_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    assert SetupMemory("torch:a", "cpu", (2, 1)).recall() is None
    SetupMemory("torch:a", "cpu", (2, 1)).keep(Setup("bfloat16", 1))
    SetupMemory("torch:b", "cpu", (2, 1)).keep(Setup("float32", 2))
    assert SetupMemory("torch:a", "cpu", (2, 1)).recall() == Setup("bfloat16", 1)
    assert SetupMemory("torch:a", "cpu", (4,)).recall() is None


@pytest.mark.parametrize("content", ["not json", "[]", "{KEY: 3}", '{KEY: ["float64", 1]}', '{KEY: ["float32", 99]}'])
def test_a_memory_that_makes_no_sense_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    memory = SetupMemory("torch:a", "cpu", (2, 1))
    memory.keep(Setup("float32", 2))
    path = tmp_path / "models" / "formats.json"
    path.write_text(content.replace("KEY", json.dumps(next(iter(json.loads(path.read_text()))))))
    assert memory.recall() is None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "file"))
    memory = SetupMemory("torch:a", "cpu", (1,))
    memory.keep(Setup("float32", 1))
    assert memory.recall() is None


@pytest.mark.parametrize(("asked", "most", "choices"), [(0, 1, (1,)), (0, 2, (2, 1)), (0, 8, (8, 4)), (3, 3, (3,))])
def test_fewer_threads_are_tried_too(asked: int, most: int, choices: tuple[int, ...]) -> None:
    assert devices.thread_choices(asked, most) == choices


@pytest.mark.parametrize(("asked", "machine", "threads"), [(0, 1, 1), (0, 2, 2), (0, 4, 3), (0, 64, 8), (6, 2, 6)])
def test_threads_leave_a_core_for_the_voice(asked: int, machine: int, threads: int) -> None:
    assert cores.choose_threads(asked, machine) == threads


def test_this_machine_has_cores() -> None:
    import os

    assert 1 <= cores.physical_cores() <= (os.cpu_count() or 1)
