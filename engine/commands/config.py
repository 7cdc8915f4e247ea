"""`streamtts config`: every setting, its value and where that comes from; change one, or see the schema."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import msgspec

from engine.settings import SettingsError, config_path, fields, find_field, json_schema, keys_field, load_with_origins

EXAMPLES = """examples:
  streamtts config                              every setting, its value, and where it comes from
  streamtts config get speech.voice
  streamtts config set speech.voice kokoro:jf_alpha
  streamtts config unset speech.voice           back to the default
  streamtts config set keys.mute "f2, view m"   the keys of an action: docs/keys.md
  streamtts config schema > schema.json         for editors that check TOML files
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `config` takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    show = actions.add_parser("show", help="every setting (what happens without an action, too)")
    show.add_argument("--json", action="store_true", help="one JSON object")
    get = actions.add_parser("get", help="print one value")
    get.add_argument("name", metavar="SECTION.KEY", help="which one")
    change = actions.add_parser("set", help="change one value in the config file; its comments stay")
    change.add_argument("name", metavar="SECTION.KEY", help="which one")
    change.add_argument("value", metavar="VALUE", help="its new value")
    unset = actions.add_parser("unset", help="take one value out of the config file")
    unset.add_argument("name", metavar="SECTION.KEY", help="which one")
    actions.add_parser("path", help="print where the config file is")
    actions.add_parser("schema", help="print the JSON Schema of the config file")


def run(arguments: argparse.Namespace) -> int:
    """Do it; 2 when a name or a value is wrong."""
    try:
        _ACTIONS[arguments.action or "show"](arguments)
    except SettingsError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return 2
    return 0


def _show(arguments: argparse.Namespace) -> None:
    settings, origins = load_with_origins()
    values = msgspec.to_builtins(settings)
    known = [*fields(), *map(keys_field, settings.keys)]
    if getattr(arguments, "json", False):
        shown = {f.name: {"value": values[f.section][f.key], "origin": origins.get(f.name, "default")} for f in known}
        print(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    print(f"# {config_path()}{'' if config_path().exists() else ' (not there yet)'}")
    section = ""
    for f in known:
        if f.section != section:
            section = f.section
            print(f"\n[{section}]")
        print(f"# {f.meta.description}{_choices(f)}. From: {origins.get(f.name, 'default')}")
        print(f"{f.key} = {_toml(values[f.section][f.key])}")


def _get(arguments: argparse.Namespace) -> None:
    field, (settings, _) = find_field(arguments.name), load_with_origins()
    value = msgspec.to_builtins(settings)[field.section].get(field.key)
    if value is None:
        raise SettingsError(f"{field.name} is not set: the default keys hold, which docs/keys.md and F1 show")
    print(_plain(value))


def _set(arguments: argparse.Namespace) -> None:
    from engine.config_file import set_value

    value = set_value(config_path(), arguments.name, arguments.value)
    print(f"{arguments.name} = {_toml(value)}  ({config_path()})")
    _warn_if_overridden(arguments.name)


def _unset(arguments: argparse.Namespace) -> None:
    from engine.config_file import unset_value

    was_there = unset_value(config_path(), arguments.name)
    default = find_field(arguments.name).default
    shown = "" if default is None else f": {_toml(default)}"
    print(f"{arguments.name}: {'the default again' if was_there else 'was the default already'}{shown}")


def _path(_: argparse.Namespace) -> None:
    print(config_path())


def _schema(_: argparse.Namespace) -> None:
    print(json.dumps(json_schema(), ensure_ascii=False, indent=1))


_ACTIONS = {"show": _show, "get": _get, "set": _set, "unset": _unset, "path": _path, "schema": _schema}


def _warn_if_overridden(name: str) -> None:
    origin = load_with_origins()[1].get(name, "")
    if origin == find_field(name).env:
        print(f"streamtts: {origin} is set in the environment and goes before the file", file=sys.stderr)


def _choices(field: Any) -> str:
    return f" ({', '.join(field.choices)})" if field.choices else ""


def _toml(value: Any) -> str:
    # JSON's strings, numbers and booleans are TOML's.
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else _toml(value)
