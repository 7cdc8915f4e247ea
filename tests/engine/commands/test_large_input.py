"""A very large input is read in bounded memory: `speak` never holds more of it than it works on."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psutil
import pytest

from tests.support.speak_process import WITHOUT_TRANSLATOR, SpeakProcess

MB = 1_000_000
MOST_GROWTH_MB = 60


def tool_result(number: int) -> str:
    """A line of a transcript as a tool writes that has read a large file."""
    content = [{"type": "tool_result", "tool_use_id": f"t{number}", "content": "y" * MB}]
    return json.dumps({"type": "user", "uuid": f"u{number}", "sessionId": "s", "message": {"content": content}}) + "\n"


def said(number: int) -> str:
    message = {"id": f"m{number}", "role": "assistant", "content": [{"type": "text", "text": f"Sentence {number}."}]}
    return json.dumps({"type": "assistant", "uuid": f"a{number}", "sessionId": "s", "message": message}) + "\n"


def transcript(megabytes: int) -> Iterator[str]:
    for number in range(megabytes):
        yield tool_result(number)
        if number % 10 == 0:
            yield said(number)


def prose(megabytes: int) -> Iterator[str]:
    paragraph = "The tests pass now, and the build is fast. " * 25 + "\n\n"
    for _ in range(megabytes):
        yield paragraph * (MB // len(paragraph))


def code(megabytes: int) -> Iterator[str]:
    for _ in range(megabytes):
        yield "```\n" + "x = 1  # a line that is not read out\n" * (MB // 37) + "```\n\n"


def growth_mb(speak: SpeakProcess, pieces: Iterator[str], settled_after: int) -> float:
    """How much its memory grew at most, from the time when it had read `settled_after` pieces."""
    process = psutil.Process(speak.process.pid)
    base, most = 0, 0
    for number, piece in enumerate(pieces):
        speak.write(piece)
        now = process.memory_info().rss
        base = now if number <= settled_after else base
        most = max(most, now)
    return (most - base) / MB


def test_two_hundred_megabytes_of_tool_results() -> None:
    with SpeakProcess("--voice", "none", *WITHOUT_TRANSLATOR) as speak:
        speak.wait_for_event("ready")
        assert growth_mb(speak, transcript(200), 10) < MOST_GROWTH_MB
        speak.end_input()
        speak.finish()
    english = [event["en"] for event in speak.events if event["event"] == "sentence"]
    assert english == [f"Sentence {number}." for number in range(0, 200, 10)]


@pytest.mark.parametrize(("pieces", "count"), [(prose, 2), (code, 60)])
def test_more_sentences_than_can_be_kept(pieces: object, count: int) -> None:
    assert callable(pieces)
    with SpeakProcess("--voice", "none", *WITHOUT_TRANSLATOR, STREAMTTS_HISTORY_ENABLED="false") as speak:
        speak.wait_for_event("ready")
        assert growth_mb(speak, pieces(count), 0) < MOST_GROWTH_MB
