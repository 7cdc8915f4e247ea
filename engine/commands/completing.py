"""Answers a shell that asks how a command line may go on; costs nothing when none does."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from typing import Any


def complete(parser: argparse.ArgumentParser) -> None:
    """End the program with the answer, where a shell has asked (argcomplete's protocol)."""
    if "_ARGCOMPLETE" not in os.environ:
        return
    import argcomplete

    for action in _all_actions(parser):
        if (values := _VALUES.get(action.dest)) is not None:
            action.completer = _completer(values)
    argcomplete.autocomplete(parser)


def _completer(values: Callable[[], Iterable[str]]) -> Callable[..., list[str]]:
    return lambda **_: list(values())


def _voices() -> Iterable[str]:
    from engine.speech.voices import all_voices

    return [*(voice.id for voice in all_voices()), "none"]


def _translators() -> Iterable[str]:
    from engine.catalog import TRANSLATORS

    return [*(row.id for row in TRANSLATORS), "auto"]


def _settings() -> Iterable[str]:
    from engine.settings import fields

    return [field.name for field in fields()]


_VALUES: dict[str, Callable[[], Iterable[str]]] = {
    "speech.voice": _voices,
    "translate.translator": _translators,
    "id": _translators,
    "name": _settings,
}
"""by the argument's destination"""


def _all_actions(parser: argparse.ArgumentParser) -> Iterable[Any]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _all_actions(below)
