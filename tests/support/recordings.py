"""Recorded sessions under tests/data/recordings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.source import SourceEvent, TextDelta

RECORDINGS = Path(__file__).resolve().parents[1] / "data" / "recordings"


def lines(name: str, file: str) -> list[dict[str, Any]]:
    """The objects of one recording's file."""
    return [json.loads(line) for line in (RECORDINGS / name / file).read_text(encoding="utf-8").splitlines()]


def served(name: str) -> list[str]:
    """The text blocks of the answers as the server sent them, in order; side requests left out."""
    blocks: dict[tuple[str, int], str] = {}
    for line in lines(name, "server-deltas.jsonl"):
        if "text" in line and not line["fast"]:
            key = (line["rid"], line["block"])
            blocks[key] = blocks.get(key, "") + line["text"]
    return list(blocks.values())


def heard(events: list[SourceEvent]) -> list[str]:
    """The blocks that source events make, in the order in which they began."""
    blocks: dict[str, str] = {}
    for event in events:
        if isinstance(event, TextDelta):
            blocks[event.block] = blocks.get(event.block, "") + event.text
    return list(blocks.values())
