"""Which translator to use here, and how to make it."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from engine import models
from engine.catalog import TRANSLATORS
from engine.models import ModelError
from engine.protocols import Translator
from engine.settings import Translate

FAST_ON_GPU = "torch:nllb-600m"
ALWAYS_WORKS = "llama:qwen2.5-coder-1.5b"


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
    """better, but has to be fetched first: fetch it in the background (`engine.models.ensure`), then load it"""


def create(translator_id: str, settings: Mapping[str, Any] | None = None) -> Translator:
    """Make a translator that is not loaded yet. A worker calls this by its name, with these keywords.

    `translator_id` is a catalog id or `runtime:/path/to/weights`; `settings` are those of `engine.settings.Translate`,
    as plain values. Raises ModelError for a translator that does not exist.
    """
    chosen = msgspec.convert(settings or {}, Translate)
    runtime = translator_id.partition(":")[0]
    if runtime == "llama" and _exists(translator_id):
        from engine.translate.llama import LlamaTranslator

        return LlamaTranslator(translator_id, chosen)
    if runtime == "torch" and _exists(translator_id):
        from engine.translate.nllb import NllbTranslator

        return NllbTranslator(translator_id, chosen)
    if runtime == "ct2" and _exists(translator_id):
        from engine.translate.ct2 import Ct2Translator

        return Ct2Translator(translator_id, chosen)
    known = ", ".join(row.id for row in TRANSLATORS if row.implemented)
    raise ModelError("unknown_model", f"There is no translator {translator_id}. There are: {known}.")


def choose(translator: str = "auto", device: str = "auto") -> Choice:
    """The translator to use for the settings `translator` and `device`. Quick; imports no model runtime."""
    if translator != "auto":
        return Choice(translator, "chosen in the settings")
    if find_spec("torch") is None or find_spec("transformers") is None:
        return Choice(ALWAYS_WORKS, "torch is not installed")
    gpu = _gpu_for(device)
    if gpu is None and find_spec("xllamacpp") is not None:
        return Choice(ALWAYS_WORKS, "the device is set to cpu" if device == "cpu" else "no GPU that torch can use")
    why = f"a GPU ({gpu})" if gpu else "llama.cpp is not installed"
    if models.is_present(FAST_ON_GPU):
        return Choice(FAST_ON_GPU, f"{why}, and its weights are here (CC-BY-NC-4.0: not for commercial use)")
    if models.can_fetch(FAST_ON_GPU):
        return Choice(FAST_ON_GPU, f"{why}, and its weights can be fetched (CC-BY-NC-4.0: not for commercial use)")
    return Choice(ALWAYS_WORKS, f"{why}, but the weights of {FAST_ON_GPU} are not here and the hub does not answer")


def plan(translator: str = "auto", device: str = "auto") -> Plan:
    """What to start with, and what to fetch meanwhile, for the settings `translator` and `device`.

    Waits at most about 2 s (for the hub); imports no model runtime.
    """
    chosen = choose(translator, device)
    if translator != "auto" or chosen.id == ALWAYS_WORKS or models.is_present(chosen.id):
        return Plan(chosen, None)
    if not models.can_start(ALWAYS_WORKS):
        return Plan(chosen, None)
    return Plan(Choice(ALWAYS_WORKS, f"can start at once, while {chosen.id} is fetched"), chosen)


def candidates(settings: Translate) -> list[Choice]:
    """Translators to go on with when one fails, in this order: the settings' `fallback`, else what can start here."""
    asked = [part.strip() for part in settings.fallback.split(",") if part.strip()]
    if asked:
        return [Choice(translator_id, "a fallback in the settings") for translator_id in dict.fromkeys(asked)]
    rows = (row.id for row in TRANSLATORS if row.implemented)
    return [Choice(translator_id, "can start at once") for translator_id in rows if models.can_start(translator_id)]


def _exists(translator_id: str) -> bool:
    return models.local_path(translator_id) is not None or any(
        row.id == translator_id and row.implemented for row in TRANSLATORS
    )


def _gpu_for(device: str) -> str | None:
    """mps or cuda when this machine seems to have it; torch itself is asked later, in the worker."""
    if device in ("auto", "mps") and platform.system() == "Darwin" and platform.machine() == "arm64":
        return "mps"
    if device in ("auto", "cuda") and _has_nvidia_driver() and "+cpu" not in metadata.version("torch"):
        return "cuda"
    return None


def _has_nvidia_driver() -> bool:
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None
