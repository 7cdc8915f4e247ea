"""The real `claude` and what happens around its text: permissions, questions, plans, prompts, /clear, --resume."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.capture.mod_decoder import ModDecoder
from engine.capture.mod_order import ModEvent
from engine.source import (
    Attention,
    AttentionEnd,
    AttentionKind,
    OldText,
    Remark,
    SessionChange,
    SessionChanged,
    SourceEvent,
    TextDelta,
    TurnEnd,
    TurnStart,
)
from tests.support.answers import Answer, Hold, Pause, Text, ToolUse
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import Request, in_order
from tests.support.mod_session import ModSession
from tests.support.sample_answers import ASK, QUESTION_TEXT, READ, TOUCH, planning

pytestmark = pytest.mark.claude

PLAN = "# The plan\n\n1. Do it well.\n2. Test it.\n"
LONG = "".join(f"This is sentence number {n} of the answer. " for n in range(25))


class LossyDecoder(ModDecoder):
    """Misses some of the text, as if it had been lost on the way."""

    _pieces = 0

    def decode(self, raw: ModEvent, received_at: float) -> list[SourceEvent]:
        """As the real one, without every 15th piece."""
        if raw.get("ev") == "text":
            self._pieces += 1
            if self._pieces % 15 == 0:
                return []
        return super().decode(raw, received_at)


async def test_text_that_is_lost_is_taken_from_the_final_answer(
    claude_binary: Path, claude_home: ClaudeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.capture.mod_decoder.ModDecoder", LossyDecoder)
    async with ModSession(claude_binary, claude_home, in_order([Text(LONG, delay_s=0.01)])) as session:
        await session.ask("please answer")
        await session.until_turns_end(1)
    streamed, recovered = session.heard
    assert streamed != LONG
    sentences = [f"{part.strip()}." for part in LONG.split(".") if part.strip()]
    assert [s for s in sentences if s not in streamed] == [s for s in sentences if s in recovered]
    assert [remark.code for remark in session.of(Remark)] == ["text_recovered"]


async def test_a_permission_is_asked_for_once_and_answered(claude_binary: Path, claude_home: ClaudeHome) -> None:
    script = in_order([Text("I will make a file.\n"), TOUCH], [Text("It is made.\n")])
    async with ModSession(claude_binary, claude_home, script) as session:
        await session.ask("please make a file")
        await session.until_shown("Do you want")
        await session.until(lambda: session.of(Attention), "the news of it")
        assert not session.of(AttentionEnd)
        await session.answer("\r", "Do you want")
        await session.until_turns_end(1)
    (asked,) = session.of(Attention)
    assert (asked.kind, asked.detail) == (AttentionKind.PERMISSION, "Bash: touch made.txt")
    assert [ended.key for ended in session.of(AttentionEnd)] == [asked.key]
    assert session.heard == ["I will make a file.\n", "It is made.\n"]


@pytest.mark.parametrize("late_s", [0.0, 2.0], ids=["after-the-message", "before-its-end"])
async def test_a_permission_that_is_refused_interrupts_the_turn(
    claude_binary: Path, claude_home: ClaudeHome, late_s: float
) -> None:
    answer: Answer = [Text("I will make a file.\n"), TOUCH, Pause(late_s)]
    async with ModSession(claude_binary, claude_home, in_order(answer)) as session:
        await session.ask("please make a file")
        await session.until_shown("Do you want")
        await session.until(lambda: session.of(Attention), "the news of it")
        await session.answer("\x1b", "Do you want")
        await session.until_turns_end(1)
        await session.until_shown("Interrupted")
    assert [end.aborted for end in session.of(TurnEnd)] == [True]
    assert len(session.of(AttentionEnd)) == len(session.of(Attention)) == 1


async def test_a_question_is_heard_with_its_options(claude_binary: Path, claude_home: ClaudeHome) -> None:
    async with ModSession(
        claude_binary, claude_home, in_order([Text("I must ask.\n"), ASK], [Text("Red.")])
    ) as session:
        await session.ask("please choose")
        await session.until_shown("A cold one")
        await session.until(lambda: len(session.heard) == 2 and session.of(Attention), "the news of it")
        await session.answer("\r", "A cold one")
        await session.until_turns_end(1)
    assert session.heard == ["I must ask.\n", QUESTION_TEXT, "Red."]
    assert [asked.kind for asked in session.of(Attention)] == [AttentionKind.QUESTION]
    assert len(session.of(AttentionEnd)) == 1


async def test_a_plan_is_heard(claude_binary: Path, claude_home: ClaudeHome) -> None:
    session = ModSession(claude_binary, claude_home, planning(PLAN), arguments=["--permission-mode", "plan"])
    async with session:
        await session.ask("please plan")
        await session.until_shown("Would you like to proceed")
        await session.until(lambda: len(session.heard) == 3 and session.of(Attention), "the news of it")
        await session.answer("2", "Would you like to proceed")
        await session.until_turns_end(1)
    assert session.heard == ["I write it down.\n", "It is ready.\n", PLAN.strip(), "I begin."]
    assert [asked.kind for asked in session.of(Attention)] == [AttentionKind.PLAN]
    assert len(session.of(AttentionEnd)) == 1


async def test_queued_prompts_each_get_their_own_turn(claude_binary: Path, claude_home: ClaudeHome) -> None:
    first, second = threading.Event(), threading.Event()
    answers: list[Answer] = [
        [Text("First."), Hold(first), READ],
        [Text("Second."), Hold(second)],
        [Text("The third.")],
    ]
    async with ModSession(claude_binary, claude_home, in_order(*answers)) as session:
        await session.ask("the first prompt")
        # One is delivered within the running turn, at its next step; the other one waits for the turn's end.
        await session.until_shown("● First.")
        await session.ask("the second prompt")
        await session.until_box_is_empty()
        first.set()
        await session.until_shown("● Second.")
        await session.ask("the third prompt")
        await session.until_box_is_empty()
        second.set()
        await session.until_turns_end(3)
    assert session.prompts == ["the first prompt", "the second prompt", "the third prompt"]
    assert [turn.turn for turn in session.of(TurnStart)] == [turn.turn for turn in session.of(TurnEnd)]
    assert session.heard == ["First.", "Second.", "The third."]


async def test_compact_and_clear_are_told_and_no_summary_is_heard(claude_binary: Path, claude_home: ClaudeHome) -> None:
    answers: list[Answer] = [[Text("One.")], [Text("<summary>What was said so far.</summary>")], [Text("Two.")]]
    async with ModSession(claude_binary, claude_home, in_order(*answers)) as session:
        await session.ask("the first prompt")
        await session.until_turns_end(1)
        await session.ask("/compact")
        await session.until(lambda: len(session.of(SessionChanged)) == 1, "compaction")
        await session.until_shown("Compacted")
        await session.ask("the next prompt")
        await session.until_turns_end(2)
        await session.ask("/clear")
        await session.until(lambda: len(session.of(SessionChanged)) == 2, "the new conversation")
    assert [event.change for event in session.of(SessionChanged)] == [SessionChange.COMPACTED, SessionChange.CLEARED]
    assert session.heard == ["One.", "Two."]
    assert not session.of(Remark)


async def test_a_resumed_conversation_is_old_text_and_new_is_heard(
    claude_binary: Path, claude_home: ClaudeHome
) -> None:
    answers: list[Answer] = [[Text("I look at it.\n"), READ], [Text("It is one line.")]]
    async with ModSession(claude_binary, claude_home, in_order(*answers)) as session:
        await session.ask("the old prompt")
        await session.until_turns_end(1)
        (transcript,) = (claude_home.config / "projects").glob("*/*.jsonl")
        await session.until(lambda: "It is one line." in transcript.read_text(), "the transcript")
    script = in_order([Text("This is new.")])
    resumed = ModSession(claude_binary, claude_home, script, arguments=["--resume", transcript.stem])
    async with resumed:
        await resumed.until(lambda: resumed.of(SessionChanged), "the old conversation")
        await resumed.ask("the new prompt")
        await resumed.until_turns_end(1)
    assert [(old.text.strip(), old.is_prompt) for old in resumed.of(OldText)] == [
        ("the old prompt", True),
        ("I look at it.", False),
        ("It is one line.", False),
    ]
    assert [event.change for event in resumed.of(SessionChanged)] == [SessionChange.RESUMED]
    assert resumed.heard == ["This is new."]


async def test_another_conversation_is_resumed_within_the_session(claude_binary: Path, claude_home: ClaudeHome) -> None:
    answers: list[Answer] = [[Text("One.")], [Text("Two.")], [Text("Three.")]]
    async with ModSession(claude_binary, claude_home, in_order(*answers)) as session:
        await session.ask("the first prompt")
        await session.until_turns_end(1)
        (transcript,) = (claude_home.config / "projects").glob("*/*.jsonl")
        await session.ask("/clear")
        await session.until(lambda: session.of(SessionChanged), "the new conversation")
        await session.ask("the second prompt")
        await session.until_turns_end(2)
        await session.ask(f"/resume {transcript.stem}")
        await session.until(lambda: len(session.of(SessionChanged)) == 2, "the old conversation")
        await session.ask("the third prompt")
        await session.until_turns_end(3)
    assert [event.change for event in session.of(SessionChanged)] == [SessionChange.CLEARED, SessionChange.RESUMED]
    assert [(old.text, old.is_prompt) for old in session.of(OldText)] == [
        ("the first prompt", True),
        ("One.", False),
    ]
    assert session.heard == ["One.", "Two.", "Three."]


async def test_subagents_are_heard_with_their_kind_when_asked_for(claude_binary: Path, claude_home: ClaudeHome) -> None:
    def script(request: Request) -> Answer:
        if "do the sub task" in request.prompt and "finished" not in request.prompt:
            return [Text("The subagent's own words.")]
        if request.tool_results:
            return [Text("The main loop's words.")]
        task = {"description": "short task", "prompt": "do the sub task", "subagent_type": "general-purpose"}
        return [Text("I will delegate this.\n"), ToolUse("Agent", task)]

    async with ModSession(claude_binary, claude_home, script, include_subagents=True) as session:
        await session.ask("please delegate")
        await session.until(lambda: "The subagent's own words." in session.heard, "the subagent")
    speakers = {delta.speaker for delta in session.of(TextDelta) if "subagent" in delta.block or delta.speaker}
    assert speakers == {"general-purpose"}
    said = [delta for delta in session.of(TextDelta) if delta.speaker]
    assert "".join(delta.text for delta in said) == "The subagent's own words."
