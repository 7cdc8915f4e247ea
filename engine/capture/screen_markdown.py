"""Markdown from rows that were drawn from it: lines are put together again, marks that were lost are not invented."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

_MARKER = re.compile(r"^\s*(?:[-*•]|\d{1,9}[.)])(?:\s|$)")
_BARE_MARKER = re.compile(r"^\s*(?:[-*•]|\d{1,9}[.)])$")
_QUOTE = re.compile(r"^▎ ?")
_BOX = "┌┬┐├┼┤└┴┘│─"
_SPECIAL = re.compile(r"[*`\\|]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_SUMMARY = re.compile(r"\s+·\s+summary$|\s+·$")
_SENTENCE_END = re.compile(r"[.!?:。！？][\"'”’)\]»]*(?=\s|$)")
_ENDED = re.compile(r"[.!?:。！？][\"'”’)\]»*]*$")
_HEADING = re.compile(r"[^\W_a-z][^={};$<>|]*$")
_CODE = re.compile(
    r"^\s*(?:def |class |import |from \S+ import|return\b|const |let |var |function\b|export |public |private |#include"
    r"|package |func |fn |async |await |try:|else:|elif |@\w+|#!|//|/\*|>>> |\$ |</?\w|[\])}]+[;,]?$"
    r"|# \S|(?:npm|npx|pnpm|yarn|pip3?|uv|uvx|python3?|node|git|cd|ls|mkdir|cp|mv|rm|cat|echo|curl|wget|docker|make"
    r"|cargo|go|sudo|apt|apt-get|brew|source|chmod|ssh|kubectl|bash|sh|pytest|ruff) [^.!?:]*(?:[.!?:]\S[^.!?:]*)*$)"
    r"|[;{}]$|\)\s*:$|\w\s*(?:[-+*/:]?=)\s*\S|=>|->|\w\(\S*\)$"
)
_LINK = re.compile(r"(?<=\S) \((?:https?://|mailto:)[^\s()]*\)")
"""What the screen makes of a link: its text, and where it leads."""
_UNSURE = re.compile(r"\\<|~~|\\&")
_FENCE = "```"
_DIFFERENCE = re.compile(r"[-+@ ]|$")


class Form(Enum):
    """How a paragraph was drawn."""

    PROSE = "prose"
    CODE = "code"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What stands between two blank rows."""

    form: Form
    markdown: str

    def is_exact(self, end: int) -> bool:
        """Whether the sentences up to `end` are surely the ones Claude wrote.

        Not so for code and tables, whose marks are guessed, for tags, for marks that are drawn as they are, and for
        lines that may be code: a heading begins with a capital or a number and stands alone, prose ends with a full
        stop.
        """
        if self.form is not Form.PROSE or _UNSURE.search(self.markdown):
            return False
        lines = self.markdown[:end].split("\n")
        if any(_MARKER.match(below) and not _ends_or_lists(line) for line, below in pairwise(lines)):
            # Code within a list is drawn without a blank line below it.
            return False
        if all(_MARKER.match(line) or line.startswith("> ") for line in lines):
            return True
        return _ENDED.search(lines[-1]) is not None or (len(lines) == 1 and _HEADING.match(lines[0]) is not None)

    def joined(self, below: Paragraph) -> Paragraph:
        """Code with a blank line in it, put together again."""
        return Paragraph(
            self.form, self.markdown.removesuffix(_FENCE) + "\n" + below.markdown.removeprefix(_FENCE + "\n")
        )

    def rest(self, start: int, end: int) -> str:
        """The markdown from `start` to `end`, which stands for itself even where it begins within code."""
        if start and self.form is Form.CODE:
            return _FENCE + "\n" + self.markdown[start:end].lstrip("\n")
        return self.markdown[start:end]

    @property
    def certain_end(self) -> int:
        """Up to where the text stays as it is while more of it may come: its last sentence's end, or 0."""
        if self.form is not Form.PROSE:
            return 0
        end = 0
        for match in _SENTENCE_END.finditer(self.markdown):
            line = self.markdown[self.markdown.rfind("\n", 0, match.start()) + 1 : match.end()]
            if not _BARE_MARKER.match(line):
                end = match.end()
        return end


def _ends_or_lists(line: str) -> bool:
    return bool(_MARKER.match(line) or _ENDED.search(line))


