"""For programs: JSON lines and CSV."""

from __future__ import annotations

import csv as csv_format
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from engine.history.export.material import Material
from engine.history.records import SentenceRecord
from engine.history.schema import TIMINGS

_COLUMNS = (
    *("session", "number", "turn", "prompt", "kind", "speaker", "en", "ja", "state", "reason", "translator", "guard"),
    *("voice", "written_at", "start_s", "end_s", "audio_s", *TIMINGS),
)


def jsonl(material: Material) -> Iterator[str]:
    """One object a sentence."""
    for sentence in material.sentences():
        yield json.dumps(_record(material, sentence), ensure_ascii=False) + "\n"


def csv(material: Material) -> Iterator[str]:
    """A head line, then one line a sentence; with a mark at the start that tells spreadsheets that it is UTF-8."""
    buffer = io.StringIO()
    writer = csv_format.DictWriter(buffer, _COLUMNS, extrasaction="ignore")
    buffer.write("\ufeff")
    writer.writeheader()
    for sentence in material.sentences():
        record = _record(material, sentence)
        writer.writerow({key: _inert(value) for key, value in (record | record["timings"]).items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _record(material: Material, sentence: SentenceRecord) -> dict[str, Any]:
    turn, span = material.turns.get(sentence.turn), material.span(sentence)
    record = asdict(sentence)
    del record["id"], record["session_id"]
    return record | {
        "session": material.session.id,
        "prompt": turn.prompt if turn else "",
        "start_s": round(span.start_s, 3) if span else None,
        "end_s": round(span.end_s, 3) if span else None,
    }


def _inert(value: Any) -> Any:
    """A spreadsheet would take text that begins so for a formula, and run it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
