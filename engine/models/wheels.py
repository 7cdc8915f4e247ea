"""Put a file together again from numbered wheels."""

from __future__ import annotations

import hashlib
import os
from importlib.util import find_spec
from pathlib import Path

from engine.catalog import WeightFile, Wheels
from engine.models import verify
from engine.models.errors import ModelError
from engine.protocols import Progress, ProgressFn


def find_parts(wheels: Wheels) -> list[Path | None]:
    """Where each part lies, None where its wheel is not installed. Nothing is imported."""
    return [_find_part(wheels, number) for number in range(1, wheels.count + 1)]


def _find_part(wheels: Wheels, number: int) -> Path | None:
    spec = find_spec(f"{wheels.package}{number}")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        part = Path(location) / "data" / f"part{number:02}.bin"
        if part.is_file():
            return part
    return None


def missing_names(wheels: Wheels) -> list[str]:
    """The distributions (as pip names them) that are not installed or have lost their data."""
    package = wheels.package.replace("_", "-")
    return [f"{package}{number}" for number, part in enumerate(find_parts(wheels), 1) if part is None]


def assemble(wheels: Wheels, wanted: WeightFile, target: Path, progress: ProgressFn) -> None:
    """Write the parts in order into `target`, which appears only when it is whole and has the pinned SHA-256.

    A broken attempt is simply begun again: it takes seconds. Raises ModelError, naming missing parts, or saying
    that the parts do not give the pinned file.
    """
    missing = missing_names(wheels)
    if missing:
        raise ModelError("missing", f"{wanted.name} cannot be put together: {', '.join(missing)} not installed.")
    parts = [part for part in find_parts(wheels) if part is not None]
    partial = target.with_name(f"{target.name}.partial")
    try:
        digest = _copy(parts, partial, target.name, progress)
        if wanted.sha256 is not None and digest != wanted.sha256:
            raise ModelError(
                "corrupt",
                f"The installed wheels do not give the right {wanted.name}. Install them again: "
                f"pip install --force-reinstall 'streamtts[{wheels.extra}]'",
            )
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    if wanted.sha256 is not None:
        verify.remember(target, wanted.sha256)


def _copy(parts: list[Path], target: Path, name: str, progress: ProgressFn) -> str:
    digest, done, total = hashlib.sha256(), 0, sum(part.stat().st_size for part in parts)
    with target.open("wb") as out:
        for part in parts:
            with part.open("rb") as file:
                while chunk := file.read(verify.CHUNK_BYTES):
                    out.write(chunk)
                    digest.update(chunk)
                    done += len(chunk)
                    progress(Progress(f"Putting {name} together", done, total))
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()
