from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.models import ModelError
from engine.translate import devices
from engine.translate.devices import Setup, SetupMemory
from engine.translate.languages import find
from engine.translate.m2m import opening as module
from engine.translate.m2m.model import Model
from engine.translate.m2m.opening import Opening, Trial
from engine.translate.m2m.source import Source

Tiny = tuple[Path, dict[str, str]]


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def opening(tiny_nllb: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opening:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    japanese = find("ja")
    assert japanese is not None
    return Opening(tiny_nllb[0], japanese, lambda _: None, lambda _: None)


def measured(opening: Opening) -> dict[str, float | None]:
    trial = Trial(opening, "cpu", lambda _: None)
    return {name: trial.measure(name) for name in devices.FORMATS["cpu"]}


def test_every_format_of_the_cpu_is_close_to_float32(opening: Opening) -> None:
    assert all(seconds is not None for seconds in measured(opening).values())


def test_a_format_that_computes_something_else_is_left_out(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Model.step

    def worse(self: Model, *arguments: Any) -> Any:
        scores = step(self, *arguments)
        # As a format too coarse: every fourth score is off by as much as scores differ.
        return scores + (scores.std() * 0.5 * (scores.new_ones(scores.shape[-1]).cumsum(0) % 4 == 0))

    def only_int8(self: Model, *arguments: Any) -> Any:
        return (worse if self.number_format == "int8" else step)(self, *arguments)

    monkeypatch.setattr(Model, "step", only_int8)
    found = measured(opening)
    assert found["int8"] is None
    assert found["float32"] is not None
    assert found["bfloat16"] is not None


@pytest.mark.parametrize("error", [RuntimeError("no such operation"), NotImplementedError("aten::x")])
def test_a_format_that_the_device_lacks_is_left_out(
    opening: Opening, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    in_format = Opening.in_format

    def failing(self: Opening, number_format: str, device: str) -> Any:
        if number_format == "bfloat16":
            raise error
        return in_format(self, number_format, device)

    monkeypatch.setattr(Opening, "in_format", failing)
    found = measured(opening)
    assert found["bfloat16"] is None
    assert found["float32"] is not None


def test_nan_in_one_format_leaves_it_out(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    in_format = Opening.in_format

    def spoilt(self: Opening, number_format: str, device: str) -> Any:
        loaded = in_format(self, number_format, device)
        if number_format == "bfloat16":
            loaded.model._positions.fill_(float("nan"))
        return loaded

    monkeypatch.setattr(Opening, "in_format", spoilt)
    assert measured(opening)["bfloat16"] is None


def with_times(monkeypatch: pytest.MonkeyPatch, seconds: Callable[[int], float]) -> None:
    """Let a sentence take as long as `seconds` says for the number of threads."""
    import torch

    def timed(run: Callable[[], Any]) -> float:
        run()
        return seconds(torch.get_num_threads())

    monkeypatch.setattr(devices, "timed", timed)


@pytest.mark.parametrize(("seconds", "best"), [(lambda n: 1.0 / n, 2), (lambda n: float(n), 1)])
def test_the_fastest_number_of_threads_is_used_and_remembered(
    opening: Opening, monkeypatch: pytest.MonkeyPatch, seconds: Callable[[int], float], best: int
) -> None:
    import torch

    with_times(monkeypatch, seconds)
    torch.set_num_threads(2)
    memory = SetupMemory("torch:x", "cpu", (2, 1))
    opening.on("cpu", memory, (2, 1))
    assert torch.get_num_threads() == best
    assert memory.recall() == Setup(devices.FORMATS["cpu"][0], best)
    torch.set_num_threads(2)
    loaded = opening.on("cpu", memory, (2, 1))
    assert torch.get_num_threads() == best
    assert loaded.model.number_format == devices.FORMATS["cpu"][0]


def test_nothing_is_measured_where_the_answer_is_known(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = SetupMemory("torch:x", "cpu", (1,))
    memory.keep(Setup("bfloat16", 1))
    monkeypatch.setattr(module, "Trial", None)
    assert opening.on("cpu", memory, (1,)).model.number_format == "bfloat16"


def test_what_the_weights_lack_is_a_model_error(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    tensors = dict(opening._source.tensors)
    del tensors["model.decoder.layers.0.fc1.bias"]
    monkeypatch.setattr(opening, "_source", Source(opening._folder, opening._source.shape, tensors))
    with pytest.raises(ModelError, match=r"no .*fc1.bias in it"):
        opening.on("cpu", SetupMemory("torch:x", "cpu", (1,)), (1,))


def test_a_measurement_takes_the_second_run(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([10.0, 11.5])
    monkeypatch.setattr(time, "perf_counter", lambda: next(times))
    assert devices.timed(lambda: None) == 1.5
