"""`streamtts bench --screen`: the screen while text streams, measured by a program of its own."""

from __future__ import annotations

import argparse

from engine.commands.on_screen import run_on_screen


def run(arguments: argparse.Namespace) -> int:
    """Run it; return its exit status."""
    return run_on_screen(arguments, "tui.bench", "--screen", *(["--json"] if arguments.json else []))
