"""Python, packages, disk and folders."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from engine.commands.doctor.check import Finding, Patient, failed, note, ok
from engine.history import history_path
from engine.models import models_folder
from engine.settings import config_path, log_folder

_LEAST_PYTHON = (3, 11)
_LOW_DISK_GB = 2.0


def python(_: Patient) -> Iterator[Finding]:
    """The interpreter."""
    version = platform.python_version()
    if sys.version_info < _LEAST_PYTHON:
        yield failed("python", version, "install Python 3.11 or newer")
    else:
        yield ok("python", f"{version} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores")


def packages(_: Patient) -> Iterator[Finding]:
    """Everything that streamtts requires, and in the version that it requires."""
    from packaging.requirements import Requirement

    problems = []
    required = [Requirement(line) for line in metadata.requires("streamtts") or ()]
    needed = [one for one in required if one.marker is None or one.marker.evaluate({"extra": ""})]
    for one in needed:
        try:
            installed = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            problems.append(f"{one.name} is missing")
            continue
        if not one.specifier.contains(installed, prereleases=True):
            problems.append(f"{one.name} {installed} is not {one.specifier}")
    if problems:
        yield failed("packages", "; ".join(problems), "pip install --upgrade streamtts")
    else:
        yield ok("packages", f"all {len(needed)} are here (streamtts {metadata.version('streamtts')})")


def disk(_: Patient) -> Iterator[Finding]:
    """Room for weights and for the record."""
    for what, folder in (("models", models_folder()), ("history", history_path().parent)):
        free_gb = shutil.disk_usage(_existing(folder)).free / 1e9
        line = f"{free_gb:.1f} GB free for {what} ({folder})"
        if free_gb < _LOW_DISK_GB:
            yield note("disk", line, "free some space, or set STREAMTTS_CACHE or STREAMTTS_HISTORY to another disk")
        else:
            yield ok("disk", line)


def folders(_: Patient) -> Iterator[Finding]:
    """Ours must be ours: writable, and closed to others where it matters."""
    places = {"config": config_path().parent, "models": models_folder(), "logs": log_folder()}
    for what, folder in places.items():
        if not os.access(_existing(folder), os.W_OK):
            yield failed("folders", f"{what}: {folder} cannot be written", f"chown or chmod u+w {folder}")
            return
    record = history_path()
    if record.exists() and stat.S_IMODE(record.stat().st_mode) & 0o077:
        yield note("folders", f"{record} can be read by others", f"chmod 600 {record}")
    else:
        yield ok("folders", "config, models, logs and history can be written")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
