"""What an engine has said is read back by number, while it is being recorded."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.events import Event, SentenceAdded, SeparatorAdded, SpeechChanged, SpeechPhase, TranslationChanged
from engine.history import History, HistoryError, Recorder
from engine.history.recall import Recall
from engine.sentence import Guard, Kind, Sentence, State, Timings
from engine.settings import History as HistorySettings
from engine.source import SessionChange
from tests.engine.history.conftest import Record, said


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def in_the_file(recorder: Recorder, history: History, number: int) -> bool:
    try:
        (found,) = Recall(recorder, history).sentences(number, number)
    except HistoryError:
        return False
    return found.state.is_final


def test_a_sentence_comes_back_with_all_that_was_known_of_it(record: Record, history: History) -> None:
    sentence = Sentence(
        id=7,
        kind=Kind.LIST,
        en="Run it.",
        markdown="1. **Run** it.",
        turn=2,
        level=2,
        ordinal="1.",
        speaker="Explore",
        timings=Timings(capture_ms=1.0, segment_ms=2.0),
    )
    recorder = record(
        SentenceAdded(sentence),
        TranslationChanged(7, "実行します。", True, 210.0, 580.0, "llama:x", Guard.RETRIED),
        SpeechChanged(7, SpeechPhase.STARTED, "openjtalk:mei", 30.0, 0.5, 260.0),
        SpeechChanged(7, SpeechPhase.FAILED, "openjtalk:mei", reason="no sound", audio_s=1.5),
    )
    wait_until(lambda: in_the_file(recorder, history, 7))
    (found,) = Recall(recorder, history).sentences(7, 7)
    assert found == dataclasses.replace(
        sentence,
        ja="実行します。",
        state=State.FAILED,
        reason="no sound",
        translator="llama:x",
        guard=Guard.RETRIED,
        voice="openjtalk:mei",
        audio_s=1.5,
        timings=Timings(
            capture_ms=1.0,
            segment_ms=2.0,
            translate_first_ms=210.0,
            translate_ms=580.0,
            synth_first_ms=30.0,
            queue_ms=0.5,
            first_sound_ms=260.0,
        ),
    )


@pytest.mark.parametrize(
    ("kind", "markdown", "lines"),
    [
        (Kind.CODE, "```python\na = 1\n\nb = 2\n```", 3),
        (Kind.TABLE, "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |", 2),
        (Kind.PROSE, "One line.", 1),
    ],
)
def test_blocks_have_as_many_lines_as_before(
    record: Record, history: History, kind: Kind, markdown: str, lines: int
) -> None:
    block = Sentence(1, kind, "…", markdown=markdown, lines=lines, language="python")
    recorder = record(SentenceAdded(block), SpeechChanged(1, SpeechPhase.SKIPPED))
    wait_until(lambda: in_the_file(recorder, history, 1))
    (found,) = Recall(recorder, history).sentences(1, 1)
    assert (found.kind, found.lines, found.language, found.markdown) == (kind, lines, "python", markdown)


def test_numbers_go_on_over_the_sessions_that_clear_and_resume_begin(record: Record, history: History) -> None:
    events: list[Event] = []
    for number in range(1, 31):
        if number in (11, 21):
            events.append(SeparatorAdded(SessionChange.CLEARED))
        events += said(number, f"Sentence {number}.", f"{number}番。")
    recorder = record(*events)
    wait_until(lambda: in_the_file(recorder, history, 30))
    assert len(history.sessions()) == 3
    recall = Recall(recorder, history)
    assert [sentence.en for sentence in recall.sentences(8, 23)] == [f"Sentence {number}." for number in range(8, 24)]
    assert [sentence.id for sentence in recall.sentences(29, 99)] == [29, 30]


def test_what_is_in_no_session_is_an_error(record: Record, history: History) -> None:
    recorder = record(*said(5, "Five.", "五。"))
    wait_until(lambda: in_the_file(recorder, history, 5))
    with pytest.raises(HistoryError, match="no longer has"):
        Recall(recorder, history).sentences(1, 4)


def test_a_file_that_is_gone_is_an_error(record: Record, history: History) -> None:
    recorder = record(*said(1, "One.", "一。"))
    wait_until(lambda: in_the_file(recorder, history, 1))
    history.path.unlink()
    with pytest.raises(HistoryError):
        Recall(recorder, history).sentences(1, 1)


def test_it_says_whether_what_is_said_can_be_read_back(record: Record, history: History) -> None:
    recorder = record(*said(1, "One.", "一。"))
    assert Recall(recorder, history).is_recording
    off = record(settings=HistorySettings(enabled=False))
    assert not Recall(off, history).is_recording


def test_while_the_file_cannot_be_written_nothing_is_promised(
    record: Record, path: Path, troubles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.history.recorder.RETRY_S", 0.02)
    path.parent.write_text("a file in the way")
    recorder = record(*said(1, "One.", "一。"))
    wait_until(lambda: troubles)
    assert not recorder.is_recording
    path.parent.unlink()
    wait_until(lambda: recorder.is_recording)
