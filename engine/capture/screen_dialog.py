"""The dialogs in which Claude Code waits for the user, as the screen shows them below the conversation."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.source import Attention, AttentionEnd, AttentionKind, SourceEvent

_RULE = re.compile(r"^[─▔]{8}")
_CHOICE = re.compile(r"^\s*❯ \d{1,2}\. \S")
_PERMISSION = "Do you want to "
_PLAN = "Would you like to proceed?"
_QUESTION = re.compile(r"^\s*\d{1,2}\. (?:Type something|Chat about this)\b")
_OTHER = re.compile(r"^\s*(?:[╌─]{4}|Tip: )")
"""Frames within a dialog, and hints that are not about what it asks."""
MOST_OF_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Dialog:
    """What Claude waits for."""

    kind: AttentionKind
    detail: str = ""
    """What a permission is about: `Bash command: make test`."""


def read_dialog(rows: Sequence[str]) -> Dialog | None:
    """The dialog below the first rule of a screen; menus that the user opened are none. Never raises on any text."""
    start = next((index for index, row in enumerate(rows) if _RULE.match(row)), len(rows))
    below = [row.replace("\xa0", " ") for row in rows[start + 1 :]]
    if not any(_CHOICE.match(row) for row in below):
        return None
    if any(_QUESTION.match(row) for row in below):
        return Dialog(AttentionKind.QUESTION)
    # In a narrow window these are broken over two rows.
    text = " ".join(row.strip() for row in below)
    if _PLAN in text:
        return Dialog(AttentionKind.PLAN)
    return Dialog(AttentionKind.PERMISSION, _detail(below)) if _PERMISSION in text else None


def _detail(rows: Sequence[str]) -> str:
    """The dialog's title and the first row below it: the kind of tool, and its command, its file or its own words."""
    told = [row.strip() for row in rows if row.strip() and not _OTHER.match(row)]
    told = list(itertools.takewhile(lambda row: not row.startswith(_PERMISSION.strip()), told))
    return ": ".join(told[:2])[:MOST_OF_DETAIL]


@dataclass(frozen=True, slots=True)
class _Told:
    key: str
    dialog: Dialog
    cols: int


class Dialogs:
    """Tells of each dialog once, however often it is drawn, and of its end."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._numbers = itertools.count(1)
        self._told: _Told | None = None

    def take(self, rows: Sequence[str], cols: int, now: float, *, is_over: bool) -> list[SourceEvent]:
        """Take a screen; `is_over`: it shows Claude at work, or the input box, so that no dialog is open."""
        dialog = None if is_over else read_dialog(rows)
        told = self._told
        if told is not None and dialog is not None and _is_same(told, dialog, cols):
            self._told = replace(told, dialog=dialog, cols=cols)
            return []
        if dialog is None and not is_over:
            # A screen in the middle of a repaint, or a menu.
            return []
        events = self.end(now)
        if dialog is not None:
            self._told = _Told(f"{self._source}-attention-{next(self._numbers)}", dialog, cols)
            events.append(Attention(self._told.key, dialog.kind, now, dialog.detail))
        return events

    def end(self, now: float) -> list[SourceEvent]:
        """No dialog is open any more."""
        told, self._told = self._told, None
        return [AttentionEnd(told.key, now)] if told else []


def _is_same(told: _Told, dialog: Dialog, cols: int) -> bool:
    """At another width a long command is broken elsewhere."""
    return told.dialog == dialog or (told.dialog.kind is dialog.kind and told.cols != cols)
