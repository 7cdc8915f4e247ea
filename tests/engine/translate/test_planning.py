from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from engine import catalog, models
from engine.catalog import TRANSLATORS
from engine.models import rows
from engine.settings import Translate
from engine.translate import load, measured, planning
from engine.translate.measured import Measured
from engine.translate.planning import ALWAYS_WORKS, FAST_ON_CPU, FAST_ON_GPU, Choice, candidates, plan
from tests.support.loopback_hub import LoopbackHub, serve

Machine = Callable[..., None]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    """Set what this machine seems to be, which weights it has, and which the hub would give."""
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    known = {row.id: row for row in TRANSLATORS}
    monkeypatch.setattr(planning, "find_translator", known.get)

    def be(
        *,
        gpu: str | None = None,
        here: Iterable[str] = (),
        hub: Iterable[str] = (),
        torch: str = "2.13.0",
        without: Iterable[str] = (),
    ) -> None:
        monkeypatch.setattr(platform, "system", lambda: "Darwin" if gpu == "mps" else "Linux")
        monkeypatch.setattr(platform, "machine", lambda: "arm64" if gpu == "mps" else "x86_64")
        monkeypatch.setattr(planning, "_has_nvidia_driver", lambda: gpu == "cuda")
        monkeypatch.setattr(metadata, "version", lambda _: torch)
        monkeypatch.setattr(planning, "find_spec", lambda name: None if name in without else object())
        monkeypatch.setattr(models, "can_start", lambda wanted: wanted in here)
        monkeypatch.setattr(models, "can_fetch", lambda wanted: wanted in hub)

    return be


EVERY_LOCAL = [row.id for row in TRANSLATORS if row.runtime != "http"]


@pytest.mark.parametrize("gpu", ["mps", "cuda"])
def test_a_gpu_takes_nllb_where_its_weights_are_here(machine: Machine, gpu: str) -> None:
    machine(gpu=gpu, here=EVERY_LOCAL)
    made = plan()
    assert (made.now.id, made.later) == (FAST_ON_GPU, None)
    assert gpu in made.now.reason
    assert "not for commercial use" in made.now.reason


def test_a_cpu_takes_quickmt_where_its_weights_are_here(machine: Machine) -> None:
    machine(here=EVERY_LOCAL)
    made = plan()
    assert (made.now.id, made.later) == (FAST_ON_CPU, None)
    assert "no GPU" in made.now.reason
    assert "commercial" not in made.now.reason


@pytest.mark.parametrize(("gpu", "best"), [("mps", FAST_ON_GPU), (None, FAST_ON_CPU)])
def test_nothing_waits_for_a_download_when_something_else_can_start(
    machine: Machine, gpu: str | None, best: str
) -> None:
    machine(gpu=gpu, here=[ALWAYS_WORKS], hub=EVERY_LOCAL)
    made = plan()
    assert made.now.id == ALWAYS_WORKS
    assert best in made.now.reason
    assert made.later is not None
    assert made.later.id == best
    assert "can be fetched" in made.later.reason


def test_weights_that_are_not_to_be_had_are_not_promised(machine: Machine) -> None:
    machine(here=[ALWAYS_WORKS])
    made = plan()
    assert (made.now.id, made.later) == (ALWAYS_WORKS, None)
    assert f"weights of {FAST_ON_CPU} are not here and the hub does not answer" in made.now.reason


def test_a_start_without_anything_here_fetches_the_best(machine: Machine) -> None:
    machine(hub=EVERY_LOCAL)
    assert plan().now.id == FAST_ON_CPU
    assert plan().later is None


def test_or_the_next_best_that_the_hub_has(machine: Machine) -> None:
    machine(gpu="cuda", hub=[ALWAYS_WORKS])
    assert plan().now.id == ALWAYS_WORKS
    assert FAST_ON_GPU in plan().now.reason


def test_nothing_here_and_no_hub_leaves_the_one_that_wheels_bring(machine: Machine) -> None:
    machine()
    made = plan()
    assert (made.now.id, made.later) == (ALWAYS_WORKS, None)
    assert "the hub does not answer" in made.now.reason


def test_another_model_that_was_fetched_is_better_than_waiting(machine: Machine) -> None:
    machine(here=["llama:cat-translate-1.4b"], hub=EVERY_LOCAL)
    made = plan()
    assert made.now.id == "llama:cat-translate-1.4b"
    assert made.later is not None
    assert made.later.id == FAST_ON_CPU


def test_a_runtime_that_is_not_installed_is_left_out(machine: Machine) -> None:
    machine(here=EVERY_LOCAL, without=["ctranslate2"])
    assert plan().now.id == ALWAYS_WORKS
    machine(gpu="mps", here=EVERY_LOCAL, without=["transformers"])
    assert plan().now.id == FAST_ON_CPU
    assert "torch is not installed" in plan().now.reason
    machine(here=EVERY_LOCAL, without=["ctranslate2", "xllamacpp", "torch"])
    assert plan().now == Choice(ALWAYS_WORKS, "no runtime is installed for another one")


def test_a_torch_without_cuda_counts_as_no_gpu(machine: Machine) -> None:
    machine(gpu="cuda", here=EVERY_LOCAL, torch="2.13.0+cpu")
    assert plan().now.id == FAST_ON_CPU


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_the_device_of_the_settings_counts(machine: Machine, device: str) -> None:
    machine(gpu="mps", here=EVERY_LOCAL)
    assert plan("auto", device).now.id == FAST_ON_CPU


