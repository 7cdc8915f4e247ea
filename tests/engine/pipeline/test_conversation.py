"""Old text, separators, remarks, speakers and announcements on their way through the engine."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import pytest

from engine.events import (
    GaugesChanged,
    Level,
    Notice,
    NoticeWithdrawn,
    OldPromptAdded,
    Ready,
    SentenceAdded,
    SeparatorAdded,
    SpeechChanged,
    SpeechPhase,
)
from engine.settings import Settings
from engine.source import (
    Attention,
    AttentionEnd,
    AttentionKind,
    BlockEnd,
    OldText,
    Remark,
    SessionChange,
    SessionChanged,
    TextDelta,
)
from tests.engine.pipeline.conftest import Listener, MakeEngine, say


def seconds(folder: Path) -> float:
    with wave.open(str(folder / "out.wav")) as file:
        return float(file.getnframes() / file.getframerate())


def ready(heard: Listener) -> None:
    heard.wait_for(lambda event: isinstance(event, Ready))


def ask(key: str = "a") -> Attention:
    return Attention(key, AttentionKind.PERMISSION, time.monotonic(), "Bash: make")


def test_old_text_is_shown_and_neither_translated_nor_spoken(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    engine.feed(OldText("What is it?", 0.0, is_prompt=True))
    engine.feed(OldText("It is old. So is this:\n\n- A list", 0.0))
    engine.feed(SessionChanged(SessionChange.RESUMED, 0.0))
    say(engine, "This is new.")
    done = engine.drain(120)
    assert [(s.sentence.en, s.sentence.is_old) for s in heard.of(SentenceAdded)] == [
        ("It is old.", True),
        ("So is this:", True),
        ("A list", True),
        ("This is new.", False),
    ]
    assert heard.of(OldPromptAdded) == [OldPromptAdded("What is it?")]
    assert heard.of(SeparatorAdded) == [SeparatorAdded(SessionChange.RESUMED)]
    assert heard.finals() == {**dict.fromkeys((1, 2, 3), ("skipped", "earlier")), 4: ("finished", None)}
    assert [heard.japanese()[number] for number in (1, 2, 3)] == ["", "", ""]
    assert (done.sentences, done.spoken, done.skipped, done.failed) == (4, 1, 3, 0)


def test_old_text_waits_for_the_end_of_the_block_that_is_being_written(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    engine.feed(TextDelta("b", "Open config.", time.monotonic()))
    engine.feed(OldText("It came too late.", time.monotonic()))
    engine.feed(TextDelta("b", "yml now.", time.monotonic()))
    engine.feed(BlockEnd("b", time.monotonic()))
    engine.drain(120)
    assert heard.english() == ["Open config.yml now.", "It came too late."]
    assert [event.sentence.id for event in heard.of(SentenceAdded)] == [1, 2]


def test_a_separator_ends_what_is_being_written(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    engine.feed(TextDelta("b", "An unfinished sentence", time.monotonic()))
    engine.feed(SessionChanged(SessionChange.CLEARED, time.monotonic()))
    engine.drain(120)
    shown = [event for event in heard.events if isinstance(event, SentenceAdded | SeparatorAdded)]
    assert [type(event) for event in shown] == [SentenceAdded, SeparatorAdded]


def test_a_remark_is_a_notice(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    engine.feed(Remark("text_recovered", "Something was lost.", 0.0))
    found = heard.wait_for(lambda event: isinstance(event, Notice) and event.code == "text_recovered")
    assert found == Notice(Level.WARNING, "text_recovered", "Something was lost.")


def test_a_sentence_knows_who_speaks(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    engine.feed(TextDelta("a", "I found it.", time.monotonic(), speaker="Explore"))
    engine.feed(TextDelta("b", "Thank you.", time.monotonic()))
    engine.feed(BlockEnd("b", time.monotonic()))
    engine.drain(120)
    assert [event.sentence.speaker for event in heard.of(SentenceAdded)] == ["Explore", ""]


def test_subagents_have_a_voice_of_their_own(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(settings=Settings().replace("speech", subagent_voice="openjtalk:nobody"))
    engine.feed(TextDelta("a", "I found it.", time.monotonic(), speaker="Explore"))
    engine.feed(TextDelta("b", "Thank you.", time.monotonic()))
    engine.feed(BlockEnd("b", time.monotonic()))
    done = engine.drain(120)
    # That voice does not exist, which costs the subagent's sentence its voice and nothing else.
    assert ["openjtalk:nobody" in n.message for n in heard.of(Notice) if n.code == "voice_failed"] == [True]
    assert (done.spoken, done.failed) == (2, 0)


def test_an_announcement_sounds_and_is_no_sentence(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine, heard = make_engine()
    ready(heard)
    engine.feed(ask())
    heard.wait_for(lambda event: isinstance(event, Notice) and event.code == "attention")
    say(engine, "One.")
    done = engine.drain(120)
    engine.close()
    assert done.sentences == 1
    (spoken,) = [event for event in heard.of(SpeechChanged) if event.phase is SpeechPhase.FINISHED]
    assert seconds(tmp_path) > spoken.audio_s + 1


def test_announcements_have_a_voice_of_their_own(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine, heard = make_engine(settings=Settings().replace("speech", notice_voice="openjtalk:nobody"))
    ready(heard)
    engine.set_paused(True)
    engine.feed(ask())
    heard.wait_for(lambda event: isinstance(event, GaugesChanged) and event.behind_s > 0)
    # That voice does not exist: it was asked, and the usual one says the announcement in its place.
    assert ["openjtalk:nobody" in n.message for n in heard.of(Notice) if n.code == "voice_failed"] == [True]
    engine.set_paused(False)
    say(engine, "One.")
    engine.drain(120)
    engine.close()
    (spoken,) = [event for event in heard.of(SpeechChanged) if event.phase is SpeechPhase.FINISHED]
    assert spoken.voice == "openjtalk:mei"
    assert seconds(tmp_path) > spoken.audio_s + 1


def test_announcements_are_heard_also_when_sentences_have_no_voice(make_engine: MakeEngine) -> None:
    engine, heard = make_engine(settings=Settings().replace("speech", voice="none", notice_voice="openjtalk:mei"))
    ready(heard)
    engine.set_paused(True)
    engine.feed(ask())
    heard.wait_for(lambda event: isinstance(event, GaugesChanged) and event.behind_s > 0)


@pytest.mark.parametrize("section", [{"muted": True}, {"announce": False}])
def test_muted_or_off_it_is_shown_and_does_not_sound(
    make_engine: MakeEngine, tmp_path: Path, section: dict[str, bool]
) -> None:
    engine, heard = make_engine(settings=Settings().replace("speech", **section))
    ready(heard)
    engine.feed(ask())
    heard.wait_for(lambda event: isinstance(event, Notice) and event.code == "attention")
    done = engine.drain(120)
    engine.close()
    assert done.sentences == 0
    assert seconds(tmp_path) == 0


def test_what_is_answered_before_it_sounds_is_not_said(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine, heard = make_engine()
    ready(heard)
    engine.set_paused(True)
    engine.feed(ask())
    heard.wait_for(lambda event: isinstance(event, GaugesChanged) and event.behind_s > 0)
    engine.feed(AttentionEnd("a", time.monotonic()))
    heard.wait_for(lambda event: isinstance(event, NoticeWithdrawn))
    engine.set_paused(False)
    say(engine, "One.")
    engine.drain(120)
    engine.close()
    (spoken,) = [event for event in heard.of(SpeechChanged) if event.phase is SpeechPhase.FINISHED]
    assert seconds(tmp_path) == pytest.approx(spoken.audio_s, abs=0.1)
