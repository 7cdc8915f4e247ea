"""A text of an earlier session is said before the live sentences, and counts for nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from engine.events import Notice
from engine.protocols import SpeechError
from engine.sentence import State
from tests.support.translation_rig import until
from tests.support.voice_rig import CHOSEN, LAST, RATE, StandInEngine, VoiceRig, always

OLD = "これは前のセッションの文でした。二つ目の文もあります。"


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[VoiceRig]:
    made = VoiceRig(tmp_path, StandInEngine(CHOSEN), StandInEngine(LAST))
    yield made
    await made.close()


async def test_it_is_heard_phrase_by_phrase_and_no_sentence_knows_of_it(rig: VoiceRig) -> None:
    rig.stage.say_again(OLD)
    await until(lambda: np.count_nonzero(rig.sink.samples) >= 2 * 0.2 * RATE * 0.9)
    assert "".join(rig.engines[CHOSEN].asked) == OLD
    assert len(rig.engines[CHOSEN].asked) == 2
    assert rig.events == []
    assert rig.tally.sentences_in == 0


async def test_live_sentences_come_to_their_end_as_always(rig: VoiceRig) -> None:
    rig.stage.say_again(OLD)
    job = await rig.say("今の文です。")
    assert job.sentence.state is State.SPOKEN
    assert rig.tally.waiting == 0


async def test_where_no_voice_is_wanted_the_one_that_always_works_says_it(rig: VoiceRig) -> None:
    rig.stage.voice = "none"
    rig.stage.say_again(OLD)
    await until(lambda: len(rig.engines[LAST].asked) == 2)


async def test_a_voice_that_fails_is_replaced(tmp_path: Path) -> None:
    rig = VoiceRig(tmp_path, StandInEngine(CHOSEN, always(SpeechError("offline", "no route"))), StandInEngine(LAST))
    try:
        rig.stage.say_again(OLD)
        await until(lambda: "".join(rig.engines[LAST].asked) == OLD)
        assert any(isinstance(event, Notice) for event in rig.events)
    finally:
        await rig.close()
