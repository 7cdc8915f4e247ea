"""Work begins before a sentence is certain; what was shown as a sentence never changes for that."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from engine.events import Ready, SentenceAdded, SpeechChanged, TranslationChanged
from engine.source import BlockEnd, TextDelta
from tests.engine.pipeline.conftest import MakeEngine

TEXT = (
    "Open config.yml first. The version is 3.14 now. See e.g. the file a.py for it. "
    "It is done... or so it seems. Is it? Yes! The end is near"
)


@pytest.mark.parametrize("size", [1, 7])
def test_taken_back_or_not_every_sentence_is_told_once_and_never_changes(make_engine: MakeEngine, size: int) -> None:
    engine, heard = make_engine(delay_s=0.005)
    heard.wait_for(lambda event: isinstance(event, Ready))
    for start in range(0, len(TEXT), size):
        engine.feed(TextDelta("b", TEXT[start : start + size], time.monotonic()))
        # Time for a translation to begin on what may be no sentence; how much of it is left to chance.
        time.sleep(0.003)
    engine.feed(BlockEnd("b", time.monotonic()))
    done = engine.drain(120)
    assert "".join(heard.english()).replace(" ", "") == TEXT.replace(" ", "")
    assert [event.sentence.id for event in heard.of(SentenceAdded)] == list(range(1, done.sentences + 1))
    for number in range(1, done.sentences + 1):
        its = [event for event in heard.events if getattr(event, "id", None) == number]
        told = next(i for i, e in enumerate(heard.events) if isinstance(e, SentenceAdded) and e.sentence.id == number)
        assert heard.events.index(its[0]) > told
        grown = [event.ja for event in its if isinstance(event, TranslationChanged)]
        assert all(after.startswith(before) for before, after in pairwise(grown))
        assert sum(isinstance(event, TranslationChanged) and event.final for event in its) == 1
        assert sum(isinstance(event, SpeechChanged) and event.phase != "started" for event in its) == 1
