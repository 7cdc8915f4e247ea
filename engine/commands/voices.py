"""`streamtts voices`: every voice, and why one cannot be used here."""

from __future__ import annotations

import argparse
import sys

from engine.settings import SettingsError, load
from engine.speech.voices import all_voices, engine_infos


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`voices` takes nothing of its own."""


def run(arguments: argparse.Namespace) -> int:
    """Print a line a voice, engine by engine."""
    try:
        settings = load(vars(arguments)).speech
    except SettingsError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return 2
    voices = all_voices(settings)
    for info in engine_infos(settings):
        where = "offline" if info.offline else "cloud: the Japanese text leaves this machine"
        print(f"{info.id}  ({where}; {info.licence})")
        if info.unavailable:
            print(f"  not available: {info.unavailable}")
        for voice in voices:
            if voice.engine == info.id and not info.unavailable:
                print(f"  {voice.id:<28} {voice.name}  {voice.gender}".rstrip())
    return 0