def test_the_translator_of_the_settings_counts(machine: Machine) -> None:
    machine(gpu="mps", here=EVERY_LOCAL)
    assert plan("llama:/own.gguf") == load.Plan(Choice("llama:/own.gguf", "chosen in the settings"), None)


def test_a_language_leaves_out_who_does_not_know_it(machine: Machine) -> None:
    machine(here=EVERY_LOCAL)
    assert plan("auto", "cpu", "fr").now.id == ALWAYS_WORKS
    ids = [choice.id for choice in candidates(Translate(device="cpu", to="fr"))]
    assert ids
    assert not {"ct2:quickmt", "ct2:fugumt", "llama:lfm2-350m-enjp", "llama:cat-translate-0.8b"} & set(ids)


def test_reasons_are_one_line(machine: Machine) -> None:
    for gpu in ("mps", "cuda", None):
        for here in ((), (ALWAYS_WORKS,), EVERY_LOCAL):
            machine(gpu=gpu, here=here, hub=EVERY_LOCAL)
            made = plan()
            assert all(choice.reason and "\n" not in choice.reason for choice in (made.now, made.later) if choice)


class TestMeasuredHere:
    """What `bench --save` kept decides."""

    @pytest.fixture(autouse=True)
    def _figures(self, machine: Machine) -> None:
        machine(here=EVERY_LOCAL)
        measured.save("auto", [Measured(FAST_ON_CPU, 60, 150, 40.0), Measured(ALWAYS_WORKS, 300, 700, 49.0)])

    def test_the_best_of_those_fast_enough_is_taken(self) -> None:
        made = plan()
        assert (made.now.id, made.later) == (ALWAYS_WORKS, None)
        assert "measured on this machine" in made.now.reason
        assert candidates(Translate())[0].id == ALWAYS_WORKS

    def test_for_the_device_that_was_measured_only(self) -> None:
        assert plan("auto", "cpu").now.id == FAST_ON_CPU

    def test_one_that_is_gone_is_fetched_again_meanwhile_another_starts(self, machine: Machine) -> None:
        machine(here=[FAST_ON_CPU], hub=EVERY_LOCAL)
        made = plan()
        assert made.now.id == FAST_ON_CPU
        assert made.later is not None
        assert made.later.id == ALWAYS_WORKS

    def test_a_language_it_does_not_know_makes_it_void(self) -> None:
        measured.save("auto", [Measured(FAST_ON_CPU, 60, 150, 60.0)])
        assert plan("auto", "auto", "fr").now.id == ALWAYS_WORKS


def test_candidates_are_what_can_start_best_first(machine: Machine) -> None:
    machine(here=[ALWAYS_WORKS, FAST_ON_GPU, "ct2:fugumt"], hub=EVERY_LOCAL)
    assert [choice.id for choice in candidates(Translate())] == [ALWAYS_WORKS, "ct2:fugumt", FAST_ON_GPU]


def test_candidates_of_the_settings_are_taken_as_they_are(machine: Machine) -> None:
    machine(here=EVERY_LOCAL)
    asked = Translate(fallback=" http:openai, llama:/own.gguf ,,http:openai")
    assert [choice.id for choice in candidates(asked)] == ["http:openai", "llama:/own.gguf"]


def test_no_candidates_where_nothing_is_here(machine: Machine) -> None:
    machine(hub=EVERY_LOCAL)
    assert candidates(Translate()) == []


def test_the_orders_name_every_local_translator_once() -> None:
    assert sorted(planning.ON_GPU) == sorted(planning.ON_CPU) == sorted(EVERY_LOCAL)


def test_planning_and_judging_import_no_model_runtime() -> None:
    code = (
        "import sys; from engine.settings import Translate; from engine.translate import guard, load;"
        "from engine import catalog, models; load.plan(); load.candidates(Translate());"
        "print(sorted({'torch', 'transformers', 'xllamacpp', 'tokenizers', 'ctranslate2'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_from_what_is_here_to_what_was_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The whole way, with a hub of our own: start at once, fetch, and the next start takes the better one."""
    content = b"weights " * 100
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    known = {row.id: replace(row, files=(), takes_more=True, wheels=None) for row in TRANSLATORS}
    known[FAST_ON_CPU] = replace(known[FAST_ON_CPU], hub=catalog.Hub("owner/tiny"))
    monkeypatch.setattr(rows, "catalog_row", known.get)
    monkeypatch.setattr(planning, "find_translator", known.get)
    monkeypatch.setattr(planning, "find_spec", lambda _: object())
    by_hand = tmp_path / "cache" / "models" / "llama-qwen2.5-coder-1.5b"
    by_hand.mkdir(parents=True)
    (by_hand / "own.gguf").write_bytes(content)
    remote = LoopbackHub(files={"model.bin": content, "config.json": b"{}"})
    with serve(remote, monkeypatch, str(tmp_path / "hub-cache")):
        first = plan("auto", "cpu")
        assert first.now.id == ALWAYS_WORKS
        assert first.later is not None
        assert first.later.id == FAST_ON_CPU
        assert remote.fetches("model.bin") == []
        models.ensure(first.later.id, lambda _: None)
        second = plan("auto", "cpu")
    assert (second.now.id, second.later) == (FAST_ON_CPU, None)
    assert [choice.id for choice in candidates(Translate(device="cpu"))] == [FAST_ON_CPU, ALWAYS_WORKS]
