"""A text goes in; rows, sound and final states come out, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import time
import wave
from pathlib import Path
from typing import Any

import pytest

from engine.events import Done, GaugesChanged, Notice, Ready, SentenceAdded, SpeechChanged, SpeechPhase
from engine.settings import Settings
from engine.source import BlockEnd, TextDelta, TurnEnd, TurnStart
from tests.engine.pipeline.conftest import MakeEngine, say

ANSWER = """# The plan

The build runs in two steps. First we compile, then we link.

- Read the file.
- Run the tests.

```python
print(1)
```

---

Shall I go on?
"""


def test_every_sentence_is_translated_spoken_or_skipped_with_a_reason(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    say(engine, ANSWER)
    done = engine.drain(120)
    assert heard.english() == [
        "The plan",
        "The build runs in two steps.",
        "First we compile, then we link.",
        "Read the file.",
        "Run the tests.",
        "print(1)",
        "",
        "Shall I go on?",
    ]
    assert heard.finals() == {
        **dict.fromkeys((1, 2, 3, 4, 5, 6, 8), ("finished", None)),
        7: ("skipped", "rule"),
    }
    assert (done.sentences, done.spoken, done.skipped, done.failed) == (8, 7, 1, 0)


def test_the_sound_lasts_as_long_as_the_sentences_say(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine, heard = make_engine()
    say(engine, "The first sentence is here. The second sentence follows.")
    engine.drain(120)
    engine.close()
    said_s = sum(event.audio_s for event in heard.of(SpeechChanged))
    with wave.open(str(tmp_path / "out.wav")) as file:
        length_s = file.getnframes() / file.getframerate()
    assert said_s > 2
    assert length_s == pytest.approx(said_s + Settings().speech.gap_ms / 1000, abs=0.1)


def test_timings_are_told_for_every_stage(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    say(engine, "The first sentence is here.")
    done = engine.drain(120)
    assert set(done.stages) == {
        "capture_ms",
        "segment_ms",
        "confirm_ms",
        "translate_first_ms",
        "translate_ms",
        "synth_first_ms",
        "queue_ms",
        "first_sound_ms",
    }
    [started] = [event for event in heard.of(SpeechChanged) if event.phase is SpeechPhase.STARTED]
    assert started.first_sound_ms is not None
    assert started.synth_first_ms is not None
    assert started.first_sound_ms >= started.synth_first_ms > 0


def test_a_sentence_taken_back_is_neither_shown_nor_spoken(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    heard.wait_for(lambda event: isinstance(event, Ready))
    # Without a wait between them: on a busy machine a wait may become the pause that ends a sentence.
    for piece in ("Open config", ".", "yml and", " read it", ".", " Done", "."):
        engine.feed(TextDelta("b", piece, time.monotonic()))
    engine.feed(BlockEnd("b", time.monotonic()))
    engine.drain(120)
    assert heard.english() == ["Open config.yml and read it.", "Done."]
    assert [event.sentence.id for event in heard.of(SentenceAdded)] == [1, 2]
    assert heard.finals() == {1: ("finished", None), 2: ("finished", None)}


def test_a_pause_ends_the_sentence(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    engine.feed(TextDelta("b", "This is all for now.", time.monotonic()))
    heard.wait_for(lambda event: isinstance(event, SpeechChanged) and event.phase is SpeechPhase.FINISHED)
    assert heard.english() == ["This is all for now."]


def test_a_translator_that_crashes_once_costs_nothing_but_time(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    say(engine, "One is fine. This crash-once sentence survives. Three is fine.")
    done = engine.drain(120)
    assert (done.spoken, done.failed) == (3, 0)
    assert heard.japanese()[2].count("これは、") == 1
    assert "translator_restarting" in {notice.code for notice in heard.of(Notice)}


def test_killing_both_workers_in_mid_sentence_loses_no_sentence(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(delay_s=0.05)
    heard.wait_for(lambda event: isinstance(event, Ready))
    say(engine, "One is fine. Two is fine as well. Three is fine. Four is the last one.")
    heard.wait_for(lambda event: isinstance(event, SentenceAdded) and event.sentence.id == 2)
    assert engine.translator_pid
    assert engine.speech_pid
    os.kill(engine.translator_pid, signal.SIGKILL)
    os.kill(engine.speech_pid, signal.SIGKILL)
    done = engine.drain(120)
    assert (done.spoken, done.failed) == (4, 0)


def test_a_sentence_that_always_crashes_fails_alone_and_in_english(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    say(engine, "One is fine. This crash-always sentence does not survive. Three is fine.")
    done = engine.drain(240)
    assert done.sentences == 3
    assert heard.japanese()[2] == "This crash-always sentence does not survive."
    assert heard.finals()[1] == heard.finals()[3] == ("finished", None)


def test_the_guard_asks_again_and_then_shows_english(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    say(engine, "This is garbage at first. This is hopeless for ever.")
    done = engine.drain(120)
    assert heard.japanese()[2] == "This is hopeless for ever."
    assert "確認しました" in heard.japanese()[1]
    assert (done.spoken, done.failed) == (1, 1)
    state, reason = heard.finals()[2]
    assert state == "failed"
    assert reason
    assert reason.startswith("translation rejected")


def test_muted_sentences_are_translated_but_silent(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(settings=Settings().replace("speech", muted=True))
    say(engine, "One is fine. Two is fine.")
    done = engine.drain(60)
    assert heard.finals() == {1: ("muted", None), 2: ("muted", None)}
    assert len(heard.japanese()) == 2
    assert done.skipped == 2


def test_a_muted_sentence_whose_translation_is_no_good_ends_once(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(settings=Settings().replace("speech", muted=True))
    say(engine, "One is fine. This one is hopeless. And so this is a hopeless one. Four is fine.")
    done = engine.drain(60)
    assert [event.id for event in heard.of(SpeechChanged)] == [1, 2, 3, 4]
    assert (done.sentences, done.skipped, done.failed) == (4, 4, 0)
    assert engine.waiting == 0


def test_no_voice_skips_with_that_reason(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(settings=Settings().replace("speech", voice="none"))
    say(engine, "One is fine.")
    engine.drain(60)
    assert heard.finals() == {1: ("skipped", "no voice")}


def started(sentence_id: int) -> Any:
    return lambda event: (
        isinstance(event, SpeechChanged) and event.id == sentence_id and event.phase is SpeechPhase.STARTED
    )


def test_stop_silences_this_turn_and_the_next_turn_speaks(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(sink="null")
    engine.feed(TurnStart("1", time.monotonic(), "hello"))
    say(engine, "One is a sentence. Two is a sentence. Three is a sentence.", "1")
    heard.wait_for(started(1))
    engine.stop()
    say(engine, "Four comes too late.", "2")
    engine.feed(TurnEnd("1", time.monotonic()))
    engine.drain(60)
    assert heard.finals() == dict.fromkeys((1, 2, 3, 4), ("skipped", "stopped"))
    assert len(heard.japanese()) == 4
    engine.feed(TurnStart("2", time.monotonic()))
    say(engine, "Five is heard.", "3")
    assert engine.drain(60).spoken == 1


def test_skip_ends_only_the_sentence_that_sounds(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(sink="null")
    say(engine, "One is a long sentence that goes on for a while. Two is short.")
    heard.wait_for(started(1))
    engine.skip()
    engine.drain(60)
    assert heard.finals() == {1: ("skipped", "skipped"), 2: ("finished", None)}


def test_mute_in_mid_sentence_ends_it_and_mutes_the_rest(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(sink="null")
    say(engine, "One is a long sentence that goes on for a while. Two is short. Three is short.")
    heard.wait_for(started(1))
    engine.set_muted(True)
    engine.drain(60)
    assert {state for state, _ in heard.finals().values()} == {"muted"}


def test_replay_says_it_again_and_changes_no_final_state(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    say(engine, "One is fine. Two is fine.")
    engine.drain(60)
    engine.replay(1)
    heard.wait_for(lambda event: isinstance(event, SpeechChanged) and event.is_replay and event.phase == "finished")
    engine.replay()
    heard.wait_for(lambda event: isinstance(event, SpeechChanged) and event.is_replay and event.id == 2)
    assert heard.finals() == {1: ("finished", None), 2: ("finished", None)}
    assert engine.drain(60).spoken == 2


def test_replay_of_nothing_is_a_notice(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    engine.replay()
    heard.wait_for(lambda event: isinstance(event, Notice) and event.code == "nothing_to_replay")


def test_a_new_voice_speaks_from_the_next_sentence_on(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(sink="null")
    say(engine, "One is a long sentence that goes on for a while. Two is short. Three is short.")
    heard.wait_for(started(1))
    engine.set_voice("none")
    engine.drain(60)
    assert heard.finals() == {1: ("finished", None), 2: ("skipped", "no voice"), 3: ("skipped", "no voice")}


def test_an_unknown_voice_is_a_notice_and_the_old_one_goes_on(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    engine.set_voice("openjtalk:nobody")
    heard.wait_for(lambda event: isinstance(event, Notice) and event.code == "voice_failed")
    say(engine, "One is fine.")
    assert engine.drain(60).spoken == 1


def test_no_sound_device_is_one_notice_and_everything_else_goes_on(make_engine: MakeEngine) -> None:
    settings = Settings().replace("audio", device="no such device")
    engine, heard = make_engine(sink="device", settings=settings)
    say(engine, "One is fine.")
    assert engine.drain(60).spoken == 1
    assert len([notice for notice in heard.of(Notice) if notice.level == "warning"]) == 1


def test_gauges_tell_translator_voice_and_latency(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    say(engine, "One is fine.")
    engine.drain(60)
    event = heard.wait_for(lambda event: isinstance(event, GaugesChanged) and "first_sound_ms" in event.stages)
    assert isinstance(event, GaugesChanged)
    assert (event.translator, event.voice, event.device) == ("mock:echo", "openjtalk:mei", "cpu")


def test_two_hundred_sentences_none_lost_none_doubled_in_order(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(settings=Settings().replace("speech", voice="none"))
    sentences = [f"This is sentence number {i}." for i in range(200)]
    say(engine, " ".join(sentences))
    done = engine.drain(120)
    assert heard.english() == sentences
    assert done.sentences == len(heard.finals()) == 200
    assert [event.id for event in heard.of(SpeechChanged)] == list(range(1, 201))


def test_done_is_told_once_per_drain(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    engine.drain(60)
    assert heard.of(Done) == [Done(0, 0, 0, 0, {})]


def test_closing_in_mid_answer_leaves_no_sentence_without_a_final_state(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(sink="null", delay_s=0.1)
    say(engine, "One is a sentence. Two is a sentence. Three is a sentence.")
    heard.wait_for(started(1))
    engine.close()
    assert heard.finals() == dict.fromkeys((1, 2, 3), ("skipped", "the engine ended"))


def test_more_sentences_than_are_kept_for_replay_all_come_to_their_end(
    make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.pipeline.tally.KEPT_JOBS", 3)
    engine, heard = make_engine()
    say(engine, " ".join(f"This is number {i}." for i in range(8)))
    assert engine.drain(120).spoken == 8
    engine.replay(1)
    heard.wait_for(lambda event: isinstance(event, Notice) and event.code == "too_old_to_replay")
    engine.replay(8)
    heard.wait_for(lambda event: isinstance(event, SpeechChanged) and event.is_replay and event.id == 8)


def test_an_idle_translator_reads_ahead_while_the_sentence_is_written(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine, heard = make_engine()
    heard.wait_for(lambda event: isinstance(event, Ready))
    sentence = "The tests pass now, but the cache still returns some very stale entries."
    for word in sentence.split(" "):
        engine.feed(TextDelta("b", word + " ", time.monotonic()))
        time.sleep(0.02)
    engine.feed(BlockEnd("b", time.monotonic()))
    assert engine.drain(60).spoken == 1
    read = (tmp_path / "read-ahead").read_text(encoding="utf-8").splitlines()
    assert len(read) >= 2
    assert all(sentence.startswith(beginning.strip()) for beginning in read)
    assert heard.english() == [sentence]
