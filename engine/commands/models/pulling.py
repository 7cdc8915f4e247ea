"""`streamtts models pull`: fetch weights, once the licence is agreed to."""

from __future__ import annotations

import sys

from engine import models
from engine.catalog import ModelRow, VoiceRow
from engine.commands.console import ProgressLine
from engine.commands.models import DONE, FAILED
from engine.commands.models.progress import shown_on
from engine.models import ModelError, rows


def pull(model_id: str, *, is_agreed: bool, progress: ProgressLine) -> int:
    """Fetch what is missing of a model. Raises ModelError."""
    _require_from_hub(model_id)
    if not models.is_present(model_id):
        row = models.pin(model_id, shown_on(progress))
        progress.clear()
        print(f"{row.id}: {row.size_bytes / 1e6:.0f} MB, licence: {row.licence}")
        if isinstance(row, VoiceRow) and row.credit:
            print(f"To be named where its sound is used: {row.credit}")
        if row.is_non_commercial and not is_agreed and not _agrees(row):
            return FAILED
    path = models.ensure(model_id, shown_on(progress))
    progress.clear()
    print(f"{model_id} is here, and every checksum is right: {path}")
    return DONE


def _require_from_hub(model_id: str) -> None:
    if rows.local_path(model_id) is not None:
        raise ModelError("unknown_model", f"{model_id} is a path of your own: there is nothing to fetch.")
    row = rows.catalog_row(model_id)
    if row is not None and row.runtime == "http":
        raise ModelError("unknown_model", f"{model_id} has no weights: `translate.http_url` says where its server is.")


def _agrees(row: ModelRow) -> bool:
    if not sys.stdin.isatty():
        print(
            f"streamtts: {row.licence} allows non-commercial use only: add --yes if yours is.",
            file=sys.stderr,
        )
        return False
    print(f"{row.licence} allows non-commercial use only. Is yours? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
