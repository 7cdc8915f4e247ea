"""Translators that die, hang or talk rubbish in their processes, in a whole engine with a voice."""

from __future__ import annotations

from pathlib import Path

from engine.events import GaugesChanged, GuardCount, Health, Notice, Ready, SpeechChanged, SpeechPhase
from engine.pipeline.translator_hosts import Deadlines
from tests.engine.pipeline.conftest import MakeEngine, say
from tests.support.mock_translator import FIRST_PHRASE

BOTH = ("mock:first", "mock:second")


def translators(heard: object) -> list[str | None]:
    events = heard.events  # type: ignore[attr-defined]
    return [event.translator for event in events if getattr(event, "final", False)]


def test_one_that_dies_twice_on_a_sentence_is_replaced_and_nothing_is_lost_or_doubled(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(translators=BOTH)
    say(engine, "One is fine. This crash-me sentence goes to the next one. Three is fine.")
    done = engine.drain(120)
    assert (done.spoken, done.failed) == (3, 0)
    assert translators(heard) == ["mock:first", "mock:second", "mock:second"]
    assert heard.japanese()[2].count("これは、") == 1
    gauges = heard.wait_for(lambda event: isinstance(event, GaugesChanged) and event.translator == "mock:second")
    assert isinstance(gauges, GaugesChanged)
    assert gauges.translator_health == {"mock:first": Health.OPEN}


def test_one_that_hangs_costs_its_deadline_and_no_sentence(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(deadlines=Deadlines(first_s=1.0, next_s=30.0, character_s=0.0))
    heard.wait_for(lambda event: isinstance(event, Ready))
    say(engine, "This will hang for ever.")
    done = engine.drain(120)
    assert (done.sentences, done.failed) == (1, 1)
    state, reason = heard.finals()[1]
    assert state == "failed"
    assert reason
    assert "did not answer" in reason


def test_rubbish_after_the_first_words_were_said(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine, heard = make_engine()
    heard.wait_for(lambda event: isinstance(event, Ready))
    say(engine, "This is held and goes wrong. Two is fine.")
    heard.wait_for(lambda event: isinstance(event, SpeechChanged) and event.phase is SpeechPhase.STARTED)
    (tmp_path / "go").touch()
    done = engine.drain(120)
    assert (done.spoken, done.failed) == (1, 1)
    assert heard.finals()[1] == ("failed", "translation rejected: loop")
    assert heard.japanese()[1] == f"{FIRST_PHRASE}… This is held and goes wrong."
    [failed] = [event for event in heard.of(SpeechChanged) if event.phase is SpeechPhase.FAILED]
    assert failed.audio_s > 0.5
    event = heard.wait_for(lambda event: isinstance(event, GaugesChanged) and bool(event.guard))
    assert isinstance(event, GaugesChanged)
    assert event.guard == {"loop": GuardCount(english=1)}


def test_another_translator_by_command_does_the_sentences_that_follow(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(translators=BOTH, delay_s=0.02)
    heard.wait_for(lambda event: isinstance(event, Ready))
    say(engine, "One is fine. Two is fine.")
    engine.set_translator("mock:second")
    heard.wait_for(lambda event: isinstance(event, Notice) and event.code == "translator_changed")
    say(engine, "Three is fine.", "next")
    done = engine.drain(120)
    assert (done.spoken, done.failed) == (3, 0)
    assert translators(heard)[-1] == "mock:second"
