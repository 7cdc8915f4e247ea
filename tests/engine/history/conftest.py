"""A session that an engine might have had, told to a recorder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.events import (
    Event,
    SentenceAdded,
    SourceChanged,
    SpeechChanged,
    SpeechPhase,
    TranslationChanged,
    TurnChanged,
)
from engine.history import History, Recorder
from engine.sentence import Guard, Kind, Sentence, Timings
from engine.settings import History as HistorySettings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite3"


@pytest.fixture
def history(path: Path) -> History:
    return History(path)


@pytest.fixture
def troubles() -> list[str]:
    """What the recorders complained about."""
    return []


Record = Callable[..., Recorder]


@pytest.fixture
def record(path: Path, troubles: list[str]) -> Iterator[Record]:
    """Starts a recorder and tells it events; closed at the end of the test at the latest."""
    recorders: list[Recorder] = []

    def start(*events: Event, settings: HistorySettings = HistorySettings()) -> Recorder:  # noqa: B008
        recorder = Recorder(path, settings, folder="/home/me/webapp", program="claude", on_trouble=troubles.append)
        recorders.append(recorder)
        for event in events:
            recorder.take(event)
        return recorder

    yield start
    for recorder in recorders:
        recorder.close()


def said(number: int, en: str, ja: str, *, turn: int = 1, kind: Kind = Kind.PROSE) -> list[Event]:
    """A sentence from its commit to its end."""
    sentence = Sentence(number, kind, en, markdown=f"**{en}**", turn=turn, timings=Timings(1.0, 2.0))
    return [
        SentenceAdded(sentence),
        TranslationChanged(number, ja[:2], False),
        TranslationChanged(number, ja, True, 210.0, 580.0, "llama:x", Guard.OK),
        SpeechChanged(number, SpeechPhase.STARTED, "openjtalk:mei", 30.0, 0.5, 260.0),
        SpeechChanged(number, SpeechPhase.FINISHED, "openjtalk:mei", audio_s=1.5),
    ]


def a_session() -> list[Event]:
    return [
        SourceChanged("mod", True),
        TurnChanged(1, True, "Why does the build fail?"),
        *said(1, "The build fails because a file is missing.", "ファイルがないため、ビルドに失敗します。"),
        *said(2, "Run the tests again.", "もう一度テストを実行してください。"),
        TurnChanged(1, False),
    ]
