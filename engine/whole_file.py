"""Files that appear when they are whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def partial_of(path: Path) -> Path:
    """Where a file is while it is being written: beside it, hidden, with the same suffix."""
    return path.with_name(f".{path.stem}.partial{path.suffix}")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give the path to write to; at the end it takes the place of `path`, after an exception it is gone.

    Raises OSError when it cannot be moved there.
    """
    partial = partial_of(path)
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
