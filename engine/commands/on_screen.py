"""Runs a program of the screen. The screen is above the engine, which therefore does not import it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from engine.settings import fields


def run_on_screen(arguments: argparse.Namespace, module: str, *words: str) -> int:
    """Run `python -m module words…` with the settings that were given as flags; return its exit status."""
    chosen = {f.env: str(value) for f in fields() if (value := vars(arguments).get(f.name)) is not None}
    command = [sys.executable, "-P", "-m", module, *words]
    return subprocess.run(command, env=os.environ | chosen, check=False).returncode
