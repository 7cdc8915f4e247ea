"""The screen and the transcript of one session, made one stream."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.capture.screen import ScreenSource, ScreenText
from engine.capture.screen_early import PATIENCE_S, TURN_PATIENCE_S, EarlyText
from engine.capture.screen_said import unsaid
from engine.capture.screen_words import words
from engine.capture.transcript import TranscriptDecoder
from engine.source import BlockEnd, SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart
from tests.support.answers import Answer, Narration, Reasoning, Text, ToolUse
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import in_order
from tests.support.recordings import heard, lines
from tests.support.screen_replay import Step, recorded, replay, screen_events, sentences, sentences_of
from tests.support.source_session import ScreenOnlySession, SourceSession
from tui.terminal.emulator import Emulator

SIZES = {"transcript-markdown": (100, 40), "transcript-interrupted": (80, 24), "transcript-every-kind": (70, 26)}
THERE = SourceStatus("transcript", True)


def written(name: str) -> list[str]:
    decoder = TranscriptDecoder()
    return heard([event for line in lines(name, "transcript.jsonl") for event in decoder.decode(line["line"], 0.0)])


def both(name: str, delay_s: float) -> list[SourceEvent]:
    """What comes of a recorded session when the transcript is read `delay_s` later than it was."""
    events: list[SourceEvent] = []
    early = EarlyText(events.append)
    screen = ScreenSource(early.take_screen, on_text=early.take_screen_text)
    decoder = TranscriptDecoder()
    left = lines(name, "transcript.jsonl")

    def tick(now: float) -> None:
        while left and left[0]["t"] + delay_s <= now:
            if len(left) == len(lines(name, "transcript.jsonl")):
                early.take_transcript(THERE)
            for event in decoder.decode(left.pop(0)["line"], now):
                early.take_transcript(event)
        screen.tick(now)
        early.tick(now)

    def feed(emulator: Emulator, now: float) -> None:
        tick(now)
        screen.feed(emulator.text(), now, cols=emulator.cols, cursor_row=emulator.cursor.y, is_held=emulator.is_held)

    steps = recorded(name)
    now = replay([*steps, Step(steps[-1].at + 10)], feed, tick, size=SIZES[name])
    screen.close(now)
    early.flush(now)
    return events


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("delay_s", [-1.0, -0.2, 0.0, 0.2, 1.0])
def test_every_sentence_once_and_in_order_however_late_the_transcript_is(name: str, delay_s: float) -> None:
    assert sentences(both(name, delay_s)) == sentences_of(written(name))


@pytest.mark.parametrize("name", SIZES)
def test_the_screen_alone_gives_the_same_sentences_but_for_tags(name: str) -> None:
    heard_alone = sentences(screen_events(recorded(name), size=SIZES[name]))
    assert [text.replace("<b>bold</b>", "bold") for text in heard_alone] == sentences_of(written(name))


def test_sentences_come_before_the_transcript_has_their_block() -> None:
    events = both("transcript-markdown", 0.0)
    first = next(event.received_at for event in events if isinstance(event, TextDelta))
    wrote = next(line["t"] for line in lines("transcript-markdown", "transcript.jsonl") if "look at" in str(line))
    assert first < wrote


def test_code_and_tables_are_as_claude_wrote_them() -> None:
    text = "".join(heard(both("transcript-markdown", 0.0)))
    assert "```python\ndef greet" in text
    assert "| --- | --- |" in text


def test_turns_are_told_once_and_esc_ends_one() -> None:
    events = both("transcript-interrupted", 0.0)
    assert [event.prompt for event in events if isinstance(event, TurnStart)] == ["run it", "long"]
    assert [event.aborted for event in events if isinstance(event, TurnEnd)] == [False, True]
    names = [event.turn for event in events if isinstance(event, TurnStart)]
    assert [event.turn for event in events if isinstance(event, TurnEnd)] == names


WORD = st.sampled_from(["alpha", "bravo", "`charlie`", "**delta**", "echo_1", "[foxtrot](https://a.b/c_d)", "*golf*"])


@st.composite
def blocks(draw: st.DrawFn) -> list[list[str]]:
    """Blocks of sentences, no two of which are alike."""
    made, number = [], 0
    for _ in range(draw(st.integers(1, 5))):
        block = []
        for _ in range(draw(st.integers(1, 5))):
            number += 1
            block.append(" ".join([f"Nr{number}x{number}", *draw(st.lists(WORD, max_size=6))]) + ".")
        made.append(block)
    return made


def on_screen(sentence: str) -> str:
    plain = sentence.replace("[foxtrot](https://a.b/c_d)", "foxtrot")
    return "".join(letter for letter in plain if letter not in "`*").replace("_", "\\_")


@settings(max_examples=200, deadline=None)
@given(blocks=blocks(), data=st.data())
def test_each_sentence_once_and_in_order_however_the_two_interleave(
    blocks: list[list[str]], data: st.DataObject
) -> None:
    events: list[SourceEvent] = []
    early = EarlyText(events.append)
    shown: list[ScreenText | BlockEnd] = []
    for index, block in enumerate(blocks):
        name = f"screen-{index}"
        exact = data.draw(st.integers(0, len(block)))
        shown += [ScreenText(name, (" " if n else "") + on_screen(s), 1.0, n < exact) for n, s in enumerate(block)]
        shown.append(BlockEnd(name, 1.0))
    texts = [" ".join(block) for block in blocks]
    early.take_transcript(THERE)
    early.take_transcript(TurnStart("t", 1.0))
    while shown or texts:
        if texts and (not shown or data.draw(st.booleans())):
            place = f"block-{len(texts)}"
            early.take_transcript(TextDelta(place, texts.pop(0), 1.0))
            early.take_transcript(BlockEnd(place, 1.0))
        else:
            item = shown.pop(0)
            early.take_screen(item) if isinstance(item, BlockEnd) else early.take_screen_text(item)
    early.take_transcript(TurnEnd("t", 1.0))
    early.flush(1.0)
    assert sentences(events) == sentences_of(" ".join(block) for block in blocks)


@settings(max_examples=100, deadline=None)
@given(blocks=blocks(), seed=st.integers(0, 1000))
def test_a_screen_that_was_misread_makes_no_sentence_come_twice(blocks: list[list[str]], seed: int) -> None:
    chance = random.Random(seed)
    events: list[SourceEvent] = []
    early = EarlyText(events.append)
    early.take_transcript(THERE)
    for index, block in enumerate(blocks):
        for sentence in block:
            misread = [word for word in on_screen(sentence).split() if chance.random() < 0.8]
            early.take_screen_text(ScreenText(f"screen-{index}", " " + " ".join(misread), 1.0, True))
        early.take_screen(BlockEnd(f"screen-{index}", 1.0))
        early.take_transcript(TextDelta(f"block-{index}", " ".join(block), 1.0))
        early.take_transcript(BlockEnd(f"block-{index}", 1.0))
    twice = [text for text, count in Counter(sentences(events)).items() if count > 1 and text.startswith("Nr")]
    assert twice == []


def test_what_the_transcript_never_brings_comes_from_the_screen() -> None:
    events: list[SourceEvent] = []
    early = EarlyText(events.append)
    early.take_transcript(THERE)
    early.take_screen_text(ScreenText("screen-1", "```\ncode\n```", 1.0, False))
    early.take_screen_text(ScreenText("screen-1", "\n\nSaid after it.", 1.0, True))
    early.take_screen(BlockEnd("screen-1", 1.0))
    early.tick(1.0 + PATIENCE_S / 2)
    assert heard(events) == []
    early.tick(1.0 + PATIENCE_S)
    assert heard(events) == ["```\ncode\n```\n\nSaid after it."]
    early.take_transcript(TextDelta("block-1", "```sh\ncode\n```\n\nSaid after it.", 9.0))
    assert len(heard(events)) == 1


@pytest.mark.parametrize(
    ("markdown", "said", "rest"),
    [
        ("One. Two.", "one", " Two."),
        ("See [it](https://a.b/c).\n\n## Next", "see it", "\n\n## Next"),
        ("**Bold one. Bold two.** End.", "bold one", " **Bold two.** End."),
        ("All of it.", "all of it", ""),
        ("Nothing of it.", "", "Nothing of it."),
        ("First here now. Then `x` came. Last one here.", "first here now then y came", " Last one here."),
        ("日本語。English.", "日 本 語", "English."),
    ],
)
def test_what_is_left_of_a_block(markdown: str, said: str, rest: str) -> None:
    left = unsaid(markdown, [key for key, _, _ in words(said)])
    assert left.strip() == rest.strip()


LONG = "\n\n".join(f"Paragraph {n} begins. Its **second** sentence has `code_{n}` in it: yes." for n in range(30))
READ = ToolUse("Read", {"file_path": "README.txt"})
ANSWERS: Sequence[Answer] = [
    [Reasoning(), Text("I will look at the file first.\n"), READ],
    [Reasoning(), Narration("It has one line. I will read it again."), READ],
    [
        Text(
            f"# Done\n\n{LONG}\n\n```python\nprint(1)\n```\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\nThe end.\n",
            delay_s=0.01,
        )
    ],
]
ANSWER_TEXTS = [
    part.text for answer in ANSWERS if not hasattr(answer, "status") for part in answer if hasattr(part, "text")
]


@pytest.mark.claude
@pytest.mark.parametrize("has_transcript", [True, False])
async def test_the_real_claude(claude_binary: Path, claude_home: ClaudeHome, has_transcript: bool) -> None:
    script = in_order(*ANSWERS)
    if has_transcript:
        made = SourceSession(claude_binary, claude_home, script, wanted="screen")
    else:
        made = ScreenOnlySession(claude_binary, claude_home, script)
    async with made as session:
        await session.ask("go")
        await session.until_turns_end(1)
    assert session.sources == ["screen"]
    assert sentences(session.events) == sentences_of(ANSWER_TEXTS)


def test_text_waits_for_the_turn_it_belongs_to() -> None:
    events: list[SourceEvent] = []
    early = EarlyText(events.append)
    early.take_transcript(THERE)
    early.take_screen(TurnStart("screen-turn-1", 1.0, "go"))
    early.take_screen_text(ScreenText("screen-1", "Said early.", 1.1, True))
    assert events == []
    early.take_transcript(TurnStart("turn-1", 1.2, "go"))
    assert [type(event) for event in events] == [TurnStart, TextDelta]


def test_text_does_not_wait_for_a_turn_that_the_transcript_has() -> None:
    events: list[SourceEvent] = []
    early = EarlyText(events.append)
    early.take_transcript(THERE)
    early.take_transcript(TurnStart("turn-1", 1.0, "go"))
    early.take_screen(TurnStart("screen-turn-1", 1.1, "go"))
    early.take_screen_text(ScreenText("screen-1", "Said early.", 1.2, True))
    assert [type(event) for event in events] == [TurnStart, TextDelta]


def test_text_waits_for_no_turn_that_never_comes() -> None:
    events: list[SourceEvent] = []
    early = EarlyText(events.append)
    early.take_transcript(THERE)
    early.take_screen(TurnStart("screen-turn-1", 1.0, "/own command"))
    early.take_screen_text(ScreenText("screen-1", "Said early.", 1.1, True))
    early.tick(1.0 + TURN_PATIENCE_S)
    assert heard(events) == ["Said early."]


@pytest.mark.parametrize("prompt", ["go", ""])
def test_the_first_turn_is_told_once_when_the_transcript_has_it_after_the_answer(prompt: str) -> None:
    events: list[SourceEvent] = []
    early = EarlyText(events.append)
    early.take_transcript(THERE)
    early.take_screen(TurnStart("screen-turn-1", 1.0, "go"))
    early.take_screen_text(ScreenText("screen-1", "Said early.", 1.1, True))
    early.tick(1.0 + TURN_PATIENCE_S)
    early.take_transcript(TurnStart("turn-1", 2.0, prompt))
    early.take_transcript(TextDelta("a/0", "Said early.", 2.0))
    early.take_transcript(BlockEnd("a/0", 2.0))
    early.take_transcript(TurnEnd("turn-1", 2.0))
    assert [type(event) for event in events] == [TurnStart, TextDelta, BlockEnd, TurnEnd]
    assert {event.turn for event in events if isinstance(event, TurnStart | TurnEnd)} == {"screen-turn-1"}
