"""What a line of markdown is, told from as few of its first characters as possible."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Leaf(Enum):
    """What stands in a line after its quote and list marks."""

    BLANK = "blank"
    TEXT = "text"
    HEADING = "heading"
    UNDERLINE = "underline"
    """`===` or `---` under a paragraph"""
    RULE = "rule"
    FENCE = "fence"
    INDENTED = "indented"
    TABLE = "table"
    DELIMITER = "delimiter"
    """`--- | ---` under a paragraph that may be a table's header"""
    COMMENT = "comment"
    """an HTML comment that goes on in the next line"""
    RAW_HTML = "raw html"
    """`<pre>`, `<script>`, `<style>`, `<textarea>`"""


@dataclass(frozen=True, slots=True)
class Item:
    """An open list item: the columns of its mark and of its content, and its number as written."""

    mark: int
    content: int
    ordinal: str = ""

    def holds(self, indent: int) -> bool:
        """True for a line indented by `indent` columns: two are enough, models are careless with the third of `1. `."""
        return indent >= self.mark + 2


@dataclass(frozen=True, slots=True)
class Context:
    """What is open when the line begins."""

    has_paragraph: bool = False
    quotes: int = 0
    items: tuple[Item, ...] = ()
    allows_table: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its quote depth, the list items it opens, and its leaf, which begins at index `start`."""

    leaf: Leaf
    start: int
    indent: int = 0
    """columns before the leaf, after quote marks"""
    quotes: int = 0
    opens: tuple[Item, ...] = ()
    level: int = 0
    """heading level"""


class _UndecidedError(Exception):
    """The first characters do not tell yet."""


_TAB = 4
_CODE_INDENT = 4
_MOST_CONTAINERS = 16
"""Quote or list marks in one line; what follows more of them is text."""
_RULE = re.compile(r"(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,}")
_RULE_SO_FAR = re.compile(r"-[- \t]*|_[_ \t]*|\*[* \t]*")
_UNDERLINE = re.compile(r"(?:={2,}|-{2,})[ \t]*")
_UNDERLINE_SO_FAR = re.compile(r"=+[ \t]*|-+[ \t]*")
_BULLET = re.compile(r"[-+*](?=[ \t])")
_ORDERED = re.compile(r"(\d{1,9})[.)](?=[ \t])")
_ORDERED_SO_FAR = re.compile(r"\d{1,9}[.)]?")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]|$)")
_HEADING_SO_FAR = re.compile(r"#{1,6}")
_FENCE = re.compile(r"`{3,}[^`]*|~{3,}.*", re.DOTALL)
_FENCE_SO_FAR = re.compile(r"`{1,2}|~{1,2}")
_DELIMITER_SO_FAR = re.compile(r"[-:][-:| \t]*")
DELIMITER_ROW = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*(?:\|[ \t]*)?")
_HTML = re.compile(r"<!--|<(pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_HTML_SO_FAR = re.compile(r"<(?:!-?-?|[a-z]{0,8})", re.IGNORECASE)


def classify(head: str, complete: bool, context: Context) -> Line | None:
    """Say what the line beginning with `head` is; None while it cannot be told.

    `head` has no newline; `complete` says that it is the whole line. An answer given for a beginning holds for every
    line that begins so.
    """
    try:
        return _classify(head, complete, context)
    except _UndecidedError:
        return None


def _classify(head: str, complete: bool, context: Context) -> Line:
    position, quotes, indent = 0, 0, 0
    opens: list[Item] = []
    while True:
        position, indent = _skip_space(head, position, indent)
        if position == len(head):
            _need(complete)
            return Line(Leaf.BLANK, position, indent, quotes, tuple(opens))
        place = _Place.of(context, quotes, tuple(opens), indent)
        rest = head[position:]
        if rest[0] == ">" and not place.is_code and quotes + len(opens) < _MOST_CONTAINERS:
            quotes += 1
            # The one space after `>` belongs to it.
            position += 2 if rest[1:2] == " " else 1
            indent = 0
            continue
        mark = _mark(rest, complete, place) if quotes + len(opens) < _MOST_CONTAINERS else ""
        if not mark:
            break
        opens.append(Item(indent, indent + len(mark) + 1, mark if mark[0].isdigit() else ""))
        position += len(mark)
        indent += len(mark)
    if place.is_code:
        _need(complete)
        return Line(Leaf.INDENTED, position, indent, quotes, tuple(opens))
    leaf, skipped, level = _leaf(rest, complete, context, place)
    return Line(leaf, position + skipped, indent, quotes, tuple(opens), level)


@dataclass(frozen=True, slots=True)
class _Place:
    """What is open at a place in a line."""

    has_paragraph: bool
    """a paragraph that this line may continue or interrupt"""
    is_lazy: bool
    """it would continue it without the marks of its quote or the indent of its item"""
    is_in_list: bool
    is_code: bool
    """indented so far that it is code, unless it is a list item"""

    @classmethod
    def of(cls, context: Context, quotes: int, opens: tuple[Item, ...], indent: int) -> _Place:
        items = opens or (context.items if quotes == context.quotes else ())
        has_paragraph = context.has_paragraph and not opens and quotes <= context.quotes
        is_lazy = quotes < context.quotes or (bool(items) and not items[-1].holds(indent))
        base = max((item.content for item in items if item.holds(indent)), default=0)
        is_code = indent - base >= _CODE_INDENT and not has_paragraph and not opens
        return cls(has_paragraph, is_lazy, bool(items), is_code)


def _need(complete: bool) -> None:
    if not complete:
        raise _UndecidedError


def _skip_space(head: str, position: int, column: int) -> tuple[int, int]:
    while position < len(head) and head[position] in " \t":
        column += 1 if head[position] == " " else _TAB - column % _TAB
        position += 1
    return position, column


def _mark(rest: str, complete: bool, place: _Place) -> str:
    """The list mark that `rest` begins with, or nothing."""
    if place.is_code and not place.is_in_list:
        return ""
    if _RULE_SO_FAR.fullmatch(rest):
        _need(complete)
        is_empty_item = rest.strip() in ("-", "*")
        return rest[0] if is_empty_item else ""
    if rest == "+":
        _need(complete)
        return rest
    if _ORDERED_SO_FAR.fullmatch(rest):
        # A number alone is text: "42." may be the whole answer.
        _need(complete)
        return ""
    if _BULLET.match(rest):
        return rest[0]
    ordered = _ORDERED.match(rest)
    if ordered is None or (place.has_paragraph and not place.is_in_list and int(ordered[1]) != 1):
        return ""
    return ordered.group()


def _leaf(rest: str, complete: bool, context: Context, place: _Place) -> tuple[Leaf, int, int]:
    """What `rest` is, how many characters its mark takes, and a heading's level."""
    first = rest[0]
    if first in "=-" and place.has_paragraph and not place.is_lazy and _UNDERLINE_SO_FAR.fullmatch(rest):
        _need(complete)
        if _UNDERLINE.fullmatch(rest):
            return Leaf.UNDERLINE, 0, 1 if first == "=" else 2
    if first in "-_*" and _RULE_SO_FAR.fullmatch(rest):
        _need(complete)
        return (Leaf.RULE if _RULE.fullmatch(rest) else Leaf.TEXT), 0, 0
    if first == "#":
        return _heading(rest, complete)
    if first in "`~":
        return _fence(rest, complete), 0, 0
    if first == "<":
        return _html(rest, complete), 0, 0
    if context.allows_table and first == "|":
        _need(complete)
        return Leaf.TABLE, 0, 0
    if context.allows_table and place.has_paragraph and not place.is_lazy and _DELIMITER_SO_FAR.fullmatch(rest):
        _need(complete)
        if "|" in rest and DELIMITER_ROW.fullmatch(rest):
            return Leaf.DELIMITER, 0, 0
    return Leaf.TEXT, 0, 0


def _heading(rest: str, complete: bool) -> tuple[Leaf, int, int]:
    if _HEADING_SO_FAR.fullmatch(rest):
        _need(complete)
    heading = _HEADING.match(rest)
    return (Leaf.HEADING, heading.end(), len(heading[1])) if heading else (Leaf.TEXT, 0, 0)


def _fence(rest: str, complete: bool) -> Leaf:
    if _FENCE.fullmatch(rest) or _FENCE_SO_FAR.fullmatch(rest):
        _need(complete)
    return Leaf.FENCE if _FENCE.fullmatch(rest) else Leaf.TEXT


def _html(rest: str, complete: bool) -> Leaf:
    """Only HTML that spans lines needs a block of its own; tags within a line are stripped with the sentence."""
    if _HTML_SO_FAR.fullmatch(rest):
        _need(complete)
    html = _HTML.match(rest)
    if html is None:
        return Leaf.TEXT
    _need(complete)
    if html[1] is None:
        return Leaf.TEXT if "-->" in rest else Leaf.COMMENT
    return Leaf.TEXT if f"</{html[1].lower()}" in rest.lower() else Leaf.RAW_HTML
