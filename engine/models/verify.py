"""Is this file the pinned one? Hashing a gigabyte takes seconds, so the answer is remembered beside the file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from engine.catalog import WeightFile
from engine.protocols import Progress, ProgressFn

CHUNK_BYTES = 4 * 1024 * 1024


def is_good(path: Path, wanted: WeightFile, progress: ProgressFn) -> bool:
    """True when `path` has the pinned size and digest. Hashes only when the file changed since the last time."""
    digest = _pinned(wanted)
    if not has_right_size(path, wanted):
        return False
    if digest is None or is_remembered(path, digest):
        return True
    if hash_file(path, progress, as_git_blob=wanted.sha256 is None) != digest:
        return False
    remember(path, digest)
    return True


def was_good(path: Path, wanted: WeightFile) -> bool:
    """As `is_good`, hashing nothing: False when the file was not verified as it is now."""
    digest = _pinned(wanted)
    return has_right_size(path, wanted) and (digest is None or is_remembered(path, digest))


def has_right_size(path: Path, wanted: WeightFile) -> bool:
    """True when the file is there and has the pinned size, where one is pinned."""
    return path.is_file() and wanted.size_bytes in (None, path.stat().st_size)


def hash_file(path: Path, progress: ProgressFn, *, as_git_blob: bool = False) -> str:
    """SHA-256 of a file, or its SHA-1 as a git object, as hex digits."""
    total = path.stat().st_size
    digest = hashlib.sha1(b"blob %d\0" % total, usedforsecurity=False) if as_git_blob else hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            done += len(chunk)
            progress(Progress(f"Checking {path.name}", done, total))
    return digest.hexdigest()


def is_remembered(path: Path, digest: str) -> bool:
    """True when this very file (by size and time of change) was verified before."""
    try:
        return bool(json.loads(_note(path).read_text()) == _stamp(path, digest))
    except (OSError, ValueError):
        return False


def remember(path: Path, digest: str) -> None:
    """Note that the file was verified."""
    _note(path).write_text(json.dumps(_stamp(path, digest)))


def forget(path: Path) -> None:
    """Have the file hashed again at the next look."""
    _note(path).unlink(missing_ok=True)


def _note(path: Path) -> Path:
    return path.with_name(f".{path.name}.verified")


def _pinned(wanted: WeightFile) -> str | None:
    return wanted.sha256 or wanted.git_blob


def _stamp(path: Path, digest: str) -> dict[str, int | str]:
    status = path.stat()
    return {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": digest}
