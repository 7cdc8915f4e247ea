"""How settings are shown: a line for each, what it may be, and where its value comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from engine.settings import Field
from tui.settings_control import Entry, Origin
from tui.widgets.spans import Line, Span
from tui.widgets.wrap import clean, fit, pad

SECTIONS = {
    "translate": "Translation",
    "speech": "Speech",
    "audio": "Sound",
    "capture": "Where the text comes from",
    "screen": "Screen",
    "history": "History",
}
"""How a section is headed; one that is not here by its own name."""
NEXT_START = "next start"
_NAME_WIDTH = 18
_SOURCE_WIDTH = 13
_SOURCES = {Origin.DEFAULT: "default", Origin.FILE: "file", Origin.ENVIRONMENT: "environment"}


def shown_value(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def typed_value(value: Any) -> str:
    """A value as it is typed, and as `streamtts config set` takes it."""
    return value if isinstance(value, str) else json.dumps(value)


def allowed(field: Field) -> str:
    """What a setting may be, in words; empty where any text may."""
    if field.choices:
        return ", ".join(field.choices)
    if field.type is bool:
        return "on, off"
    least, most = field.meta.ge, field.meta.le
    kind = {int: "a whole number", float: "a number"}.get(field.type, "")
    if least is not None and most is not None:
        return f"{kind} from {least:g} to {most:g}"
    return f"{kind}, {least:g} or more" if least is not None else kind


def matching(entries: Sequence[Entry], words: str) -> list[Entry]:
    """The settings of which name, section, description or value hold every word."""
    wanted = words.casefold().split()
    return [entry for entry in entries if all(word in _text(entry) for word in wanted)]


def by_section(entries: Iterable[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """The settings under their headings."""
    for section, its in groupby(entries, key=lambda entry: entry.field.section):
        yield SECTIONS.get(section, section.capitalize()), list(its)


def entry_line(entry: Entry, width: int) -> Line:
    """A line: sign, name, value, where it comes from, and whether a change waits for the next start."""
    sign, role = ("!", "warning") if entry.is_overridden else ("●", "key") if entry.is_changed else (" ", "dim")
    when = "" if entry.is_live else NEXT_START
    value_width = max(width - 2 - _NAME_WIDTH - _SOURCE_WIDTH - len(NEXT_START) - 1, 8)
    value = shown_value(entry.value)
    return (
        Span(f"{sign} ", role),
        Span(_cell(entry.field.key, _NAME_WIDTH), "plain"),
        Span(_cell(value or "—", value_width), "key" if entry.is_changed else "plain" if value else "dim"),
        Span(_cell(_source(entry), _SOURCE_WIDTH), "warning" if entry.is_overridden else "dim"),
        Span(when, "dim"),
    )


def detail_lines(entry: Entry) -> list[str]:
    """What the line has no room for: what it is, what it may be, what goes before the file, when a change counts."""
    field = entry.field
    default = shown_value(field.default) or "nothing"
    may_be = f"{_sentence(allowed(field))} " if allowed(field) else ""
    lines = [f"{field.meta.description}.", f"{may_be}Default: {default}."]
    names = " · ".join(filter(None, (field.name, field.env, field.flag)))
    if entry.is_overridden:
        says = "nothing" if entry.in_file is None else shown_value(entry.in_file) or "empty"
        lines.append(f"{entry.source} goes before the file at each start; the file says {says}.")
    else:
        lines.append(names)
    if not entry.is_live:
        lines[1] += " A change counts from the next start."
    return lines


def _source(entry: Entry) -> str:
    return entry.source if entry.origin is Origin.FLAG else _SOURCES[entry.origin]


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _cell(text: str, width: int) -> str:
    return pad(fit(clean(text), width - 1), width)


def _text(entry: Entry) -> str:
    field = entry.field
    heading = SECTIONS.get(field.section, "")
    words = (field.name, heading, field.meta.description or "", shown_value(entry.value), _source(entry))
    return " ".join(words).casefold()
