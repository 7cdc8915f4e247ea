"""Voices that fail in every way we know: who speaks instead, what is heard, and who comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.events import Health, NoticeWithdrawn
from engine.pipeline.health import BackOff
from engine.protocols import AudioChunk, SpeechError
from engine.sentence import State
from tests.support.translation_rig import until
from tests.support.voice_rig import (
    CHOSEN,
    LAST,
    RATE,
    SECOND,
    Piece,
    StandInEngine,
    VoiceRig,
    always,
    sound,
    speaks_well,
)

SOON = BackOff(0.01, 0.05)
PHRASE = "これは最初の部分であり、"
OTHER = "ここからは続きの文です。"

MakeRig = Callable[..., VoiceRig]


@pytest.fixture
async def make_rig(tmp_path: Path) -> AsyncIterator[MakeRig]:
    made: list[VoiceRig] = []

    def make(*engines: StandInEngine, **options: Any) -> VoiceRig:
        made.append(VoiceRig(tmp_path, *engines, **options))
        return made[-1]

    yield make
    for rig in made:
        await rig.close()


def odd(samples: Any, rate: int = RATE) -> AudioChunk:
    return AudioChunk(np.asarray(samples), rate)


FAULTS: dict[str, tuple[Piece, ...]] = {
    "403": (SpeechError("forbidden", "HTTP 403"),),
    "429": (SpeechError("throttled", "HTTP 429"),),
    "no audio": (SpeechError("no_audio", "no sound was sent"),),
    "network gone": (SpeechError("offline", "no route"),),
    "a bug": (KeyError("data"),),
    "nothing at all": (),
    "never answers": (None,),
    "silence": (sound(level=0.0), sound(level=0.0)),
    "silence and then an error": (sound(level=0.0), SpeechError("offline", "gone")),
    "no numbers": (odd([np.nan] * 100),),
    "infinite": (odd([0.5, np.inf] * 50),),
    "no rate": (odd([0.5] * 100, 0),),
    "three dimensions": (odd(np.full((2, 2, 100), 0.5)),),
    "text": (odd(["a", "b"]),),
    "no end": tuple(sound(10.0) if number else sound(10.0, 0.0) for number in range(20)),
}


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "no end"])
async def test_the_next_voice_says_the_phrase_and_nothing_is_heard_twice(make_rig: MakeRig, fault: str) -> None:
    rig = make_rig(StandInEngine(CHOSEN, always(*FAULTS[fault])), StandInEngine(LAST), patience_s=0.5)
    job = await rig.say(PHRASE, OTHER)
    assert (job.sentence.state, job.sentence.voice) == (State.SPOKEN, LAST)
    assert rig.engines[LAST].asked == [PHRASE, OTHER]
    assert len(rig.sink.samples) == pytest.approx(2 * 0.2 * RATE, abs=RATE * 0.01)
    assert rig.health.now == {CHOSEN: Health.OPEN}
    [message] = rig.notices("voice_failed")
    assert CHOSEN in message
    assert LAST in message


async def test_a_voice_that_will_not_stop_is_stopped(make_rig: MakeRig) -> None:
    rig = make_rig(StandInEngine(CHOSEN, always(*FAULTS["no end"])), StandInEngine(LAST))
    job = await rig.say(PHRASE)
    assert rig.health.now == {CHOSEN: Health.OPEN}
    assert job.sentence.state is State.SPOKEN
    assert len(rig.sink.samples) < 60 * RATE


async def test_the_order_is_the_chosen_voice_the_settings_list_and_open_jtalk(make_rig: MakeRig) -> None:
    gone = always(SpeechError("offline", "gone"))
    rig = make_rig(
        StandInEngine(CHOSEN, gone), StandInEngine(SECOND, gone), StandInEngine(LAST), fallback=f"{SECOND}, "
    )
    job = await rig.say(PHRASE)
    assert [rig.engines[voice].asked for voice in (CHOSEN, SECOND, LAST)] == [[PHRASE]] * 3
    assert job.sentence.voice == LAST
    rig.engines[SECOND].script = speaks_well
    assert (await rig.say(PHRASE)).sentence.voice == LAST


async def test_a_voice_that_failed_is_not_asked_again_before_its_time_and_told_of_once(make_rig: MakeRig) -> None:
    rig = make_rig(StandInEngine(CHOSEN, always(SpeechError("offline", "gone"))), StandInEngine(LAST))
    for _ in range(3):
        assert (await rig.say(PHRASE)).sentence.voice == LAST
    assert rig.engines[CHOSEN].asked == [PHRASE]
    assert len(rig.notices("voice_failed")) == 1


async def test_a_stream_that_breaks_off_is_continued_at_the_word_where_it_broke(make_rig: MakeRig) -> None:
    # About seven morae a second: 「設定ファイルを」 is heard.
    broken = StandInEngine(CHOSEN, always(sound(1.2), SpeechError("offline", "gone")))
    rig = make_rig(broken, StandInEngine(LAST))
    await rig.say("設定ファイルを読み込んだ後で、", OTHER)
    assert rig.engines[LAST].asked == ["読み込んだ後で、", OTHER]


async def test_a_stalled_stream_is_continued_as_well(make_rig: MakeRig) -> None:
    rig = make_rig(StandInEngine(CHOSEN, always(sound(0.8), None)), StandInEngine(LAST), patience_s=0.3)
    job = await rig.say("設定ファイルを読み込んだ後で、")
    assert job.sentence.state is State.SPOKEN
    assert len(rig.engines[LAST].asked) == 1


async def test_the_rest_of_the_sentence_stays_with_the_voice_that_took_over(make_rig: MakeRig) -> None:
    def fails_once(text: str) -> Any:
        return (SpeechError("offline", "gone"),) if text == PHRASE else (sound(),)

    rig = make_rig(StandInEngine(CHOSEN, fails_once), StandInEngine(LAST))
    await rig.say(PHRASE, OTHER)
    assert rig.engines[CHOSEN].asked == [PHRASE]
    assert rig.engines[LAST].asked == [PHRASE, OTHER]


async def test_the_chosen_voice_comes_back_by_itself(make_rig: MakeRig) -> None:
    chosen = StandInEngine(CHOSEN, always(SpeechError("offline", "gone")))
    rig = make_rig(chosen, StandInEngine(LAST), back_off=SOON)
    assert (await rig.say(PHRASE)).sentence.voice == LAST
    chosen.script = speaks_well

    async def comes_back() -> str | None:
        return (await rig.say(OTHER)).sentence.voice

    while await comes_back() != CHOSEN:
        pass
    assert rig.health.now == {}
    assert NoticeWithdrawn("voice_failed") in rig.events
    assert rig.notices("voice_back") == [f"{CHOSEN} speaks again."]
    # It was tried on a word of ours, not on the user's sentences.
    assert chosen.asked[:2] == [PHRASE, "はい。"]


async def test_while_it_is_tried_again_nobody_waits(make_rig: MakeRig) -> None:
    chosen = StandInEngine(CHOSEN, always(SpeechError("offline", "gone")))
    rig = make_rig(chosen, StandInEngine(LAST), back_off=BackOff(0.0, 0.0))
    await rig.say(PHRASE)
    chosen.script = always(None)
    assert (await rig.say(PHRASE)).sentence.voice == LAST
    await until(lambda: rig.health.now == {CHOSEN: Health.HALF_OPEN})
    assert (await rig.say(PHRASE)).sentence.voice == LAST


async def test_when_nobody_can_speak_the_sentence_fails_and_the_next_is_tried(make_rig: MakeRig) -> None:
    gone = always(SpeechError("offline", "gone"))
    rig = make_rig(StandInEngine(CHOSEN, gone), StandInEngine(LAST, gone))
    job = await rig.say(PHRASE)
    assert (job.sentence.state, job.sentence.reason) == (State.FAILED, "gone")
    rig.engines[LAST].script = speaks_well
    assert (await rig.say(PHRASE)).sentence.state is State.SPOKEN
    assert rig.health.now == {CHOSEN: Health.OPEN}


async def test_what_holds_nothing_to_say_is_no_failure(make_rig: MakeRig) -> None:
    rig = make_rig(StandInEngine(CHOSEN), StandInEngine(LAST))
    job = await rig.say("🎉 ……！")
    assert (job.sentence.state, job.sentence.reason) == (State.SKIPPED, "nothing to say")
    assert rig.engines[CHOSEN].asked == []
    assert rig.health.now == {}


async def test_five_thousand_characters_are_said(make_rig: MakeRig) -> None:
    rig = make_rig(StandInEngine(CHOSEN), StandInEngine(LAST))
    job = await rig.say("とても長い文です" * 625)
    assert job.sentence.state is State.SPOKEN


@pytest.mark.parametrize(
    ("samples", "heard"),
    [
        (np.full((2400, 2), 0.5, dtype=np.float32), 0.5),
        (np.full((2, 2400), 0.5, dtype=np.float32), 0.5),
        (np.full(2400, 16384, dtype=np.int16), 0.5),
        (np.full(2400, 0.5, dtype=np.float64), 0.5),
        (np.full(2400, 7.0, dtype=np.float32), 1.0),
    ],
    ids=["stereo", "stereo the other way", "whole numbers", "double", "too loud"],
)
async def test_sound_in_another_shape_is_brought_into_ours(make_rig: MakeRig, samples: Any, heard: float) -> None:
    rig = make_rig(StandInEngine(CHOSEN, always(odd(samples))), StandInEngine(LAST))
    job = await rig.say(PHRASE)
    assert (job.sentence.state, job.sentence.voice) == (State.SPOKEN, CHOSEN)
    played = rig.sink.samples
    assert len(played) == 2400
    assert np.median(played) == pytest.approx(heard, abs=1e-3)


async def test_another_rate_is_resampled_to_the_same_length(make_rig: MakeRig) -> None:
    rig = make_rig(StandInEngine(CHOSEN, always(odd(np.full(4800, 0.5, dtype=np.float32), 2 * RATE))))
    await rig.say(PHRASE)
    assert len(rig.sink.samples) == pytest.approx(2400, abs=50)


async def test_a_preview_is_of_that_voice_or_of_none(make_rig: MakeRig) -> None:
    rig = make_rig(StandInEngine(CHOSEN, always(SpeechError("offline", "gone"))), StandInEngine(LAST))
    rig.stage.preview("こんにちは。", CHOSEN)
    await until(lambda: rig.notices("speech_failed"))
    assert rig.engines[LAST].asked == []


# -- what is said again --------------------------------------------------------------------------------------------


async def test_a_phrase_that_was_said_before_costs_no_synthesis(make_rig: MakeRig) -> None:
    rig = make_rig(StandInEngine(CHOSEN))
    await rig.say(PHRASE, OTHER)
    await rig.say(PHRASE)
    assert rig.engines[CHOSEN].asked == [PHRASE, OTHER]
    rig.stage.rate = 1.5
    await rig.say(PHRASE)
    assert rig.engines[CHOSEN].asked == [PHRASE, OTHER, PHRASE]


async def test_nor_in_the_next_run(make_rig: MakeRig) -> None:
    first = make_rig(StandInEngine(CHOSEN), cache_mb=1)
    await first.say(PHRASE)
    await first.voices.close()
    second = make_rig(StandInEngine(CHOSEN), cache_mb=1)
    job = await second.say(PHRASE)
    assert job.sentence.state is State.SPOKEN
    assert second.engines[CHOSEN].asked == []
    assert len(second.sink.samples) == len(first.sink.samples)


async def test_a_broken_phrase_is_not_kept(make_rig: MakeRig) -> None:
    chosen = StandInEngine(CHOSEN, always(sound(0.2), SpeechError("offline", "gone")))
    rig = make_rig(chosen, StandInEngine(LAST), back_off=BackOff(0.0, 0.0), cache_mb=1)
    await rig.say(PHRASE)
    chosen.script = speaks_well
    rig.health.forgive(CHOSEN)
    await rig.say(PHRASE)
    assert chosen.asked == [PHRASE, PHRASE]


async def test_what_holds_a_secret_is_not_kept_on_disk(make_rig: MakeRig, tmp_path: Path) -> None:
    rig = make_rig(StandInEngine(CHOSEN), cache_mb=1)
    await rig.say("鍵は " + "sk-ant-" + "Ab3" * 10 + " です。")
    await rig.voices.close()
    assert not (tmp_path / "sounds").exists()
