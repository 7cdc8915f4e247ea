"""A history with sessions in it, recorded as an app would have done."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from engine.events import Event, SentenceAdded, SpeechChanged, SpeechPhase, TranslationChanged, TurnChanged
from engine.history.database import open_for_writing
from engine.history.writing import SessionWriter
from engine.sentence import Guard, Kind, Sentence, Timings

BUILD = (
    ("The build fails because a file is missing.", "ファイルがないため、ビルドに失敗します。"),
    ("Run the tests again.", "もう一度テストを実行してください。"),
)
TASK = (
    ("Cancelling a task only asks it to stop.", "タスクを取り消しても停止を頼むだけです。"),
    ("Await the task after cancelling it.", "取り消した後でタスクを await します。"),
    ("Then the tests are green.", "するとテストが通ります。"),
)


def record(path: Path, *events: Event, folder: str = "/home/me/webapp") -> None:
    """Add a session, in the recorder's words but without its thread: so it takes any number of events at once."""
    connection, _ = open_for_writing(path)
    writer = SessionWriter(folder=folder, program="claude", language="ja")
    with closing(connection):
        connection.execute("BEGIN IMMEDIATE")
        for event in events:
            writer.write(connection, time.time(), event)
        writer.end(connection, time.time())
        connection.execute("COMMIT")


def session(prompt: str, pairs: Iterable[tuple[str, str]]) -> Iterator[Event]:
    """One prompt, answered with these sentences, each spoken."""
    yield TurnChanged(1, True, prompt)
    for number, (en, ja) in enumerate(pairs, 1):
        yield from said(number, en, ja)
    yield TurnChanged(1, False)


def said(number: int, en: str, ja: str, *, turn: int = 1) -> Iterator[Event]:
    """A sentence from its commit to its end."""
    yield SentenceAdded(Sentence(number, Kind.PROSE, en, markdown=en, turn=turn, timings=Timings(1.0, 2.0)))
    yield TranslationChanged(number, ja, True, 210.0, 580.0, "llama:x", Guard.OK)
    yield SpeechChanged(number, SpeechPhase.STARTED, "openjtalk:mei", 30.0, 0.5, 260.0)
    yield SpeechChanged(number, SpeechPhase.FINISHED, "openjtalk:mei", audio_s=1.5)


def long_session(count: int) -> Iterator[Event]:
    """`count` sentences; every hundred begin a turn."""
    for number in range(1, count + 1):
        if number % 100 == 1:
            yield TurnChanged(number // 100 + 1, True, f"Question {number // 100 + 1}?")
        yield from said(number, f"Sentence number {number} is here.", f"{number}番目の文です。", turn=number // 100 + 1)


def two_sessions(path: Path) -> None:
    """One about a build, and then one about a task."""
    record(path, *session("Why does the build fail?", BUILD))
    record(path, *session("Why does my task go on?", TASK), folder="/home/me/asyncio")
