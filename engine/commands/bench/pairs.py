"""Sentences with reference translations, from a file of tab-separated values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.commands.bench.errors import BenchError
from engine.sentence import Kind
from engine.text.plain import plain, plain_heading, plain_item, plain_quote

_COLUMNS = ("part", "kind", "en", "ja")
_WITHOUT_HEADER = ("en", "ja")
_STRIP = {Kind.HEADING: plain_heading, Kind.LIST: plain_item, Kind.QUOTE: plain_quote}


@dataclass(frozen=True, slots=True)
class QualityPair:
    """One sentence and its reference."""

    en: str
    """without markdown, as it is shown"""
    ja: str
    """without markdown"""
    markdown: str
    """the English as it was written: tells what is code"""
    kind: Kind
    part: str
    """empty where the file has no such column"""


def read_pairs(path: Path, part: str | None) -> list[QualityPair]:
    """The pairs of one part of `path`, a UTF-8 file.

    Its first line may name the columns: `en` and `ja`, perhaps `part` and `kind` (prose, heading, list, quote); without
    such a line there are two columns, English and Japanese. `part` None takes the part "test" where there is that
    column and everything elsewhere; "all" takes everything. Raises BenchError naming file and line.
    """
    pairs = [_read_line(path, *numbered) for numbered in _data_lines(path)]
    if not pairs:
        raise BenchError(f"{path}: there are no sentences in it", 2)
    wanted = ("test" if any(pair.part for pair in pairs) else "all") if part is None else part
    chosen = [pair for pair in pairs if wanted in ("all", pair.part)]
    if not chosen:
        parts = ", ".join(sorted({pair.part or "(none)" for pair in pairs}))
        raise BenchError(f"{path}: no row has the part {wanted!r}; there are: {parts}", 2)
    return chosen


def _data_lines(path: Path) -> list[tuple[int, tuple[str, ...], str]]:
    """Line number, columns, text of each line that is not blank."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BenchError(f"{path}: {error}", 2) from error
    first = tuple(cell.strip() for cell in lines[0].split("\t"))
    has_header = {"en", "ja"} <= set(first)
    if has_header and (unknown := [name for name in first if name not in _COLUMNS]):
        raise BenchError(f"{path}:1: unknown column {unknown[0]!r}; there may be: {', '.join(_COLUMNS)}", 2)
    columns = first if has_header else _WITHOUT_HEADER
    numbered = list(enumerate(lines, 1))[1 if has_header else 0 :]
    return [(number, columns, line.rstrip("\r")) for number, line in numbered if line.strip()]


def _read_line(path: Path, number: int, columns: tuple[str, ...], line: str) -> QualityPair:
    cells = line.split("\t")
    if len(cells) != len(columns):
        raise BenchError(
            f"{path}:{number}: {len(columns)} columns are expected ({', '.join(columns)}), tabs between; "
            f"there are {len(cells)}",
            2,
        )
    row = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    for name in ("en", "ja"):
        if not row[name]:
            raise BenchError(f"{path}:{number}: the column {name} is empty", 2)
    try:
        kind = Kind(row.get("kind") or Kind.PROSE)
    except ValueError:
        raise BenchError(f"{path}:{number}: {row['kind']!r} is no kind of sentence", 2) from None
    strip = _STRIP.get(kind, plain)
    return QualityPair(strip(row["en"]), strip(row["ja"]), row["en"], kind, row.get("part", ""))
