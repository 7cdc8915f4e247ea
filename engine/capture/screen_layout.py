"""What the rows of Claude Code's screen are: prompts, prose, tools, ends of turns; all else is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

INDENT = 2
BULLETS = ("●", "⏺")
_FAR_RIGHT = 24
"""What stands so far to the right above the input box is the interface's."""
_PROMPT = "❯"
_RESULT = "⎿"
_RULE = re.compile(r"^─{8}")
_SPINNER = re.compile(r"^[^\w\s●⏺❯▎⎿│─] \S[^…]{0,60}…")
_TURN_END = re.compile(r"^[^\w\s●⏺❯▎⎿│─] [^\W\d_]+ for \d+(ms|s|m|h)\b")
_BUSY = "esc to interrupt"
_INTERRUPTED = re.compile(rf"^\s*{_RESULT}\s+Interrupted\b")
_QUEUED = re.compile(rf"^\s*{_RESULT}\s+Queued\b")
_CALL = re.compile(r"^[A-Z][^()]{0,60}\(.*(\)|…)$")
_COUNT = re.compile(
    r"^(Read|Reading|Ran|Running|Search\w+|List\w+|Found|Finding|Edit\w+|Wr\w+|Updat\w+|Creat\w+|Delet\w+|Fetch\w+|"
    r"Call\w+|Quer\w+|Us\w+|Load\w+|Recall\w+|Remember\w+)\b[^.!?]*\b\d+ [^.!?]*[^.!?:]$"
)
_INTERFACE = re.compile(r"\(ctrl\+\w to [^)]+\)|· \d+(\.\d+)?(ms|s|m|h)$|^API Error: ")


class Kind(Enum):
    """What an item of the screen is."""

    PROMPT = "prompt"
    BULLET = "bullet"
    """a block of prose begins"""
    TEXT = "text"
    """rows of prose between blank ones"""
    TOOL = "tool"
    END = "end"
    """the line under a finished turn"""
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True)
class Item:
    """Rows that belong together, without the indent that all prose has."""

    kind: Kind
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A screen, read from top to bottom."""

    items: tuple[Item, ...]
    is_busy: bool
    """Claude is at work"""
    has_input_box: bool = False
    """Claude waits for a prompt or takes one; not while a dialog is open"""


def read_layout(rows: Sequence[str]) -> Layout:
    """What `rows` show. Prose that begins above the screen counts as prose. Never raises on any text."""
    end = next((index for index, row in enumerate(rows) if _RULE.match(row)), len(rows))
    has_input_box = end + 1 < len(rows) and rows[end + 1].startswith(_PROMPT)
    while end and (not rows[end - 1].strip() or _indent(rows[end - 1]) >= _FAR_RIGHT):
        end -= 1
    reading = _Reading()
    is_busy = any(_BUSY in row for row in rows[end:])
    for row in rows[:end]:
        row = row.replace("\xa0", " ").rstrip()
        if _SPINNER.match(row) and not _TURN_END.match(row):
            is_busy = True
            break
        reading.take(row)
    return Layout(tuple(reading.finish()), is_busy, has_input_box)


def is_prompt_row(row: str) -> bool:
    """Whether `row` holds the input box or a dialog's choice: where the cursor is when a repaint is complete."""
    return row.lstrip().startswith(_PROMPT)


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


class _Reading:
    def __init__(self) -> None:
        self._items: list[Item] = []
        self._group: list[str] = []
        self._is_prose = True
        self._is_prompt = False
        self._is_result = False

    def take(self, row: str) -> None:
        if not row:
            self._end_group()
        elif row[0] in BULLETS and (len(row) == 1 or row[1] == " "):
            self._end_group()
            self._items.append(Item(Kind.BULLET))
            self._is_prose = True
            if len(row) > 1:
                self._group.append(row[INDENT:])
        elif row[0] == _PROMPT:
            self._end_group()
            self._group.append(row[INDENT:])
            self._is_prompt, self._is_prose = True, False
        elif row.lstrip().startswith(_RESULT):
            self._take_result(row)
        elif row.startswith(" " * INDENT):
            if (self._is_prose or self._is_prompt) and not self._is_result:
                self._group.append(row[INDENT:])
        else:
            self._take_other(row)

    def finish(self) -> list[Item]:
        self._end_group()
        return self._items

    def _take_result(self, row: str) -> None:
        """What hangs below a tool's call, or below text that was interrupted."""
        if _INTERRUPTED.match(row):
            self._end_group()
            self._items.append(Item(Kind.ABORTED))
        elif _QUEUED.match(row):
            self._drop_prompts()
        elif not self._is_result:
            if self._group and not self._is_prompt:
                self._group.clear()
            self._end_group()
            self._as_tool()
        self._is_prose, self._is_result = False, True

    def _drop_prompts(self) -> None:
        """Prompts that wait stand below the text that is being written, and move down with it."""
        self._group.clear()
        self._is_prompt = False
        while self._items and self._items[-1].kind is Kind.PROMPT:
            self._items.pop()

    def _take_other(self, row: str) -> None:
        """A row at the left edge that is neither prompt nor prose."""
        self._end_group()
        self._is_prose = False
        if _TURN_END.match(row):
            self._items.append(Item(Kind.END))

    def _end_group(self) -> None:
        rows, self._group = tuple(self._group), []
        is_prompt, self._is_prompt = self._is_prompt, False
        self._is_result = False
        if not rows:
            return
        if is_prompt:
            self._items.append(Item(Kind.PROMPT, rows))
        elif _is_interface(rows):
            self._as_tool()
        else:
            self._items.append(Item(Kind.TEXT, rows))

    def _as_tool(self) -> None:
        """A tool's call; the bullet before it was its own."""
        if self._items and self._items[-1].kind is Kind.BULLET:
            self._items.pop()
        self._items.append(Item(Kind.TOOL))
        self._is_prose = False


def _is_interface(rows: tuple[str, ...]) -> bool:
    """Whether Claude Code itself says this, not Claude."""
    text = " ".join(row.strip() for row in rows)
    if _INTERFACE.search(text) or _CALL.match(text):
        return True
    return len(rows) == 1 and (
        text.endswith("…") or _COUNT.match(text) is not None or _indent(rows[0]) >= 2 * _FAR_RIGHT
    )
