"""What a model id means on this machine: its row, with the files that were pinned here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from engine.catalog import LICENCE_UNKNOWN, ModelRow, WeightFile, find_translator, find_voice_row
from engine.models import hub, kinds, pins, verify
from engine.models.errors import ModelError
from engine.models.folder import models_folder
from engine.protocols import Progress, ProgressFn

_NON_COMMERCIAL = re.compile(r"\bnc\b|non-?commercial|research", re.IGNORECASE)


def local_path(model_id: str) -> Path | None:
    """The path in an id like `torch:/folder` or `llama:~/model.gguf`; None for other ids."""
    tail = model_id.partition(":")[2]
    return Path(tail).expanduser() if tail.startswith(("/", "~", "./", "../")) else None


def catalog_row(model_id: str) -> ModelRow | None:
    """The row of a catalog or hub id as the catalog has it; None when there is no such model."""
    return find_translator(model_id) or find_voice_row(model_id)


def find_row(model_id: str) -> ModelRow | None:
    """The row of a catalog or hub id, with its files as they were pinned here. None when there is no such model.

    Raises ModelError when the pins cannot be read.
    """
    row = catalog_row(model_id)
    if row is None or row.is_pinned or not row.hub:
        return row
    kept = _kept(row)
    return row if kept is None else _with_pins(row, kept)


def folder_of(row: ModelRow) -> Path:
    """The folder of its files: a direct child of the models folder."""
    return models_folder() / row.id.replace(":", "-").replace("/", "--")


def pinned(row: ModelRow, progress: ProgressFn) -> ModelRow:
    """Return the row with a digest for every file, asking the hub for what the catalog does not know.

    To be called with the folder locked. What the hub says is kept before anything is fetched, so that an attempt
    that is broken off goes on with the same commit. Files that somebody put into the folder are taken as they are, and
    pinned so. Raises ModelError, or OSError where the hub cannot be asked.
    """
    folder = folder_of(row)
    if row.is_pinned or row.hub is None:
        return row
    kept = _kept(row)
    if kept is None:
        kept = _by_hand(row, folder, progress) or _from_hub(row, progress)
        pins.write(folder, kept)
    return _with_pins(row, kept)


def here(row: ModelRow) -> tuple[WeightFile, ...] | None:
    """The files in the folder that make up a model whose files are not pinned yet; None when some are missing.

    Files that were pinned to something else are none that somebody put there: None as well.
    """
    folder = folder_of(row)
    if pins.exist(folder):
        return None
    names = {path.name for path in folder.glob("*") if path.is_file() and kinds.is_wanted(row, path.name)}
    names |= {file.name for file in row.files}
    known = {file.name: file for file in row.files}
    files = tuple(known.get(name, WeightFile(name)) for name in sorted(names))
    is_whole = all(verify.has_right_size(folder / file.name, file) for file in files)
    return files if is_whole and any(kinds.is_weights(row, file.name) for file in files) else None


def _kept(row: ModelRow) -> pins.Pins | None:
    """The pins of this row; none when the catalog has come to say something else of a file since."""
    kept = pins.read(folder_of(row))
    if kept is None or not _digests(row.files) <= _digests(kept.files):
        return None
    return kept


def _digests(files: Iterable[WeightFile]) -> set[tuple[str, str]]:
    return {(file.name, digest) for file in files if (digest := file.sha256 or file.git_blob)}


def _with_pins(row: ModelRow, kept: pins.Pins) -> ModelRow:
    licence = kept.licence or row.licence if row.licence == LICENCE_UNKNOWN else row.licence
    return replace(
        row,
        files=kept.files,
        hub=kept.hub or row.hub,
        takes_more=False,
        licence=licence,
        is_non_commercial=row.is_non_commercial or bool(_NON_COMMERCIAL.search(licence)),
        size_bytes=row.size_bytes or sum(file.size_bytes or 0 for file in kept.files),
    )


def _by_hand(row: ModelRow, folder: Path, progress: ProgressFn) -> pins.Pins | None:
    files = here(row)
    if files is None:
        return None
    progress(Progress(f"Taking the files in {folder.name} as they are", 0, None))
    return pins.Pins(row.id, tuple(_as_it_is(folder / file.name, file, progress) for file in files))


def _as_it_is(path: Path, file: WeightFile, progress: ProgressFn) -> WeightFile:
    if file.is_pinned:
        return file
    return WeightFile(file.name, path.stat().st_size, verify.hash_file(path, progress))


def _from_hub(row: ModelRow, progress: ProgressFn) -> pins.Pins:
    assert row.hub is not None
    progress(Progress(f"Asking the hub for {row.hub.repository}", 0, None))
    listing = hub.list_files(row.hub)
    files = kinds.choose(row, listing.files)
    if not all(file.is_pinned for file in files):
        raise ModelError("missing", f"The hub gives no checksum for the files of {row.hub.repository}.")
    return pins.Pins(row.id, files, replace(row.hub, revision=listing.commit), listing.licence)
