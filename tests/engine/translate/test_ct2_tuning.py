from __future__ import annotations

import platform
from pathlib import Path

import pytest

from engine.translate import cores, ct2_tuning
from engine.translate.ct2_tuning import Memory, Setup, formats, ladder, tune


@pytest.fixture(autouse=True)
def _eight_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    monkeypatch.setattr(cores, "physical_cores", lambda: 9)


@pytest.mark.parametrize(
    ("most", "steps"), [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (6, [1, 2, 4, 6]), (8, [1, 2, 4, 8])]
)
def test_the_ladder_doubles_up_to_the_most(most: int, steps: list[int]) -> None:
    assert ladder(most) == steps


def test_threads_are_raised_while_that_helps() -> None:
    seconds = {1: 1.0, 2: 0.6, 4: 0.59, 8: 0.1}
    tried: list[int] = []

    def measure(setup: Setup) -> float:
        tried.append(setup.threads)
        return seconds[setup.threads]

    assert tune(("int8",), 0, measure) == Setup("int8", 2)
    assert tried == [1, 2, 4]


def test_one_thread_stays_where_two_are_slower() -> None:
    assert tune(("int8",), 0, lambda setup: float(setup.threads)) == Setup("int8", 1)


def test_a_faster_format_is_taken_with_the_best_threads() -> None:
    def measure(setup: Setup) -> float:
        return {"int8": 1.0, "float32": 0.5}[setup.number_format] / min(setup.threads, 4)

    assert tune(("int8", "float32"), 0, measure) == Setup("float32", 4)


def test_threads_that_were_asked_for_are_taken() -> None:
    assert tune(("int8",), 3, lambda _: 1.0) == Setup("int8", 3)


def test_what_does_not_work_is_not_taken() -> None:
    assert tune(("float16", "int8"), 1, lambda setup: None if setup.number_format == "float16" else 9.0) == Setup(
        "int8", 1
    )
    assert tune(("float16", "int8"), 1, lambda _: None) is None


def test_formats_are_those_the_device_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert formats("cpu", {"int8", "float32"}) == ("int8",)
    assert formats("cuda", {"float16", "float32", "int8_float16"}) == ("float16", "int8_float16")
    assert formats("cuda", {"float32"}) == ("float32",)
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    assert formats("cpu", {"int8", "float32"}) == ("int8", "float32")


def test_the_choice_is_remembered_for_this_model_and_device() -> None:
    Memory("ct2:a", "cpu", 0).keep(Setup("int8", 2))
    Memory("ct2:b", "cpu", 0).keep(Setup("float32", 1))
    assert Memory("ct2:a", "cpu", 0).recall() == Setup("int8", 2)
    assert Memory("ct2:a", "cuda", 0).recall() is None
    assert Memory("ct2:a", "cpu", 4).recall() is None


@pytest.mark.parametrize("content", ["", "[]", "{nonsense", '{"x": 1}'])
def test_a_damaged_memory_only_costs_the_measurement(tmp_path: Path, content: str) -> None:
    memory = Memory("ct2:a", "cpu", 0)
    memory.keep(Setup("int8", 2))
    next(tmp_path.rglob("ct2.json")).write_text(content)
    assert memory.recall() is None
    memory.keep(Setup("int8", 1))
    assert memory.recall() == Setup("int8", 1)


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "file"))
    memory = Memory("ct2:a", "cpu", 0)
    memory.keep(Setup("int8", 2))
    assert memory.recall() is None


def test_more_threads_have_to_gain_something() -> None:
    assert 0.5 < ct2_tuning.GAIN < 1.0
