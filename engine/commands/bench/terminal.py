"""`streamtts bench --terminal`: the terminal pane, measured by a program of its own."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from engine.settings import fields


def run(arguments: argparse.Namespace) -> int:
    """Run it with the settings that were given; return its exit status."""
    # The screen is above the engine, which therefore does not import it.
    chosen = {f.env: str(value) for f in fields() if (value := vars(arguments).get(f.name)) is not None}
    command = [sys.executable, "-P", "-m", "tui.bench", *(["--json"] if arguments.json else [])]
    return subprocess.run(command, env=os.environ | chosen, check=False).returncode
