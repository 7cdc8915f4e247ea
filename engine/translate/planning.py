"""Which translator to take here, and why: what this machine has decides, or a measurement made on it."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from engine import models
from engine.catalog import TranslatorRow, find_translator
from engine.settings import Translate
from engine.translate import measured

FAST_ON_GPU = "torch:nllb-600m"
FAST_ON_CPU = "ct2:quickmt"
ALWAYS_WORKS = "llama:qwen2.5-coder-1.5b"

_ALSO = (
    "llama:cat-translate-1.4b",
    "llama:cat-translate-0.8b",
    "llama:lfm2-350m-enjp",
    "ct2:nllb-600m",
    "ct2:fugumt",
)
_HEAVY = ("torch:nllb-1.3b", "torch:nllb-3.3b")
ON_GPU = (FAST_ON_GPU, FAST_ON_CPU, ALWAYS_WORKS, *_ALSO, *_HEAVY)
ON_CPU = (FAST_ON_CPU, ALWAYS_WORKS, *_ALSO, FAST_ON_GPU, *_HEAVY)
"""Every local translator of the catalog, best first for such a machine. `auto` fetches none but the first three."""

_FETCHED = (FAST_ON_GPU, FAST_ON_CPU, ALWAYS_WORKS)
_PACKAGES = {
    "torch": ("torch", "transformers"),
    "llama": ("xllamacpp",),
    "ct2": ("ctranslate2", "sentencepiece"),
    "http": (),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A translator, and why it was chosen: one line for a person."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start with, and what to change over to once its weights have been fetched."""

    now: Choice
    """can start at once wherever anything here can"""
    later: Choice | None
    """better, and the hub has it: fetch it in the background (`engine.models.ensure`), then load it"""


def plan(translator: str = "auto", device: str = "auto", to: str = "ja") -> Plan:
    """What to start with, and what to fetch meanwhile, for the settings `translator`, `device` and `to`.

    Waits at most 1.5 s, for the hub, and only when the best one is not here; imports no model runtime.
    """
    if translator != "auto":
        return Plan(Choice(translator, "chosen in the settings"), None)
    order = _order(device, to)
    if not order:
        return Plan(Choice(ALWAYS_WORKS, "no runtime is installed for another one"), None)
    best = order[0]
    if models.can_start(best.id):
        return Plan(Choice(best.id, f"{best.reason}, and its weights are here{_terms(best.id)}"), None)
    is_to_be_had = models.can_fetch(best.id)
    now = next((choice.id for choice in order if models.can_start(choice.id)), None)
    if now is None:
        return Plan(_to_be_fetched(order, best, is_to_be_had), None)
    if is_to_be_had:
        later = Choice(best.id, f"{best.reason}, and its weights can be fetched{_terms(best.id)}")
        return Plan(Choice(now, f"it can start at once, while {best.id} is fetched"), later)
    why = f"{best.reason}, but the weights of {best.id} are not here and the hub does not answer"
    return Plan(Choice(now, why), None)


def candidates(settings: Translate) -> list[Choice]:
    """Translators to go on with when one fails, in this order: the settings' `fallback`, else what can start here."""
    asked = [part.strip() for part in settings.fallback.split(",") if part.strip()]
    if asked:
        return [Choice(translator_id, "a fallback in the settings") for translator_id in dict.fromkeys(asked)]
    order = _order(settings.device, settings.to)
    return [Choice(choice.id, "it can start at once") for choice in order if models.can_start(choice.id)]


def is_known(runtime: str) -> bool:
    """Whether there is a runtime of this name for weights on this machine."""
    return runtime in _PACKAGES and runtime != "http"


def device_for(row: TranslatorRow, device: str) -> str:
    """Where a translator would run with the setting `device`, as far as that can be seen without its runtime."""
    gpu = _gpu_for(device)
    if row.runtime == "llama" and gpu == "cuda":
        return "cuda or cpu"  # llama.cpp is built for one of them: only the runtime itself knows
    return next((name for name in row.devices if name in (gpu, "remote")), "cpu")


def is_installed(runtime: str) -> bool:
    """Whether the packages of a runtime are there."""
    return all(find_spec(package) is not None for package in _PACKAGES[runtime])


def _order(device: str, to: str) -> list[Choice]:
    """The local translators that could run here and know the language, best first."""
    gpu = _gpu_for(device)
    why = f"a GPU ({gpu})" if gpu else _why_no_gpu(device)
    choices = [Choice(name, why) for name in (ON_GPU if gpu else ON_CPU) if _is_usable(name, to)]
    best = measured.best([one for one in measured.recall(device) if _is_usable(one.id, to)])
    if best is None:
        return choices
    return [Choice(best.id, measured.why(best)), *(choice for choice in choices if choice.id != best.id)]


def _is_usable(translator_id: str, to: str) -> bool:
    row = find_translator(translator_id)
    return row is not None and row.runtime != "http" and row.knows(to) and is_installed(row.runtime)


def _to_be_fetched(order: list[Choice], best: Choice, is_best_to_be_had: bool) -> Choice:
    """What to wait for when nothing can start: the best that the hub has."""
    if is_best_to_be_had:
        return Choice(best.id, f"{best.reason}, and its weights can be fetched{_terms(best.id)}")
    for choice in order[1:]:
        if choice.id in _FETCHED and models.can_fetch(choice.id):
            return Choice(choice.id, f"its weights can be fetched, those of {best.id} cannot{_terms(choice.id)}")
    return Choice(ALWAYS_WORKS, f"{best.reason}, but no weights are here and the hub does not answer")


def _terms(translator_id: str) -> str:
    row = find_translator(translator_id)
    return f" ({row.licence}: not for commercial use)" if row is not None and row.is_non_commercial else ""


def _why_no_gpu(device: str) -> str:
    if device == "cpu":
        return "the device is set to cpu"
    return "no GPU that torch can use" if is_installed("torch") else "torch is not installed"


def _gpu_for(device: str) -> str | None:
    """mps or cuda when this machine seems to have it; torch itself is asked later, in the worker."""
    if not is_installed("torch"):
        return None
    if device in ("auto", "mps") and platform.system() == "Darwin" and platform.machine() == "arm64":
        return "mps"
    if device in ("auto", "cuda") and _has_nvidia_driver() and "+cpu" not in metadata.version("torch"):
        return "cuda"
    return None


def _has_nvidia_driver() -> bool:
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None
