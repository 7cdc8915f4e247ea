"""Fixtures of the capture tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.capture.mod_files import ModFiles


@pytest.fixture
def mod_files() -> Iterator[ModFiles]:
    files = ModFiles.create({})
    yield files
    files.remove()


@pytest.fixture
def socket_path(mod_files: ModFiles) -> Path:
    return mod_files.socket_path
