"""A folder of a session's own that nobody else can enter, and the end of those whose session was killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PREFIX = "streamtts-"
LONGEST_NAME = PREFIX + "12345678"
LOCK = "lock"
_NAME = re.compile(re.escape(PREFIX) + r"\w{8}")


@dataclass(slots=True)
class PrivateFolder:
    """A folder of mode 0700. As long as its owner lives, a file in it is locked; the kernel ends that in any case."""

    path: Path
    _lock: int | None = None

    @classmethod
    def create(cls, parent: Path) -> PrivateFolder:
        """Make one in `parent`. Raises OSError where that cannot be done."""
        folder = cls(Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent)))
        with contextlib.suppress(OSError):
            # Some file systems have no locks; then the folder is never swept.
            folder._lock = _locked(folder.path)
        return folder

    def remove(self) -> None:
        """Delete it with all that is in it; safe to call twice."""
        shutil.rmtree(self.path, ignore_errors=True)
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)


def sweep(parents: Iterable[Path]) -> int:
    """Delete the folders in `parents` that a killed session of this user has left; returns how many. Never raises."""
    return sum(_sweep_one(folder) for parent in dict.fromkeys(parents) for folder in _folders(parent))


def _locked(folder: Path) -> int:
    """The lock is held before it has its name, so that nobody ever finds it free."""
    unnamed = folder / f"{LOCK}.new"
    descriptor = os.open(unnamed, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.rename(unnamed, folder / LOCK)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _folders(parent: Path) -> Iterator[Path]:
    try:
        with os.scandir(parent) as entries:
            for entry in entries:
                if _NAME.fullmatch(entry.name) and _is_ours(entry):
                    yield Path(entry.path)
    except OSError:
        return


def _is_ours(entry: os.DirEntry[str]) -> bool:
    status = entry.stat(follow_symlinks=False)
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077


def _sweep_one(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / LOCK, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        # Without a lock nobody knows whose it is.
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return not folder.exists()
