"""Ids that are not in the table: `runtime:OWNER/REPOSITORY` and `llama:OWNER/REPOSITORY/FILE.gguf`, on the hub."""

from __future__ import annotations

import re

from engine.catalog.rows import Hub, TranslatorRow, WeightFile
from engine.catalog.translators import TRANSLATORS

LICENCE_UNKNOWN = "as its page says"
"""of a model that the table does not know, before the hub has told it"""

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_HUB_ID = re.compile(
    rf"(?P<runtime>llama|torch|ct2):(?P<repository>{_NAME}/{_NAME})(?:/(?P<file>(?:{_NAME}/)*{_NAME}))?"
)
_DEVICES = {"llama": ("mps", "cuda", "cpu"), "torch": ("mps", "cuda", "cpu"), "ct2": ("cpu", "cuda")}


def find_translator(translator_id: str) -> TranslatorRow | None:
    """Return the row with this id, or one made for an id on the hub; None when it is neither.

    A repository that a row of the table comes from gives that row.
    """
    return next((row for row in TRANSLATORS if row.id == translator_id), None) or _hub_row(translator_id)


def _hub_row(translator_id: str) -> TranslatorRow | None:
    match = _HUB_ID.fullmatch(translator_id)
    if match is None or ".." in translator_id:
        return None
    runtime, repository, file = match["runtime"], match["repository"], match["file"]
    if file is not None and not (runtime == "llama" and file.lower().endswith(".gguf")):
        return None
    known = next((row for row in TRANSLATORS if _is_from(row, runtime, repository, file)), None)
    if known is not None:
        return known
    return TranslatorRow(
        id=translator_id,
        runtime=runtime,
        name=repository,
        size_bytes=0,
        licence=LICENCE_UNKNOWN,
        is_non_commercial=False,
        files=(WeightFile(file),) if file else (),
        takes_more=file is None,
        hub=Hub(repository),
        wheels=None,
        quality="your own choice",
        devices=_DEVICES[runtime],
    )


def _is_from(row: TranslatorRow, runtime: str, repository: str, file: str | None) -> bool:
    if row.runtime != runtime or row.hub is None or row.hub.repository.lower() != repository.lower():
        return False
    return file is None or any(known.name == file for known in row.files)