def read_paragraph(rows: Sequence[str], cols: int) -> Paragraph:
    """The markdown of `rows`, drawn `cols` cells wide with an indent of two that was taken off."""
    if all(row.lstrip()[:1] in _BOX for row in rows):
        return Paragraph(Form.TABLE, _table(rows))
    if _is_code(rows):
        return Paragraph(Form.CODE, f"{_FENCE}\n" + "\n".join(rows) + f"\n{_FENCE}")
    lines: list[str] = []
    is_list = was_item = False
    for line in _unwrapped(rows, cols - 2):
        is_item = _MARKER.match(line) is not None
        if lines and is_item and not was_item:
            # Code in an item is drawn without a blank row below it; the next item must not go on with it.
            lines.append("")
        is_list, was_item = is_list or is_item, is_item
        # What belongs to an item of a list keeps its indent; elsewhere an indent would mean code.
        lines.append(_line(line if is_list else line.strip()))
    text = "\n".join(lines)
    return Paragraph(Form.PROSE, _LINK.sub("", _SUMMARY.sub("", text)))


def _unwrapped(rows: Sequence[str], width: int) -> list[str]:
    """The lines that `rows` were before they were broken at the width."""
    lines: list[str] = []
    last = ""
    for row in rows:
        first_word = row.split(maxsplit=1)[0] if row.strip() else ""
        quote = _QUOTE.match(row)
        if quote and lines and _QUOTE.match(lines[-1]):
            rest = row[quote.end() :]
            first_word = rest.split(maxsplit=1)[0] if rest.strip() else ""
            if rest and _breaks(last, first_word, width):
                lines[-1] += " " + rest.strip()
                last = row
                continue
        elif not quote and lines and _breaks(last, first_word, width):
            lines[-1] += " " + row.strip()
            last = row
            continue
        lines.append(row)
        last = row
    return lines


def _breaks(row: str, next_word: str, width: int) -> bool:
    """Whether `next_word` did not fit behind `row`. In doubt yes: a paragraph's line end means no more than a space."""
    return _cells(row) + 1 + _cells(next_word) > width - 2


def _cells(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _line(line: str) -> str:
    quote = _QUOTE.match(line)
    if quote:
        return "> " + _escaped(line[quote.end() :])
    marker = _MARKER.match(line)
    if marker:
        return marker[0].replace("•", "-") + _escaped(line[marker.end() :])
    if re.fullmatch(r"\s*-{3,}\s*", line):
        return line
    stripped = line.strip()
    return line[: len(line) - len(line.lstrip())] + ("\\" if stripped.startswith("#") else "") + _escaped(stripped)


def _escaped(text: str) -> str:
    """What is on the screen is meant as it stands."""
    return _SPECIAL.sub(lambda match: "\\" + match[0], text)


def _is_code(rows: Sequence[str]) -> bool:
    """Most rows look like a program's. Only a guess: on the screen nothing but colour tells code from prose."""
    if len(rows) > 1 and any(row.startswith("+") for row in rows) and all(_DIFFERENCE.match(row) for row in rows):
        return True
    if any(_MARKER.match(row) or _QUOTE.match(row) for row in rows) or _is_sentence(" ".join(rows)):
        return False
    alike = sum(1 for row in rows if _CODE.search(row) or row.startswith("  "))
    return alike * 3 > len(rows) * 2 or (alike * 2 > len(rows) and len(rows) > 1)


def _is_sentence(text: str) -> bool:
    return text[:1].isupper() and text.count(" ") >= 4 and _ENDED.search(text) is not None


def _table(rows: Sequence[str]) -> str:
    """A box with cells, as a markdown table; rows of one cell that was wrapped are one again."""
    table: list[list[str]] = []
    is_new = True
    for row in (row.strip() for row in rows):
        if not row.startswith("│"):
            is_new = True
            continue
        cells = [cell.strip() for cell in row.strip("│").split("│")]
        if is_new or len(cells) != len(table[-1]):
            table.append(cells)
        else:
            table[-1] = [f"{above} {below}".strip() for above, below in zip(table[-1], cells, strict=True)]
        is_new = False
    lines = ["| " + " | ".join(_escaped(cell) for cell in cells) + " |" for cells in table]
    if table:
        lines.insert(1, "|" + " --- |" * len(table[0]))
    return "\n".join(lines)
