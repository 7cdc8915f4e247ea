"""Drawn text as data: spans with a role. Roles become colours in the theme; nothing here is ever markup."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip
from textual.widget import Widget


class Span(NamedTuple):
    """A piece of a line. The text is clean and has an exact width."""

    text: str
    role: str = "text"


Line = tuple[Span, ...]

STATE_ROLES = tuple(
    f"state-{name}"
    for name in ("waiting", "translating", "translated", "speaking", "spoken", "skipped", "muted", "failed")
)
ROLES: tuple[str, ...] = (
    *("text", "english", "japanese", "heading-english", "heading-japanese", "draft", "dim", "faint"),
    *("sounding", "sounding-phrase", "sounding-around", "reading", "found", "found-here"),
    *("code", "code-head", "code-keyword", "code-name", "code-builtin", "code-string", "code-number"),
    *("code-comment", "code-inserted", "code-deleted"),
    *("prompt", "key", "label", "good", "fair", "slow", "bad", "info", "warning", "error", "bar"),
    *STATE_ROLES,
)
COMPONENT_CLASSES: set[str] = {f"span--{role}" for role in ROLES}


def span_style(widget: Widget, role: str) -> Style:
    """The theme's style for a role, without a background of its own unless the role has one."""
    return widget.get_component_rich_style(f"span--{role}", partial=True)


def line_width(line: Line) -> int:
    """Cells of a line."""
    return sum(cell_len(span.text) for span in line)


def to_strip(widget: Widget, line: Line, width: int, base: Style) -> Strip:
    """Paint a line `width` cells wide over the style `base`."""
    segments = [Segment(span.text, base + span_style(widget, span.role)) for span in line if span.text]
    return Strip(segments).adjust_cell_length(width, base)


def to_text(widget: Widget, lines: list[Line]) -> Text:
    """Paint lines as one Rich text."""
    text = Text(no_wrap=True, overflow="ellipsis", end="")
    for number, line in enumerate(lines):
        if number:
            text.append("\n")
        for span in line:
            text.append(span.text, span_style(widget, span.role))
    return text


def plain(lines: list[Line]) -> list[str]:
    """The characters alone."""
    return ["".join(span.text for span in line).rstrip() for line in lines]
