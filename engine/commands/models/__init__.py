"""`streamtts models`: the translators and their weights: list, fetch, check, remove."""

from __future__ import annotations

import argparse
import sys

from engine.commands.console import ProgressLine
from engine.models import ModelError

DONE, FAILED, MISUSED = 0, 1, 2
_ACTIONS = {
    "pull": "fetch a model's weights, or go on fetching them",
    "verify": "compare the weights that are here with their checksums",
    "remove": "delete a model's weights",
}
_ID = "catalog id, runtime:OWNER/REPOSITORY, or llama:OWNER/REPOSITORY/FILE.gguf"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only `models` takes."""
    parser.add_argument("--json", action="store_true", help="list as one JSON object")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=False)
    for name, summary in _ACTIONS.items():
        action = actions.add_parser(name, help=summary, description=summary)
        action.add_argument("id", metavar="ID", nargs="?" if name == "verify" else None, help=_ID)
        if name == "pull":
            action.add_argument("--yes", action="store_true", help="accept a licence for non-commercial use only")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; return 0, 1 when it failed, 2 for a wrong id or setting."""
    progress = ProgressLine(sys.stderr)
    try:
        return _act(arguments, progress)
    except ModelError as error:
        progress.clear()
        print(f"streamtts: {error}", file=sys.stderr)
        return MISUSED if error.code == "unknown_model" else FAILED
    except KeyboardInterrupt:
        progress.clear()
        print(f"\nstreamtts: stopped.{_how_to_go_on(arguments)}", file=sys.stderr)
        return FAILED


def _act(arguments: argparse.Namespace, progress: ProgressLine) -> int:
    match arguments.action:
        case "pull":
            from engine.commands.models.pulling import pull

            return pull(arguments.id, is_agreed=arguments.yes, progress=progress)
        case "verify":
            from engine.commands.models.keeping import verify

            return verify(arguments.id, progress)
        case "remove":
            from engine.commands.models.keeping import remove

            return remove(arguments.id, progress)
        case _:
            from engine.commands.models.listing import show

            return show(vars(arguments), as_json=arguments.json)


def _how_to_go_on(arguments: argparse.Namespace) -> str:
    if arguments.action != "pull":
        return ""
    return f" What has arrived is kept: `streamtts models pull {arguments.id}` goes on from there."
