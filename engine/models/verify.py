"""Is this file the pinned one? Hashing a gigabyte takes seconds, so the answer is remembered beside the file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from engine.catalog import WeightFile
from engine.protocols import Progress, ProgressFn

CHUNK_BYTES = 4 * 1024 * 1024


def is_good(path: Path, wanted: WeightFile, progress: ProgressFn) -> bool:
    """True when `path` has the pinned size and SHA-256. Hashes only when the file changed since the last time."""
    if not path.is_file() or (wanted.size_bytes is not None and path.stat().st_size != wanted.size_bytes):
        return False
    if wanted.sha256 is None or is_remembered(path, wanted.sha256):
        return True
    if hash_file(path, progress) != wanted.sha256:
        return False
    remember(path, wanted.sha256)
    return True


def hash_file(path: Path, progress: ProgressFn) -> str:
    """SHA-256 of a file, as hex digits."""
    digest, done, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            done += len(chunk)
            progress(Progress(f"Checking {path.name}", done, total))
    return digest.hexdigest()


def is_remembered(path: Path, sha256: str) -> bool:
    """True when this very file (by size and time of change) was verified before."""
    try:
        return bool(json.loads(_note(path).read_text()) == _stamp(path, sha256))
    except (OSError, ValueError):
        return False


def remember(path: Path, sha256: str) -> None:
    """Note that the file was verified."""
    _note(path).write_text(json.dumps(_stamp(path, sha256)))


def forget(path: Path) -> None:
    """Have the file hashed again at the next look."""
    _note(path).unlink(missing_ok=True)


def _note(path: Path) -> Path:
    return path.with_name(f".{path.name}.verified")


def _stamp(path: Path, sha256: str) -> dict[str, int | str]:
    status = path.stat()
    return {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": sha256}
