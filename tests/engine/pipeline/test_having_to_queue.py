"""Whether a sentence's first sound holds the wait for those before it: the timeline must not blame it for that."""

from __future__ import annotations

import time
from typing import cast

import numpy as np
import pytest

from engine.audio.player import Player, Started
from engine.events import Event, SpeechChanged
from engine.pipeline.job import Job
from engine.pipeline.sounding import Sounding
from engine.pipeline.tally import Tally
from engine.pipeline.utterance import Purpose
from engine.protocols import AudioChunk
from engine.sentence import Kind, Sentence
from engine.text.policy import handle

CHUNK = AudioChunk(np.full(480, 0.5, np.float32), 24000)


class FakePlayer:
    """Takes sound; sounds when it is told to."""

    def __init__(self, *, is_idle: bool) -> None:
        self.is_idle = is_idle

    def begin(self, utterance: int, *, first: bool) -> None:
        """Take note of an utterance."""

    def write(self, utterance: int, chunk: AudioChunk, *, mark: int | None = None) -> None:
        """Take its sound."""


@pytest.mark.parametrize("is_idle", [True, False])
def test_a_sentence_tells_whether_others_sounded_when_its_sound_was_there(is_idle: bool) -> None:
    events: list[Event] = []
    tally = Tally(events.append)
    sounding = Sounding(tally, cast(Player, FakePlayer(is_idle=is_idle)))
    now = time.monotonic()
    job = Job(Sentence(1, Kind.PROSE, "Hi."), handle(Kind.PROSE, "Hi."), now, now, now)
    utterance = sounding.utterance(job, job.phrases, "openjtalk:mei", Purpose.LIVE)
    sounding.write(utterance, CHUNK)
    sounding.on_player(Started(utterance.id, time.monotonic()))
    (started,) = [event for event in events if isinstance(event, SpeechChanged)]
    assert started.had_to_queue is not is_idle
    assert ("first_sound_ms" in tally.latency.snapshot()) is is_idle
