"""Endless and outsized sequences: memory stays bounded, and a reset makes the terminal good as new."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.terminal_bombs import BOMBS

ROOT = Path(__file__).parents[3]
MOST_MB = 56
"""Less than what is fed, so that a leak is seen, and more than the scrollback may take."""


@pytest.mark.parametrize("name", BOMBS)
def test_memory_is_bounded_and_the_terminal_works_afterwards(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.terminal_bombs", name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(done.stdout)
    assert report["text"] == "still 日本"
    assert report["grown_mb"] < MOST_MB
