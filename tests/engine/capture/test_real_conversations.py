"""Resumed conversations, /clear and other sizes, where the real `claude` has no mods."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from engine.capture.said import letters
from engine.source import OldText, SessionChange, SessionChanged
from tests.support.answers import Answer, Text
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import in_order
from tests.support.sample_answers import PARAGRAPHS
from tests.support.screen_replay import sentences, sentences_of
from tests.support.source_session import ScreenOnlySession, SourceSession

pytestmark = pytest.mark.claude

OLD = "\n\n".join(f"Old paragraph {n} was said before. It has a second sentence." for n in range(12))
NEW = "This is new. It comes once.\n\n- One item.\n- Another item.\n\nThe end of it."
Start = Callable[..., SourceSession]


@pytest.fixture
def start(
    request: pytest.FixtureRequest, claude_binary: Path, old_claude_binary: Path, claude_home: ClaudeHome
) -> Start:
    """Makes a session that one source listens to; only with the screen alone nobody knows the transcript."""

    def make(*answers: Answer, arguments: Sequence[str] = ()) -> SourceSession:
        script = in_order(*answers)
        if request.param == "hook":
            return SourceSession(old_claude_binary, claude_home, script, arguments=arguments)
        if request.param == "screen":
            return SourceSession(claude_binary, claude_home, script, wanted="screen", arguments=arguments)
        return ScreenOnlySession(claude_binary, claude_home, script, arguments=arguments)

    return make


def told_before(session: SourceSession) -> list[tuple[str, bool]]:
    """What was told as old text, and whether it is a prompt."""
    return [(old.text, old.is_prompt) for old in session.of(OldText)]


async def talked(session: SourceSession) -> str:
    """Have a conversation with an old answer; returns its id."""
    async with session:
        await session.ask("the old prompt")
        await session.until_turns_end(1)
        (transcript,) = (session.home.config / "projects").glob("*/*.jsonl")
        await session.until(lambda: "Old paragraph 11" in transcript.read_text(encoding="utf-8"), "the transcript")
    return transcript.stem


@pytest.mark.parametrize("start", ["hook", "screen alone"], indirect=True)
async def test_what_was_said_before_is_not_heard_again(start: Start) -> None:
    conversation = await talked(start([Text(OLD, delay_s=0.01)]))
    async with start([Text(NEW)], [Text("And more.")], arguments=["--resume", conversation]) as session:
        await session.until_shown("Old paragraph 11")
        await session.ask("the new prompt")
        await session.until_turns_end(1)
        await session.ask("the next prompt")
        await session.until_turns_end(2)
    assert session.prompts == ["the new prompt", "the next prompt"]
    assert sentences(session.events) == sentences_of([NEW, "And more."])
    if not isinstance(session, ScreenOnlySession):
        assert told_before(session) == [("the old prompt", True), (OLD, False)]
        assert [event.change for event in session.of(SessionChanged)] == [SessionChange.RESUMED]


@pytest.mark.parametrize("start", ["screen alone"], indirect=True)
async def test_after_clear_the_same_is_heard_again(start: Start) -> None:
    async with start([Text(NEW)], [Text(NEW)], [Text("And more.")]) as session:
        await session.ask("please answer")
        await session.until_turns_end(1)
        await session.ask("/clear")
        await session.until(lambda: "This is new" not in session.terminal.screen(), "an empty screen")
        await session.ask("please answer")
        await session.until(lambda: len(sentences(session.events)) >= 2 * len(sentences_of([NEW])), "the answer")
        await session.ask("and more")
        await session.until(lambda: "And more." in session.text, "the last answer")
    assert sentences(session.events) == sentences_of([NEW, NEW, "And more."])


@pytest.mark.parametrize("start", ["hook", "screen"], indirect=True)
async def test_a_conversation_of_the_session_is_resumed_within_it(start: Start) -> None:
    async with start([Text(NEW)], [Text(f"{NEW} Two.")], [Text("Three.")]) as session:
        await session.ask("the first prompt")
        await session.until_turns_end(1)
        (transcript,) = (session.home.config / "projects").glob("*/*.jsonl")
        for command, change in (
            ("/clear", SessionChange.CLEARED),
            (f"/resume {transcript.stem}", SessionChange.RESUMED),
        ):
            await session.ask(command)
            await session.until(partial(has_changed, session, change), "the news of it")
            await session.ask(f"after {change}")
            await session.until(partial(has_heard, session, "Two." if command == "/clear" else "Three."), "the answer")
            await session.until_turns_end(len(session.prompts))
    assert session.prompts == ["the first prompt", "after cleared", "after resumed"]
    assert told_before(session) == [("the first prompt", True), (NEW, False)]
    assert sentences(session.events) == sentences_of([NEW, f"{NEW} Two.", "Three."])


def has_heard(session: SourceSession, text: str) -> bool:
    return text in session.text


def has_changed(session: SourceSession, change: SessionChange) -> bool:
    return change in [event.change for event in session.of(SessionChanged)]


@pytest.mark.parametrize("start", ["screen"], indirect=True)
async def test_other_sizes_in_the_middle_of_an_answer_change_nothing(start: Start) -> None:
    async with start([Text(PARAGRAPHS, delay_s=0.02)], [Text("And more.")]) as session:
        await session.ask("please answer")
        for shown, size in (("Sentence 1", (72, 40)), ("of paragraph 2", (120, 50)), ("of paragraph 4", (100, 40))):
            await session.until(partial(has_heard, session, shown), shown)
            session.terminal.resize(*size)
        await session.until_turns_end(1)
        await session.ask("and more")
        await session.until_turns_end(2)
    assert sentences(session.events) == sentences_of([PARAGRAPHS, "And more."])


async def test_the_screen_takes_over_in_a_resumed_conversation(claude_binary: Path, claude_home: ClaudeHome) -> None:
    """Mods are off, which only their silence tells: what came meanwhile is heard too, and nothing of before."""
    first = SourceSession(claude_binary, claude_home, in_order([Text(OLD, delay_s=0.01)]), wanted="screen")
    conversation = await talked(first)
    settings = claude_home.config / "settings.json"
    settings.write_text(json.dumps({"disableAllHooks": True}), encoding="utf-8")
    script = in_order([Text(NEW)], [Text("And more.")])
    async with SourceSession(claude_binary, claude_home, script, arguments=["--resume", conversation]) as session:
        await session.until_shown("Old paragraph 11")
        await session.ask("the new prompt")
        await session.until(lambda: letters(NEW) in letters(session.text), "the answer")
        await session.until_turns_end(1)
        await session.ask("the next prompt")
        await session.until_turns_end(2)
    assert session.sources == ["screen"]
    assert told_before(session) == [("the old prompt", True), (OLD, False)]
    assert session.prompts == ["the new prompt", "the next prompt"]
    assert sentences(session.events) == sentences_of([NEW, "And more."])


@pytest.mark.parametrize("start", ["hook", "screen"], indirect=True)
@pytest.mark.parametrize("flag", ["--continue", "--resume"])
async def test_a_conversation_that_only_claude_knows_is_told_as_old(start: Start, flag: str) -> None:
    """Its id is nowhere in the arguments: it is found by the process."""
    await talked(start([Text(OLD, delay_s=0.01)]))
    async with start([Text(NEW)], arguments=[flag]) as session:
        if flag == "--resume":
            await session.until_shown("Resume session")
            await session.answer("\r", "Resume session")
        await session.until(lambda: session.of(SessionChanged), "the old conversation")
        await session.ask("the new prompt")
        await session.until(lambda: letters(NEW) in letters(session.text), "the answer")
        await session.until_turns_end(1)
    assert told_before(session) == [("the old prompt", True), (OLD, False)]
    assert [event.change for event in session.of(SessionChanged)] == [SessionChange.RESUMED]
    assert session.prompts == ["the new prompt"]
    assert sentences(session.events) == sentences_of([NEW])


@pytest.mark.parametrize("start", ["hook", "screen"], indirect=True)
async def test_compaction_is_told_by_the_transcript(start: Start) -> None:
    answers: list[Answer] = [[Text(f"Answer {n}.")] for n in range(3)]
    answers += [[Text("<summary>What was said so far.</summary>")], [Text("After it.")]]
    async with start(*answers) as session:
        for number in range(3):
            await session.ask(f"prompt {number}")
            await session.until_turns_end(number + 1)
        await session.ask("/compact")
        await session.until(partial(has_changed, session, SessionChange.COMPACTED), "compaction")
        await session.until_shown("Compacted")
        await session.ask("the next prompt")
        await session.until(partial(has_heard, session, "After it."), "the answer")
    assert session.prompts == ["prompt 0", "prompt 1", "prompt 2", "the next prompt"]
    assert sentences(session.events) == sentences_of(["Answer 0.", "Answer 1.", "Answer 2.", "After it."])
    assert [event.change for event in session.of(SessionChanged)] == [SessionChange.COMPACTED]
