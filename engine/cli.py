"""`streamtts`: the engine without a screen. Finds the command; imports nothing heavy before it is needed."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from engine.commands.completing import complete
from engine.commands.leaving import INTERRUPTED, leave
from engine.settings import add_flags

COMMANDS = {
    "speak": "translate and speak text, stream-json or a transcript as it arrives",
    "ask": "a question to Claude, answered in both languages and aloud; without one, a conversation",
    "record": "the companion, with a recording of the session for a bug report",
    "replay": "a session again: from the history, a transcript or a recording",
    "bench": "measure every stage on this machine",
    "voices": "list the voices and say which cannot be used here, and why",
    "models": "list the translators and their weights; fetch, check and remove them",
    "history": "what was said before: list, show, search",
    "export": "a recorded session as a document, subtitles, a page that plays, or sound",
    "doctor": "a line for everything that must work, tried for real, and what to do where it does not",
    "config": "every setting and where its value comes from; change one",
    "completion": "completion of commands and values for bash, zsh and fish",
}
WITHOUT_SETTINGS = ("history", "config", "completion")
"""Commands that the settings' flags mean nothing to."""

EXAMPLES = """examples:
  claude -p "Explain this" --output-format stream-json --verbose --include-partial-messages | streamtts speak
  streamtts speak README.md --sink wav:readme.wav
  echo "The build has failed." | streamtts speak --json --voice none
  streamtts ask "What does this project do?"
  streamtts doctor
"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="streamtts",
        description="English to Japanese, on the screen and in the ear, while it streams.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"streamtts {version('streamtts')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        module = _module(name)
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=getattr(module, "EXAMPLES", None),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name not in WITHOUT_SETTINGS:
            add_flags(command)
        module.add_arguments(command)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status. After Ctrl+C the process ends at once."""
    status = _run(argv)
    if status == INTERRUPTED:
        leave(status)
    return status


def _run(argv: Sequence[str] | None) -> int:
    parser = build_parser()
    complete(parser)
    arguments = parser.parse_args(argv)
    try:
        status: int = _module(arguments.command).run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has enough (`| head`). What Python still wants to write at its end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _module(command: str) -> Any:
    return importlib.import_module(f"engine.commands.{command}")


if __name__ == "__main__":
    sys.exit(main())
