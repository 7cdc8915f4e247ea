"""Writes docs/cli.md from the parsers: `python -m tests.tools.write_cli_docs docs/cli.md`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import engine.cli
import tui.cli
from engine.settings import fields, keys_field

HEAD = """# The command line

Written by `python -m tests.tools.write_cli_docs docs/cli.md` from the code; a test keeps it true.

Every setting can also stand in the config file (`streamtts config path`) or in the environment; flags go before the
environment, and that before the file.
"""


def document() -> str:
    """The whole page."""
    parser = engine.cli.build_parser()
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    parts = [HEAD, *_program(tui.cli.build_parser(), 2), *_program(parser, 2)]
    for command in commands.choices.values():
        parts += _program(command, 3)
    return "\n".join([*parts, *_settings()])


def _program(parser: argparse.ArgumentParser, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{parser.prog}`\n\n{parser.description}\n"
    rows = [row for action in parser._actions if (row := _row(action))]
    if rows:
        yield "| argument | what it does |\n|---|---|"
        yield "\n".join(rows) + "\n"
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) and level > 2:
            for name, below in action.choices.items():
                inner = [row for part in below._actions if (row := _row(part))]
                yield (
                    f"`{parser.prog} {name}`:\n\n| argument | what it does |\n|---|---|\n" + "\n".join(inner) + "\n"
                    if inner
                    else ""
                )
    if parser.epilog:
        yield f"```\n{parser.epilog.strip()}\n```\n"


def _row(action: argparse.Action) -> str | None:
    if isinstance(action, argparse._HelpAction):
        return None
    if isinstance(action, argparse._SubParsersAction):
        listed = "; ".join(f"`{part.dest}`: {part.help}" for part in action._choices_actions)
        return f"| `{action.metavar}` | {_cell(listed)} |"
    choices = [str(choice) for choice in action.choices or ()]
    # As argparse does: a value is named by its choices where there are few, else by its own word.
    word = action.metavar or ("{" + ",".join(choices) + "}" if choices else action.dest.rpartition(".")[2].upper())
    takes_value = action.nargs != 0
    names = [f"`{option}{f' {word}' if takes_value else ''}`" for option in action.option_strings] or [f"`{word}`"]
    return f"| {_cell(', '.join(names))} | {_cell((action.help or '') % vars(action))} |"


def _settings() -> Iterator[str]:
    yield "## Settings\n\n| setting | default | environment | what it is |\n|---|---|---|---|"
    for field in (*fields(), keys_field("ACTION")):
        choices = f" ({', '.join(field.choices)})" if field.choices else ""
        what = _cell(f"{field.meta.description}{choices}")
        default = "" if field.default is None else f"`{field.default!s}`"
        yield f"| `{field.name}` | {default} | `{field.env}` | {what} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
