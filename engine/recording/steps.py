"""One thing that happened in a session, and how a line of a recording says it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, get_args

import msgspec

from engine.source import SourceEvent

VERSION = 1
_KINDS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in get_args(SourceEvent)}


@dataclass(frozen=True, slots=True)
class Step:
    """At `t` seconds from the start: bytes came out of the terminal, it got another size, or Claude said something."""

    t: float
    tty: bytes | None = None
    size: tuple[int, int] | None = None
    """columns and rows"""
    event: SourceEvent | None = None


def to_line(step: Step) -> dict[str, Any]:
    """As a JSON object. The event's own times are left out: they are of a clock that is gone."""
    line: dict[str, Any] = {"t": round(step.t, 4)}
    if step.tty is not None:
        line["tty"] = base64.b64encode(step.tty).decode()
    if step.size is not None:
        line["size"] = list(step.size)
    if step.event is not None:
        told = msgspec.to_builtins(step.event)
        line["event"] = type(step.event).__name__
        line["said"] = {name: value for name, value in told.items() if not name.endswith("_at")}
    return line


def from_line(line: Mapping[str, Any]) -> Step:
    """Raises ValueError when it is no step."""
    try:
        tty = base64.b64decode(line["tty"], validate=True) if "tty" in line else None
        size = (int(line["size"][0]), int(line["size"][1])) if "size" in line else None
        event = _event(line["event"], line["said"]) if "event" in line else None
        return Step(float(line["t"]), tty, size, event)
    except (KeyError, TypeError, IndexError, binascii.Error, msgspec.ValidationError) as error:
        raise ValueError(str(error)) from error


def at(event: SourceEvent, now: float) -> SourceEvent:
    """The same event as if it came now, `now` seconds of `time.monotonic()`."""
    names = {field.name for field in fields(event)}
    return changed(event, **{name: now for name in ("received_at", "sent_at") if name in names})


def changed(event: SourceEvent, **values: Any) -> SourceEvent:
    """The same event with other values; as `dataclasses.replace`, for any of them."""
    before = {field.name: getattr(event, field.name) for field in fields(event)}
    made: SourceEvent = type(event)(**(before | values))
    return made


def _event(name: object, said: Mapping[str, Any]) -> SourceEvent | None:
    kind = _KINDS.get(str(name))
    if kind is None:
        return None  # of a newer version: the rest can be played all the same
    times = {field.name: 0.0 for field in fields(kind) if field.name == "received_at"}
    event: SourceEvent = msgspec.convert({**said, **times}, kind)
    return event
