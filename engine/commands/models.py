"""`streamtts models`: the translators, their size and licence, and whether their weights are here."""

from __future__ import annotations

import argparse

from engine.catalog import TRANSLATORS
from engine.models import is_present, models_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`models` takes nothing of its own."""


def run(_: argparse.Namespace) -> int:
    """Print two lines a translator."""
    print(f"weights are kept in {models_folder()}")
    for row in TRANSLATORS:
        here = "here" if is_present(row.id) else "not here"
        terms = f"{row.licence}{', non-commercial use only' if row.is_non_commercial else ''}"
        print(f"{row.id:<26} {row.size_bytes / 1e6:>6.0f} MB  {here:<9} {terms}")
        print(f"{'':<26} {row.name}: {row.quality}")
    return 0
