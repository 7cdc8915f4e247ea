"""A long run: each sentence is heard once and in order, whatever is replayed meanwhile, and nothing piles up."""

from __future__ import annotations

import gc
from collections import Counter

import pytest

from engine.audio.utterance import Utterance as PlayedUtterance
from engine.commands.bench.hearing import Ear, FastSink
from engine.commands.bench.marked_run import Ends, marked_engine, say, wait_until
from engine.commands.bench.stand_ins import mark
from engine.pipeline import tally
from engine.pipeline.job import Job
from engine.pipeline.utterance import Utterance

COUNT = 2_000
KEPT = 200
MOST_WAITING = 40
REPLAY_EVERY = 250


def kept() -> int:
    """How many sentences, and sounds of sentences, somebody still holds."""
    gc.collect()
    return sum(isinstance(one, Job | Utterance | PlayedUtterance) for one in gc.get_objects())


def test_none_is_lost_none_is_doubled_and_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "KEPT_JOBS", KEPT)
    ear, ends, replays = Ear(), Ends(), Counter[int]()
    early = 0
    with marked_engine(FastSink(ear), 0.02, 10, ends.take) as engine:
        for number in range(COUNT):
            begun = number - MOST_WAITING
            wait_until(lambda begun=begun: ends.live > begun, "room", poll_s=0.0005)  # type: ignore[misc]
            say(engine, number)
            if number % REPLAY_EVERY == REPLAY_EVERY - 1:
                # It was spoken; sentence ids count from 1.
                engine.replay(begun)
                replays[begun - 1] += 1
            if number == COUNT // 4:
                early = kept()
        done = engine.drain(timeout_s=120.0)
        wait_until(lambda: ends.replays == replays.total(), "the replays")
        late = kept()

    heard = [mark(span.value) for span in ear.spans if span.value != 0.0]
    assert (done.sentences, done.spoken, done.skipped, done.failed) == (COUNT, COUNT, 0, 0)
    assert ends.live == COUNT
    assert Counter(heard) == Counter(range(COUNT)) + replays
    in_order = iter(heard)
    assert all(number in in_order for number in range(COUNT)), "live sentences keep their order"
    assert early >= KEPT, "what is kept for a replay is counted"
    assert late <= early + MOST_WAITING
