"""Which phrase of a sentence sounds is told when it does, live and in a replay."""

from __future__ import annotations

from pathlib import Path

from engine.events import Event, PhraseStarted, SpeechChanged, SpeechPhase
from engine.pipeline.job import Job
from engine.protocols import SpeechError
from engine.sentence import Kind
from tests.engine.pipeline.conftest import MakeEngine, say
from tests.support.translation_rig import until
from tests.support.voice_rig import CHOSEN, LAST, StandInEngine, VoiceRig, sound

PHRASES = ("設定ファイルを読み込み、", "内容を確認して、", "結果を表示します。")


def told(events: list[Event]) -> list[str]:
    """What is told of the voice, in short."""
    short = []
    for event in events:
        if isinstance(event, PhraseStarted):
            short.append(f"{event.start}-{event.end}{' again' if event.is_replay else ''}")
        elif isinstance(event, SpeechChanged):
            short.append(f"{event.phase}{' again' if event.is_replay else ''}")
    return short


def put(rig: VoiceRig, *phrases: str) -> Job:
    job = rig.put(*phrases)
    job.sentence.ja = "".join(phrases)
    return job


async def test_each_phrase_is_told_after_the_sentence_has_begun(tmp_path: Path) -> None:
    rig = VoiceRig(tmp_path, StandInEngine(CHOSEN))
    job = put(rig, *PHRASES)
    await until(lambda: job.sentence.state.is_final)
    assert told(rig.events) == ["started", "0-12", "12-20", "20-29", "finished"]
    assert [job.sentence.ja[e.start : e.end] for e in rig.events if isinstance(e, PhraseStarted)] == list(PHRASES)
    await rig.close()


async def test_a_replay_tells_them_again(tmp_path: Path) -> None:
    rig = VoiceRig(tmp_path, StandInEngine(CHOSEN))
    job = put(rig, *PHRASES[:2])
    await until(lambda: job.sentence.state.is_final)
    rig.events.clear()
    rig.stage.replay(job, None)
    await until(lambda: any(isinstance(e, SpeechChanged) and e.phase is SpeechPhase.FINISHED for e in rig.events))
    assert told(rig.events) == ["started again", "0-12 again", "12-20 again", "finished again"]
    await rig.close()


async def test_silence_at_the_beginning_changes_nothing(tmp_path: Path) -> None:
    rig = VoiceRig(tmp_path, StandInEngine(CHOSEN, lambda _: (sound(0.1, level=0.0), sound())))
    job = put(rig, *PHRASES[:2])
    await until(lambda: job.sentence.state.is_final)
    assert told(rig.events) == ["started", "0-12", "12-20", "finished"]
    await rig.close()


async def test_a_phrase_that_another_voice_goes_on_with_is_told_once(tmp_path: Path) -> None:
    broken = StandInEngine(CHOSEN, lambda text: (sound(0.4), SpeechError("failed", "it broke")))
    rig = VoiceRig(tmp_path, broken, StandInEngine(LAST))
    job = put(rig, *PHRASES[:2])
    await until(lambda: job.sentence.state.is_final)
    assert told(rig.events) == ["started", "0-12", "12-20", "finished"]
    await rig.close()


async def test_what_is_said_but_not_shown_has_no_phrases(tmp_path: Path) -> None:
    rig = VoiceRig(tmp_path, StandInEngine(CHOSEN))
    job = rig.put("print, x")
    job.sentence.kind, job.sentence.ja = Kind.CODE, "コードブロック、1行"
    await until(lambda: job.sentence.state.is_final)
    assert told(rig.events) == ["started", "finished"]
    await rig.close()


def test_through_the_whole_engine_with_the_real_voice(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    say(engine, "The first sentence is here. The second one follows.")
    engine.drain(120)
    for number, japanese in heard.japanese().items():
        phrases = [japanese[e.start : e.end] for e in heard.of(PhraseStarted) if e.id == number]
        assert len(phrases) > 1
        assert "".join(phrases) == japanese
    order = [event.id for event in heard.events if isinstance(event, PhraseStarted | SpeechChanged)]
    assert order == sorted(order)
