"""The process that holds the local voices dies under a phrase."""

from __future__ import annotations

from pathlib import Path

from engine.events import Notice
from tests.engine.pipeline.conftest import MakeEngine, say
from tests.support.mock_speech import make_spec
from tests.support.mock_translator import japanese_for


def test_one_death_in_mid_phrase_costs_no_sentence_and_no_word_twice(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine, heard = make_engine(make_speech=make_spec(tmp_path))
    say(engine, "One is fine. The voice will die-once here. Three is fine.")
    done = engine.drain(120)
    assert (done.spoken, done.failed) == (3, 0)
    assert "speech_restarting" in {notice.code for notice in heard.of(Notice)}


def test_a_phrase_that_always_kills_the_voice_costs_its_sentence_alone(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine, heard = make_engine(make_speech=make_spec(tmp_path))
    english = "The voice will not survive die-always here."
    assert "die-always" in "".join(japanese_for(english))
    say(engine, f"One is fine. {english} Three is fine.")
    done = engine.drain(120)
    assert (done.spoken, done.failed) == (2, 1)
    assert heard.finals()[2][0] == "failed"
    assert "voice_failed" in {notice.code for notice in heard.of(Notice)}
