"""Other languages than Japanese: who speaks, and what is left out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.events import Notice, Ready
from engine.pipeline.voice_choice import sample_for, speaks, stand_ins, voice_for
from engine.sentence import Guard
from engine.settings import Settings
from tests.engine.pipeline.conftest import MakeEngine, say
from tests.support.mock_translator import FRENCH
from tests.support.translation_rig import Rig, StandIn, always
from tests.support.voice_rig import StandInCatalog, StandInEngine

MEI, DENISE, PIERRE, BERLIN = "openjtalk:mei", "cloud:fr-denise", "cloud:fr-pierre", "cloud:de-berlin"


@pytest.fixture
def catalog() -> StandInCatalog:
    return StandInCatalog(
        [
            StandInEngine(MEI),
            StandInEngine(DENISE, language="fr-FR"),
            StandInEngine(PIERRE, language="fr"),
            StandInEngine(BERLIN, language="de"),
        ]
    )


@pytest.fixture
async def french(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path, StandIn("http:a", always(*FRENCH)), to="fr")
    await rig.start()
    yield rig
    await rig.close()


async def test_french_is_accepted_and_cut_where_french_pauses(french: Rig) -> None:
    job = await french.say("The tests pass now, and the build is finished as well.")
    assert (job.sentence.guard, job.sentence.ja) == (Guard.OK, "".join(FRENCH))
    assert [await job.phrases.get(index) for index in range(len(job.phrases))] == [
        "Les tests passent maintenant, ",
        "et la compilation est terminée aussi.",
    ]


async def test_japanese_where_french_was_asked_for_is_refused(french: Rig) -> None:
    french.by_id["http:a"].script = always("テストが通りました。")
    job = await french.say("The tests pass now.")
    assert job.sentence.guard is Guard.ENGLISH


@pytest.mark.parametrize(
    ("chosen", "others", "language", "voice"),
    [
        (MEI, [], "ja", MEI),
        (MEI, [], "fr", DENISE),
        (MEI, [PIERRE], "fr", PIERRE),
        (PIERRE, [], "fr", PIERRE),
        (MEI, [], "pl", "none"),
        ("none", [], "fr", "none"),
        ("cloud:unheard-of", [], "fr", "cloud:unheard-of"),
    ],
)
def test_a_voice_that_speaks_the_language_is_found(
    catalog: StandInCatalog, chosen: str, others: list[str], language: str, voice: str
) -> None:
    assert voice_for(catalog, chosen, others, language) == voice


def test_only_voices_of_the_language_stand_in(catalog: StandInCatalog) -> None:
    assert stand_ins(catalog, f"{BERLIN}, {MEI}", "ja") == [MEI]
    assert stand_ins(catalog, f"{BERLIN},{PIERRE}", "fr")[0] == PIERRE
    assert not speaks(catalog, MEI, "fr")
    assert speaks(catalog, "none", "fr")


def test_a_preview_is_in_the_language_of_the_voice(catalog: StandInCatalog) -> None:
    assert sample_for(catalog, MEI).startswith("こんにちは")
    assert sample_for(catalog, PIERRE).startswith("Bonjour")


def test_without_a_voice_of_the_language_it_is_shown_and_not_spoken(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(settings=Settings().replace("translate", to="fi"))
    heard.wait_for(lambda event: isinstance(event, Ready))
    say(engine, "The tests pass now, and the build is finished.\n\n```python\nprint(1)\n```")
    engine.drain(60)
    [message] = [notice.message for notice in heard.of(Notice) if notice.code == "voice_language"]
    assert "'fi'" in message
    assert heard.finals() == dict.fromkeys((1, 2), ("skipped", "no voice"))
    assert heard.japanese()[2] == ""
