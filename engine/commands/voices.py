"""`streamtts voices`: every voice, and why one cannot be used here."""

from __future__ import annotations

import argparse
import sys

from engine.settings import SettingsError, load
from engine.speech.voices import all_voices, engine_infos, missing_voices


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only `voices` takes."""
    parser.add_argument("--clear-cache", action="store_true", help="delete the sound that is kept on disk, and end")


def run(arguments: argparse.Namespace) -> int:
    """Print a line a voice, engine by engine; or clear the cache of their sound."""
    if arguments.clear_cache:
        return _clear_cache()
    try:
        settings = load(vars(arguments)).speech
    except SettingsError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return 2
    voices, missing = all_voices(settings), missing_voices()
    for info in engine_infos(settings):
        where = "offline" if info.offline else "cloud: the Japanese text leaves this machine"
        print(f"{info.id}  ({where}; {info.licence})")
        if info.unavailable:
            print(f"  not available: {info.unavailable}")
        for voice in voices:
            if voice.engine == info.id and not info.unavailable:
                print(f"  {voice.id:<28} {voice.name}  {voice.gender}".rstrip())
        for voice in missing:
            if voice.engine == info.id:
                print(f"  {voice.id:<28} not here: streamtts models pull {voice.id}")
    return 0


def _clear_cache() -> int:
    # numpy need not be there for `--help`.
    from engine.audio.disk_cache import DiskCache, sounds_folder

    freed = DiskCache(sounds_folder(), 0).clear()
    print(f"Freed {freed / 1e6:.1f} MB of sound in {sounds_folder()}.")
    return 0
