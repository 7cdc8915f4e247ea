"""Writes a recording. Secrets are taken out at its end, when what was cut into pieces is whole again."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine.recording.steps import VERSION, Step, changed, from_line, to_line
from engine.redaction import redact
from engine.source import SourceEvent, TextDelta


class RecordingWriter:
    """Notes what happens; from one thread. The file appears at `close`; a crash leaves a private `.partial` beside it.

    Raises OSError when it cannot be written.
    """

    def __init__(self, path: Path, *, columns: int, rows: int, program: str = "claude") -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.partial")
        self._head = {"streamtts_recording": VERSION, "columns": columns, "rows": rows, "program": program}
        descriptor = os.open(self._partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "w", encoding="utf-8")
        self._began = time.monotonic()

    def take_bytes(self, data: bytes) -> None:
        """Note what came out of the terminal's program."""
        self._write(Step(self._now(), tty=data))

    def take_size(self, columns: int, rows: int) -> None:
        """Note another size of the terminal."""
        self._write(Step(self._now(), size=(columns, rows)))

    def take_event(self, event: SourceEvent) -> None:
        """Note what a capture source said."""
        self._write(Step(self._now(), event=event))

    def close(self) -> None:
        """Take out secrets and put the file in its place. May be called twice."""
        if self._file.closed:
            return
        self._file.close()
        steps = [from_line(json.loads(line)) for line in self._partial.read_text(encoding="utf-8").splitlines()]
        with self._path.open("w", encoding="utf-8") as out:
            out.write(json.dumps(self._head) + "\n")
            out.writelines(json.dumps(to_line(step), ensure_ascii=False) + "\n" for step in without_secrets(steps))
        self._partial.unlink()

    def _now(self) -> float:
        return time.monotonic() - self._began

    def _write(self, step: Step) -> None:
        if not self._file.closed:
            self._file.write(json.dumps(to_line(step)) + "\n")


def without_secrets(steps: list[Step]) -> Iterator[Step]:
    """The same steps with `*` for every character of a secret, wherever the pieces were cut."""
    tty = _Cut(_starred("".join((step.tty or b"").decode("latin-1") for step in steps)))
    blocks: dict[str, str] = {}
    for step in steps:
        if isinstance(step.event, TextDelta):
            blocks[step.event.block] = blocks.get(step.event.block, "") + step.event.text
    cuts = {block: _Cut(_starred(text)) for block, text in blocks.items()}
    for step in steps:
        if step.tty is not None:
            yield replace(step, tty=tty.next(len(step.tty)).encode("latin-1"))
        elif isinstance(step.event, TextDelta):
            text = cuts[step.event.block].next(len(step.event.text))
            yield replace(step, event=replace(step.event, text=text))
        elif step.event is not None:
            yield replace(step, event=_starred_event(step.event))
        else:
            yield step


class _Cut:
    """Gives out a text in pieces of wanted lengths."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def next(self, length: int) -> str:
        self._at += length
        return self._text[self._at - length : self._at]


def _starred(text: str) -> str:
    """As long as before: the pieces keep their lengths."""
    return redact(text, lambda secret: "*" * len(secret))


def _starred_event(event: SourceEvent) -> SourceEvent:
    texts = {name: getattr(event, name, "") for name in ("text", "prompt", "detail", "message")}
    return changed(event, **{name: _starred(text) for name, text in texts.items() if text})
