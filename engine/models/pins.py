"""What a model's files were when they were first fetched: kept beside them, and held to from then on."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from engine.catalog import Hub, WeightFile
from engine.models.errors import ModelError

_NAME = ".pins.json"


class Pins(msgspec.Struct, frozen=True):
    """One model's files as they were at the first fetch."""

    id: str
    """as in the catalog, or as it was asked for"""
    files: tuple[WeightFile, ...]
    hub: Hub | None = None
    """the commit they are from; None for files that somebody put there"""
    licence: str | None = None
    """as the hub tells it"""


def read(folder: Path) -> Pins | None:
    """The pins kept in `folder`; None when there are none.

    Raises ModelError when they cannot be read: without them, files that were checked would no longer be.
    """
    path = folder / _NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Pins)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(
            "corrupt", f"{path} cannot be read ({error}): remove the model and fetch it again (`streamtts models`)."
        ) from error


def exist(folder: Path) -> bool:
    """Whether there are pins in `folder`, readable or not."""
    return (folder / _NAME).exists()


def write(folder: Path, pins: Pins) -> None:
    """Keep `pins` in `folder`; a reader sees the old or the new ones, never half of them."""
    partial = folder / f"{_NAME}.{os.getpid()}"
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(pins)))
    partial.replace(folder / _NAME)


def folders(root: Path) -> list[Path]:
    """The folders below `root` that hold pins; links are not followed."""
    return sorted(path.parent for path in root.glob(f"*/{_NAME}") if not path.parent.is_symlink())
