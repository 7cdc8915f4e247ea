"""What can be chosen as the translator here, with what one needs to know to choose it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import models
from engine.catalog import TRANSLATORS, TranslatorRow
from engine.models import ModelError, rows, upkeep
from engine.settings import Translate
from engine.translate import measured, planning
from engine.translate.measured import Measured

AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatorOption:
    """One translator, or `auto`."""

    id: str
    """what the setting `translate.translator` takes"""
    name: str
    runtime: str
    """torch, llama, ct2 or http; empty for auto"""
    device: str
    """where it would run: cpu, mps, cuda or remote; empty for auto"""
    quality: str
    """one line; for auto what it takes now, and why"""
    licence: str = ""
    is_non_commercial: bool = False
    size_bytes: int = 0
    """what has to be fetched where it is not here; 0 when that is not known, or nothing is"""
    is_here: bool = False
    """it can start without fetching anything"""
    unavailable: str | None = None
    """one line saying why it cannot be used; None when it can, if need be after its weights were fetched"""
    measured: Measured | None = None
    """how fast it is on this machine, where `bench --save` has measured it"""


def options(settings: Translate) -> list[TranslatorOption]:
    """`auto`, then the table's translators, then what else the settings name or the models folder holds.

    Waits at most some seconds, for the hub; imports no model runtime. Never raises.
    """
    figures = {one.id: one for one in measured.recall(settings.device)}
    return [_auto(settings), *(_option(name, settings, figures) for name in _ids(settings))]


def _ids(settings: Translate) -> list[str]:
    named = [settings.translator, *settings.fallback.split(",")]
    kept = [name for name in upkeep.known_ids() if isinstance(rows.catalog_row(name), TranslatorRow)]
    names = [*(row.id for row in TRANSLATORS), *(name.strip() for name in named), *kept]
    return [name for name in dict.fromkeys(names) if name not in ("", AUTO)]


def _auto(settings: Translate) -> TranslatorOption:
    plan = planning.plan(AUTO, settings.device, settings.to)
    takes = f"takes {plan.now.id}: {plan.now.reason}"
    if plan.later:
        takes = f"{takes}; then {plan.later.id}: {plan.later.reason}"
    return TranslatorOption(id=AUTO, name="streamtts chooses", runtime="", device="", quality=takes, is_here=True)


def _option(name: str, settings: Translate, figures: Mapping[str, Measured]) -> TranslatorOption:
    row = rows.catalog_row(name)
    if isinstance(row, TranslatorRow):
        return _listed(name, row, settings, figures.get(name))
    if models.local_path(name) is not None:
        return _own(name, settings, figures.get(name))
    problem = f"there is no translator {name}"
    return TranslatorOption(id=name, name="", runtime="", device="", quality="", unavailable=problem)


def _listed(name: str, row: TranslatorRow, settings: Translate, figures: Measured | None) -> TranslatorOption:
    problem = _problem(row, settings)
    try:
        found = rows.find_row(row.id) or row
    except ModelError as error:
        found, problem = row, problem or str(error)
    is_server = row.runtime == "http"
    return TranslatorOption(
        id=name,
        name=row.name,
        runtime=row.runtime,
        device=planning.device_for(row, settings.device),
        quality=f"{row.quality}; now {settings.http_url}" if is_server else row.quality,
        licence=found.licence,
        is_non_commercial=found.is_non_commercial,
        size_bytes=found.size_bytes,
        is_here=is_server or models.can_start(row.id),
        unavailable=problem,
        measured=figures,
    )


def _problem(row: TranslatorRow, settings: Translate) -> str | None:
    if not row.knows(settings.to):
        return f"translates into {', '.join(row.targets)} only, not {settings.to}"
    if not planning.is_installed(row.runtime):
        return f"the packages of {row.runtime} are not installed"
    return None


def _own(name: str, settings: Translate, figures: Measured | None) -> TranslatorOption:
    runtime, _, path = name.partition(":")
    problem = None
    if not planning.is_known(runtime):
        problem = f"there is no runtime {runtime}"
    elif not planning.is_installed(runtime):
        problem = f"the packages of {runtime} are not installed"
    elif not models.is_present(name):
        problem = f"{path} does not exist"
    return TranslatorOption(
        id=name,
        name=path,
        runtime=runtime,
        device="cpu" if settings.device == "cpu" else "",
        quality="weights of your own",
        licence="your own",
        is_here=problem is None,
        unavailable=problem,
        measured=figures,
    )
