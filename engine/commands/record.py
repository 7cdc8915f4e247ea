"""`streamtts record`: the companion, with a recording of the session for a bug report."""

from __future__ import annotations

import argparse
import os
import time

from engine.commands.on_screen import run_on_screen

EXAMPLES = """examples:
  streamtts record                          claude in the companion; the file is named after the time
  streamtts record -o talk.streamtts -- --model opus
  streamtts replay talk.streamtts --screen  see it again

Keys, tokens and passwords are replaced by * where they are recognised. Read the file before you send it: it holds
everything else that was on Claude's screen.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only `record` takes."""
    parser.add_argument("-o", "--output", metavar="FILE", help="where to (default: session-TIME.streamtts, here)")
    parser.add_argument("rest", nargs="*", metavar="-- CLAUDE ARGUMENTS", help="arguments for claude")


def run(arguments: argparse.Namespace) -> int:
    """Run the companion; its exit status is Claude's."""
    output = arguments.output or time.strftime("session-%Y%m%d-%H%M%S.streamtts")
    status = run_on_screen(arguments, "tui.cli", "--record", output, "--", *arguments.rest)
    if os.path.exists(output):
        print(
            f"Recorded in {output}. Read it before you send it to anybody; `streamtts replay --screen` shows it again."
        )
    return status
