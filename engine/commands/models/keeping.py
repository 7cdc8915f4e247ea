"""`streamtts models verify` and `remove`."""

from __future__ import annotations

from engine.commands.console import ProgressLine
from engine.commands.models import DONE, FAILED
from engine.commands.models.progress import shown_on
from engine.models import rows, upkeep


def verify(model_id: str | None, progress: ProgressLine) -> int:
    """Check one model, or all that are here, and print a line a file. Raises ModelError for the one named."""
    found = [model_id] if model_id else [name for name in upkeep.known_ids() if _is_here(name)]
    if not found:
        print("No weights are here.")
    results = [_verify_one(name, progress) for name in found]
    return DONE if all(results) else FAILED


def remove(model_id: str, progress: ProgressLine) -> int:
    """Delete a model's folder. Raises ModelError."""
    freed = upkeep.remove(model_id, shown_on(progress))
    progress.clear()
    print(f"{model_id} is removed: {freed / 1e6:.0f} MB are free again.")
    return DONE


def _verify_one(model_id: str, progress: ProgressLine) -> bool:
    checked = upkeep.check(model_id, shown_on(progress))
    progress.clear()
    is_whole = all(file.verdict == "ok" for file in checked)
    print(f"{model_id}: {'whole' if is_whole else 'not whole'} ({_what_pins(model_id)})")
    for file in checked:
        print(f"  {file.verdict:<8} {file.name}")
    if not is_whole:
        print(f"  `streamtts models pull {model_id}` brings in again what is not right.")
    return is_whole


def _is_here(model_id: str) -> bool:
    row = rows.catalog_row(model_id)
    return row is not None and upkeep.has_files(row)


def _what_pins(model_id: str) -> str:
    """Against what the files were compared."""
    row = rows.catalog_row(model_id)
    if row is not None and row.is_pinned:
        return "checksums of the catalog"
    found = rows.find_row(model_id)
    if found is None or found.hub is None:
        return "checksums"
    return f"checksums of the first fetch, {found.hub.repository} at {found.hub.revision[:12]}"
