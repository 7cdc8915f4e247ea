"""Where weights are kept, and how two processes keep out of each other's way there."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from engine.models.errors import ModelError
from engine.protocols import Progress, ProgressFn

_SPARE_BYTES = 100_000_000
"""Left free on the disk: a full one harms every other program."""

_POLL_S = 0.2


def models_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Folder of all weights: `STREAMTTS_CACHE`, else the platform's user cache; then `models`."""
    from platformdirs import user_cache_path

    return Path(env.get("STREAMTTS_CACHE") or user_cache_path("streamtts")).expanduser() / "models"


def derived_place(source: Path, ours: Path, stem: str, ending: str = "") -> Path:
    """Where goes what is made from the weights at `source`.

    To `ours`, in the model's folder, where that folder is ours: both are then removed together. Else to a folder beside
    the models, as `stem`, a mark of the source's place, `ending`.
    """
    if source.is_relative_to(models_folder()):
        return ours
    mark = hashlib.sha256(str(source.resolve()).encode()).hexdigest()[:8]
    return models_folder() / "derived" / f"{stem}-{mark}{ending}"


def remedy(path: Path) -> str:
    """One sentence about what to do with weights at `path` that cannot be read: ours come again, others' do not."""
    if path.is_relative_to(models_folder()):
        first = f"Delete {path}, and it is fetched again"
    else:
        first = f"Copy {path} here again from where it came from"
    return f"{first}; or choose another translator (`streamtts models`)."


def require_space(folder: Path, size_bytes: int) -> None:
    """Raise ModelError when `size_bytes` more would fill the disk of `folder`."""
    free = shutil.disk_usage(folder).free
    if free < size_bytes + _SPARE_BYTES:
        need_mb, free_mb = (size_bytes + _SPARE_BYTES) // 1_000_000, free // 1_000_000
        raise ModelError(
            "disk_full",
            f"{folder} needs {need_mb} MB free for the weights, but has {free_mb} MB. "
            "Free some space, or set STREAMTTS_CACHE to a folder on another disk.",
        )


@contextmanager
def locked(folder: Path, progress: ProgressFn) -> Iterator[None]:
    """Hold the folder's lock, waiting while another process has it. The system drops it if we die."""
    path = folder / ".lock"
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w") as handle:
            while not _try_lock(handle.fileno()):
                progress(Progress(f"Waiting for another process to prepare {folder.name}", 0, None))
                time.sleep(_POLL_S)
            # Whoever had it may have removed the folder: then this lock locks nothing.
            if _is_same(path, handle.fileno()):
                yield
                return


def _is_same(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
