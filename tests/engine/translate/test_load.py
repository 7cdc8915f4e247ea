from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata

import pytest

from engine import models
from engine.catalog import TRANSLATORS
from engine.models import ModelError
from engine.translate import load
from engine.translate.load import ALWAYS_WORKS, FAST_ON_GPU, choose, create


@pytest.mark.parametrize("row", [row for row in TRANSLATORS if row.implemented], ids=lambda row: row.id)
def test_every_row_can_be_made(row: object) -> None:
    made = create(row.id, {"device": "cpu", "threads": 1})  # type: ignore[attr-defined]
    assert made.info.id == row.id  # type: ignore[attr-defined]
    assert made.info.licence == row.licence  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", ["llama:nothing", "torch:nothing", "nonsense", "ct2:nothing"])
def test_an_unknown_translator_is_refused_with_the_known_ones(wrong: str) -> None:
    with pytest.raises(ModelError, match=ALWAYS_WORKS):
        create(wrong)


def test_a_path_is_a_translator() -> None:
    assert create("llama:/models/own.gguf").info.runtime == "llama"
    assert create("torch:~/own").info.runtime == "torch"


Machine = Callable[..., None]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Set what this machine seems to be."""

    def be(*, gpu: str | None, present: bool = False, hub: bool = False, torch: str = "2.13.0") -> None:
        monkeypatch.setattr(platform, "system", lambda: "Darwin" if gpu == "mps" else "Linux")
        monkeypatch.setattr(platform, "machine", lambda: "arm64" if gpu == "mps" else "x86_64")
        monkeypatch.setattr(load, "_has_nvidia_driver", lambda: gpu == "cuda")
        monkeypatch.setattr(metadata, "version", lambda _: torch)
        monkeypatch.setattr(load, "find_spec", lambda _: object())
        monkeypatch.setattr(models, "is_present", lambda _: present)
        monkeypatch.setattr(models, "can_fetch", lambda _: hub)

    return be


def test_a_gpu_and_weights_that_are_here(machine: Machine) -> None:
    machine(gpu="mps", present=True)
    choice = choose()
    assert choice.id == FAST_ON_GPU
    assert "mps" in choice.reason
    assert "not for commercial use" in choice.reason


def test_a_gpu_and_weights_that_can_be_fetched(machine: Machine) -> None:
    machine(gpu="cuda", hub=True)
    assert choose().id == FAST_ON_GPU


def test_a_gpu_without_weights(machine: Machine) -> None:
    machine(gpu="mps")
    choice = choose()
    assert choice.id == ALWAYS_WORKS
    assert "hub does not answer" in choice.reason


def test_no_gpu(machine: Machine) -> None:
    machine(gpu=None, present=True, hub=True)
    assert choose() == load.Choice(ALWAYS_WORKS, "no GPU that torch can use")


def test_a_torch_without_cuda_counts_as_no_gpu(machine: Machine) -> None:
    machine(gpu="cuda", present=True, torch="2.13.0+cpu")
    assert choose().id == ALWAYS_WORKS


def test_the_setting_cpu_wins(machine: Machine) -> None:
    machine(gpu="mps", present=True)
    assert choose("auto", "cpu").id == ALWAYS_WORKS
    assert choose("auto", "cuda").id == ALWAYS_WORKS


def test_the_setting_of_a_translator_wins(machine: Machine) -> None:
    machine(gpu="mps", present=True)
    assert choose("llama:/own.gguf", "auto").id == "llama:/own.gguf"


def test_the_reason_is_one_line(machine: Machine) -> None:
    for gpu in ("mps", "cuda", None):
        machine(gpu=gpu, hub=True)
        assert choose().reason
        assert "\n" not in choose().reason


def test_choosing_and_judging_import_no_model_runtime() -> None:
    code = (
        "import sys; from engine.translate import guard, load; from engine import catalog, models; load.choose();"
        "print(sorted({'torch', 'transformers', 'xllamacpp', 'tokenizers'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
