"""What is in the models folder: how much of the disk it takes, whether it is whole, and getting rid of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.catalog import TRANSLATORS, VOICES, ModelRow
from engine.models import pins, rows, store, verify
from engine.models.errors import ModelError
from engine.models.folder import locked, models_folder
from engine.protocols import ProgressFn


@dataclass(frozen=True, slots=True)
class Checked:
    """One file of a model, compared with its pin."""

    name: str
    verdict: str
    """ok, damaged or missing"""


def known_ids() -> list[str]:
    """The catalog's ids, then those of models from the hub that are here; voices last."""
    voices = [row.id for row in VOICES]
    others = [*(row.id for row in TRANSLATORS), *_kept_ids()]
    return [*dict.fromkeys(name for name in others if name not in voices), *voices]


def has_files(row: ModelRow) -> bool:
    """Whether anything of the model is here, whole or not."""
    return disk_bytes(row) > 0


def disk_bytes(row: ModelRow) -> int:
    """What the model takes on the disk, with parts of it and what was derived from it. Links are not followed."""
    folder = rows.folder_of(row)
    return 0 if folder.is_symlink() else sum(size for _, size in _sizes(folder))


def check(model_id: str, progress: ProgressFn) -> list[Checked]:
    """Hash every file of a model and compare it with its pin. Raises ModelError when it is unknown, or not here."""
    row = _require_ours(model_id)
    if not has_files(row):
        raise ModelError("missing", f"{row.id} is not here: `streamtts models pull {row.id}` fetches it.")
    if not row.is_pinned and store.is_here(row):
        row = store.pin(row.id, progress)
    if not row.is_pinned:
        raise ModelError("missing", f"{row.id} is not whole: `streamtts models pull {row.id}` fetches what is missing.")
    folder = rows.folder_of(row)
    checked = []
    for wanted in row.files:
        path = folder / wanted.name
        verify.forget(path)
        verdict = "missing" if not path.exists() else "ok" if verify.is_good(path, wanted, progress) else "damaged"
        checked.append(Checked(wanted.name, verdict))
    return checked


def remove(model_id: str, progress: ProgressFn) -> int:
    """Delete a model's folder and return the bytes that this frees. Nothing outside the models folder is touched.

    Raises ModelError when it is unknown, or not here.
    """
    row = _require_ours(model_id)
    folder = rows.folder_of(row)
    if folder.is_symlink():
        # What it points to is not ours.
        folder.unlink()
        return 0
    if not folder.is_dir():
        raise ModelError("missing", f"{row.id} is not here.")
    freed = disk_bytes(row)
    try:
        with locked(folder, progress):
            shutil.rmtree(folder)
    except OSError as error:
        raise ModelError("missing", f"{folder} cannot be removed: {error}") from error
    return freed


def _require_ours(model_id: str) -> ModelRow:
    if rows.local_path(model_id) is not None:
        raise ModelError("unknown_model", f"{model_id} is a path of your own: it is neither checked nor removed.")
    row = rows.catalog_row(model_id)
    if row is None or row.hub is None:
        raise ModelError("unknown_model", f"There are no weights called {model_id}; see `streamtts models`.")
    folder = rows.folder_of(row)
    if folder.parent != models_folder():
        raise ModelError("unknown_model", f"{model_id} does not name a folder in {models_folder()}.")
    try:
        return rows.find_row(model_id) or row
    except ModelError:
        # Its pins are damaged: it can still be removed.
        return row


def _kept_ids() -> Iterator[str]:
    for folder in pins.folders(models_folder()):
        try:
            kept = pins.read(folder)
        except ModelError:
            continue
        if kept is not None and (row := rows.catalog_row(kept.id)) and rows.folder_of(row) == folder:
            yield kept.id


def _sizes(folder: Path) -> Iterator[tuple[Path, int]]:
    for root, _, names in os.walk(folder, followlinks=False):
        for name in names:
            path = Path(root) / name
            if not path.is_symlink():
                yield path, path.stat().st_size
