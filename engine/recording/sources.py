"""What can be played again: a session of the history, a transcript of Claude Code, a recording."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine import demo
from engine.capture.mod_decoder import ModDecoder
from engine.capture.transcript import TranscriptDecoder
from engine.history import History
from engine.history.reader import iterate
from engine.history.records import SentenceRecord
from engine.recording.errors import RecordingError
from engine.recording.steps import VERSION, Step, from_line
from engine.source import BlockEnd, TextDelta, TurnEnd, TurnStart


@dataclass(frozen=True, slots=True)
class Recorded:
    """A session. `steps` reads it anew, piece by piece: it may be long."""

    title: str
    steps: Callable[[], Iterator[Step]]
    size: tuple[int, int] | None = None
    """columns and rows of its terminal; None when its screen was not kept"""


def open_recorded(what: str, history: History | None = None) -> Recorded:
    """Find out what `what` names. Raises RecordingError, and HistoryError for a session that is not there."""
    if what.isdecimal():
        return _session(history or History(), int(what))
    path = Path(what).expanduser()
    try:
        with path.open(encoding="utf-8") as file:
            head = json.loads(file.readline() or "null")
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise RecordingError(f"{path} is neither a recording nor a transcript: {error}") from error
    if isinstance(head, dict) and "streamtts_recording" in head:
        return _recording(path, head)
    return Recorded(path.stem, lambda: _transcript(path))


def open_built_in() -> Recorded:
    """The session that comes with streamtts."""
    session = demo.load()
    return Recorded(session.prompt, lambda: _demo_steps(session), (session.cols, session.rows))


def _demo_steps(session: demo.DemoSession) -> Iterator[Step]:
    """What the mod sent is decoded here; its times are those of the play."""
    decoder = ModDecoder()
    for step in session.steps:
        if step.data is not None:
            yield Step(step.t, tty=step.data)
        if step.mod_event is not None:
            for event in decoder.decode({**step.mod_event, "t": time.time() * 1000}, 0.0):
                yield Step(step.t, event=event)


def _recording(path: Path, head: Mapping[str, Any]) -> Recorded:
    if head["streamtts_recording"] != VERSION:
        raise RecordingError(f"{path} was made by another streamtts (version {head['streamtts_recording']}); upgrade")
    try:
        size = int(head["columns"]), int(head["rows"])
    except (KeyError, TypeError, ValueError) as error:
        raise RecordingError(f"{path} does not say how large its terminal was") from error
    return Recorded(path.stem, lambda: _lines(path), size)


def _lines(path: Path) -> Iterator[Step]:
    with path.open(encoding="utf-8") as file:
        next(file)
        for number, line in enumerate(file, 2):
            try:
                yield from_line(json.loads(line))
            except ValueError as error:
                raise RecordingError(f"{path}, line {number}: {error}") from error


def _transcript(path: Path) -> Iterator[Step]:
    """Each line at its own time; lines that are damaged or unknown are left out, as when it is spoken."""
    decoder, began, now = TranscriptDecoder(), None, 0.0
    with path.open("rb") as file:
        for raw in file:
            stamp = _stamp(raw)
            if stamp is not None:
                began = stamp if began is None else began
                now = max(now, stamp - began)
            for event in decoder.feed(raw, 0.0):
                yield Step(now, event=event)
    for event in decoder.finish(0.0):
        yield Step(now, event=event)


def _stamp(raw: bytes) -> float | None:
    try:
        return datetime.fromisoformat(str(json.loads(raw)["timestamp"])).timestamp()
    except (ValueError, KeyError, TypeError):
        return None


def _session(history: History, number: int) -> Recorded:
    session = history.session(number)
    prompts = {turn.number: turn.prompt for turn in history.turns(number)}

    def steps() -> Iterator[Step]:
        turn: int | None = None
        for sentence in iterate(history, number):
            t = max(0.0, sentence.written_at - session.started_at)
            if sentence.turn != turn:
                if turn is not None:
                    yield Step(t, event=TurnEnd(str(turn), 0.0))
                turn = sentence.turn
                yield Step(t, event=TurnStart(str(turn), 0.0, prompts.get(turn, "")))
            block = f"{number}/{sentence.number}"
            yield Step(t, event=TextDelta(block, _markdown(sentence), 0.0, speaker=sentence.speaker))
            yield Step(t, event=BlockEnd(block, 0.0))
        if turn is not None:
            yield Step(0.0, event=TurnEnd(str(turn), 0.0))

    return Recorded(session.title or str(number), steps)


def _markdown(sentence: SentenceRecord) -> str:
    return f"{sentence.markdown or sentence.en}\n\n"
