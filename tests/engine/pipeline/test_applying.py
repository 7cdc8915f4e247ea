"""Settings that change while the engine runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from engine.events import GaugesChanged, Loading
from engine.glossary import NO_GLOSSARY
from engine.pipeline.applying import LIVE, differing
from engine.pipeline.load import Load
from engine.protocols import Progress
from engine.settings import Settings, fields
from tests.engine.pipeline.conftest import Listener, MakeEngine, say
from tests.support.mock_translator import FRENCH
from tests.support.translation_rig import GOOD, Rig, StandIn, until

A, B = "http:a", "http:b"


def until_gauges(heard: Listener, test: Callable[[GaugesChanged], bool]) -> None:
    heard.wait_for(lambda event: isinstance(event, GaugesChanged) and test(event))


def test_every_live_setting_is_one() -> None:
    assert {field.name for field in fields()} >= LIVE


def test_what_differs_is_named() -> None:
    before = Settings()
    assert differing(before, before) == set()
    after = before.replace("speech", rate=1.5, gap_ms=0).replace("translate", to="fr")
    assert differing(before, after) == {"speech.rate", "speech.gap_ms", "translate.to"}


def test_sound_goes_by_the_new_settings(make_engine: MakeEngine) -> None:
    engine, heard = make_engine("null")
    heard.wait_until_ready()
    engine.apply(Settings().replace("speech", rate=1.5, muted=True, catch_up="off", announce=False, volume=0.2))
    until_gauges(heard, lambda gauges: gauges.rate == 1.5 and gauges.is_muted)
    say(engine, "Nobody hears this.")
    engine.drain(60)
    assert heard.finals() == {1: ("muted", None)}


def test_a_setting_that_was_changed_by_a_key_is_set_again_when_it_is_named(make_engine: MakeEngine) -> None:
    engine, heard = make_engine("null")
    heard.wait_until_ready()
    engine.set_rate(2.0)
    until_gauges(heard, lambda gauges: gauges.rate == 2.0)
    engine.apply(Settings().replace("audio", sink="null"), ["speech.rate"])
    heard.events.clear()
    until_gauges(heard, lambda gauges: gauges.rate == 1.0)


def test_code_and_addresses_are_treated_as_they_are_now(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    heard.wait_until_ready()
    engine.apply(Settings().replace("speech", code="skip", urls="skip", voicevox_url="http://127.0.0.1:9"))
    say(engine, "```python\nprint(1)\n```")
    engine.drain(60)
    assert heard.finals() == {1: ("skipped", "code")}


def test_another_language_takes_over_without_a_new_start(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    heard.wait_until_ready()
    say(engine, "This is for the Japanese.", "one")
    engine.drain(60)
    before = engine.translator_pid
    settings = Settings().replace("translate", to="fi", translator="mock:echo")
    engine.apply(settings)
    heard.wait_for(lambda event: getattr(event, "code", "") == "translator_changed")
    say(engine, "The tests pass now, and the build is finished as well.", "two")
    engine.drain(60)
    assert heard.japanese()[2] == "".join(FRENCH)
    # No voice of this machine speaks it.
    assert heard.finals()[2] == ("skipped", "no voice")
    assert engine.translator_pid != before


def test_a_sentence_that_is_said_meanwhile_is_not_lost(make_engine: MakeEngine) -> None:
    engine, heard = make_engine("wav", delay_s=0.05)
    heard.wait_until_ready()
    settings = Settings().replace("translate", translator="mock:echo")
    for number in range(4):
        say(engine, f"Sentence {number} comes at a bad moment.", str(number))
        engine.apply(settings.replace("translate", threads=number + 1))
    done = engine.drain(120)
    assert (done.sentences, done.spoken, done.failed) == (4, 4, 0)


def test_the_old_translator_stays_when_the_new_one_cannot_start(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    heard.wait_until_ready()
    engine.apply(Settings().replace("translate", translator="llama:/no/such/file.gguf", threads=2))
    heard.wait_for(lambda event: getattr(event, "code", "") == "translator_kept")
    say(engine, "This is translated all the same.")
    done = engine.drain(60)
    assert (done.spoken, done.failed) == (1, 0)


def test_a_voice_that_comes_with_a_language_waits_for_it(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    heard.wait_until_ready()
    settings = Settings().replace("translate", to="fi", translator="mock:echo").replace("speech", voice="none")
    engine.apply(settings)
    until_gauges(heard, lambda gauges: gauges.voice == "none")
    heard.events.clear()
    engine.apply(settings.replace("translate", to="ja").replace("speech", voice="openjtalk:mei"))
    until_gauges(heard, lambda gauges: gauges.voice == "openjtalk:mei")
    say(engine, "This is Japanese again.")
    engine.drain(60)
    assert heard.finals()[1] == ("finished", None)
    assert heard.notices("voice_language") == []


# -- the stage, without an engine around it ----------------------------------------------------------------------


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    made = Rig(tmp_path, StandIn(A), StandIn(B))
    yield made
    await made.close()


async def test_a_sentence_that_waits_for_the_first_load_is_done_by_those_that_take_over(rig: Rig) -> None:
    rig.run()
    rig.by_id[A].may_load.clear()
    job = rig.put("This waits for a translator.")
    first = asyncio.create_task(rig.translators.start("auto"))
    await until(lambda: rig.by_id[A].loads)
    new = rig.more_translators()
    await new.start(B)
    rig.stage.change(new, "ja", NO_GLOSSARY)
    rig.translators.retire()
    await first
    await until(lambda: job.sentence.guard is not None)
    assert (job.sentence.ja, job.sentence.translator) == ("".join(GOOD), B)
    assert rig.notices("translator_failed") == []
    await new.close()


async def test_a_sentence_in_hand_is_finished_by_the_old_ones(rig: Rig) -> None:
    await rig.start()
    rig.by_id[A].may_answer.clear()
    job = rig.put("This is being translated.")
    await until(lambda: rig.by_id[A].asked)
    new = rig.more_translators()
    await new.start(B)
    in_hand = rig.stage.change(new, "ja", NO_GLOSSARY)
    rig.translators.retire()
    rig.by_id[A].may_answer.set()
    assert in_hand is not None
    await in_hand
    assert job.sentence.translator == A
    assert (await rig.say("This is for the new one.")).sentence.translator == B
    await new.close()


# -- progress ----------------------------------------------------------------------------------------------------


def test_each_step_of_a_load_ends_with_the_next_and_the_last_with_the_load() -> None:
    seen: list[tuple[str, bool]] = []
    load = Load(lambda step: seen.append((step.what, step.total is not None and step.done >= step.total)))
    load.step(Progress("Fetching", 1, 2))
    load.step(Progress("Fetching", 2, 2))
    load.step(Progress("Loading", 0, None))
    load.step(Progress("Warming up", 0, None))
    load.end()
    load.end()
    assert seen == [
        ("Fetching", False),
        ("Fetching", True),
        ("Loading", False),
        ("Loading", True),
        ("Warming up", False),
        ("Warming up", True),
    ]


def test_nothing_is_left_loading_when_voice_and_translators_are_ready(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(translators=("mock:first", "mock:second"))
    heard.wait_until_ready()
    engine.set_translator("mock:second")
    until_gauges(heard, lambda gauges: gauges.translator == "mock:second")
    shown: dict[str, bool] = {}
    for loading in heard.of(Loading):
        shown[loading.what] = loading.fraction == 1.0
    assert {"Loading mock:first", "Loading mock:second", "Loading the voice openjtalk:mei"} <= shown.keys()
    assert all(shown.values())


def test_a_glossary_that_cannot_be_read_is_told_once_and_left_out(make_engine: MakeEngine, tmp_path: Path) -> None:
    words = tmp_path / "own.toml"
    words.write_text("keep = 3")
    engine, heard = make_engine(settings=Settings().replace("translate", glossary=str(words)))
    heard.wait_until_ready()
    say(engine, "This is translated all the same.")
    done = engine.drain(60)
    assert (done.spoken, done.failed) == (1, 0)
    assert heard.notices("glossary") == [f"The glossary is not used: {words}: keep must be a list of strings"]
