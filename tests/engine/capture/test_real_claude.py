"""The real `claude` with the real mod, answered by the loopback API."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.capture.detect import InputKind, detect
from engine.capture.mod_files import ModFiles
from engine.capture.stream_json import StreamJsonDecoder
from engine.capture.transcript import TranscriptDecoder
from engine.source import BlockEnd, SourceStatus, TextDelta, TurnEnd, TurnStart
from tests.support.answers import Answer, Drop, Narration, Reasoning, Refuse, Text, ToolUse
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import LoopbackApi, Request, in_order
from tests.support.mod_session import ModSession
from tests.support.recordings import heard
from tests.support.sample_answers import MARKDOWN, READ

pytestmark = pytest.mark.claude

NARRATED: list[Answer] = [
    [Reasoning(), Text("I will look at the file first.\n"), READ],
    [Reasoning(), Narration("It has one line. I will read it again."), READ],
    [Text("Everything is done now.\n")],
]
NARRATED_TEXT = [
    "I will look at the file first.\n",
    "It has one line. I will read it again.",
    "Everything is done now.\n",
]


SessionMaker = Callable[..., ModSession]


@pytest.fixture
def start(claude_binary: Path, claude_home: ClaudeHome) -> SessionMaker:
    return lambda *answers: ModSession(claude_binary, claude_home, in_order(*answers))


TEXT_HOOKS = "session.start, turn.start, turn.complete, turn.step"
SESSION_HOOKS = (
    "classic.SessionStart, classic.PermissionRequest, classic.PostToolUse, classic.PostToolUseFailure, "
    "classic.Notification, classic.SubagentStart, session.append{door=delivery}, prompt.submit"
)


@pytest.mark.parametrize(("folder", "hooks"), [("mod", TEXT_HOOKS), ("mod_session", SESSION_HOOKS)])
def test_the_cli_finds_nothing_wrong_with_the_mods(
    claude_binary: Path, claude_home: ClaudeHome, mod_files: ModFiles, folder: str, hooks: str
) -> None:
    done = subprocess.run(
        [claude_binary, "plugin", "validate", mod_files.root / folder],
        env=claude_home.environment("http://127.0.0.1:1"),
        cwd=claude_home.project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"hooks: {hooks}" in done.stdout
    assert "Validation passed" in done.stdout


async def test_a_streamed_answer_arrives_exactly(start: SessionMaker) -> None:
    async with start([Reasoning(), Text(MARKDOWN, ping_after=9)]) as session:
        await session.ask("please answer")
        await session.until_turns_end(1)
    assert session.heard == [MARKDOWN]
    assert session.events[0] == SourceStatus("mod", True)
    (turn,), (end,) = session.of(TurnStart), session.of(TurnEnd)
    assert (turn.turn, turn.prompt) == (end.turn, "please answer")
    assert not end.aborted
    assert [type(event) for event in session.events[-2:]] == [BlockEnd, TurnEnd]


async def test_prose_between_tools_is_heard_in_order(start: SessionMaker, claude_home: ClaudeHome) -> None:
    async with start(*NARRATED) as session:
        await session.ask("please read")
        await session.until_turns_end(1)
        # The transcript is written a little later, and tells the same.
        (transcript,) = (claude_home.config / "projects").glob("*/*.jsonl")
        await session.until(lambda: "Everything is done" in transcript.read_text(), "the transcript")
    assert session.heard == NARRATED_TEXT
    raw = transcript.read_bytes()
    assert detect(raw) is InputKind.TRANSCRIPT
    decoder = TranscriptDecoder()
    assert heard(decoder.feed(raw, 0.0)) == NARRATED_TEXT
    assert decoder.broken == 0


@pytest.mark.parametrize("partial", [["--include-partial-messages"], []], ids=["partial", "whole"])
async def test_without_a_screen_the_same_is_heard(
    claude_binary: Path, claude_home: ClaudeHome, partial: list[str]
) -> None:
    with LoopbackApi(in_order(*NARRATED)) as api:
        process = await asyncio.create_subprocess_exec(
            claude_binary,
            *["-p", "please read", "--output-format", "stream-json", "--verbose", *partial],
            env=claude_home.environment(api.url),
            cwd=claude_home.project,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
    assert detect(output) is InputKind.STREAM_JSON
    decoder = StreamJsonDecoder()
    assert heard(decoder.feed(output, 0.0)) == NARRATED_TEXT
    assert decoder.broken == 0


async def test_a_connection_that_drops_is_heard_once(start: SessionMaker) -> None:
    whole = "".join(f"This is sentence number {n} of the answer. " for n in range(30))
    async with start([Text(whole[:800], delay_s=0.01), Drop()], [Text(whole, delay_s=0.01)]) as session:
        await session.ask("please answer")
        await session.until_turns_end(1)
        answers = len(session.api.requests)
    said = session.api.text(1) if answers > 1 else session.api.text(0)
    # Whether the CLI tries again is its own decision; either way nothing is heard twice and nothing is missing.
    assert session.heard == [said]


async def test_an_overloaded_server_is_waited_for(start: SessionMaker) -> None:
    async with start(Refuse(), [Text("Now it works.")]) as session:
        await session.ask("please answer")
        await session.until_turns_end(1)
    assert session.heard == ["Now it works."]


async def test_subagents_are_not_heard(claude_binary: Path, claude_home: ClaudeHome) -> None:
    def script(request: Request) -> Answer:
        if "the sub task" in request.prompt:
            return [Text("The subagent's own words.")]
        if request.tool_results:
            return [Text("The main loop's last words.")]
        task = {"description": "short task", "prompt": "do the sub task", "subagent_type": "general-purpose"}
        return [Text("I will delegate this.\n"), ToolUse("Agent", task)]

    async with ModSession(claude_binary, claude_home, script) as session:
        await session.ask("please delegate")
        await session.until(lambda: "The subagent's own words." in served(session), "the subagent's answer")
        await session.until(lambda: len(session.heard) >= 2, "the main loop's answer")
        await session.until_turns_end(1)
    assert session.heard[:2] == ["I will delegate this.\n", "The main loop's last words."]
    assert "The subagent's own words." not in session.heard


def served(session: ModSession) -> list[str]:
    return [session.api.text(answer) for answer in range(session.api.finished)]


async def test_esc_in_the_middle_flushes(start: SessionMaker) -> None:
    long = "".join(f"This is sentence number {n} of a long answer. " for n in range(200))
    async with start([Text(long)]) as session:
        await session.ask("please answer")
        await session.until(lambda: len("".join(session.heard)) > 200, "some text")
        session.terminal.press("\x1b")
        await session.until_turns_end(1)
    assert [end.aborted for end in session.of(TurnEnd)] == [True]
    assert [type(event) for event in session.events[-2:]] == [BlockEnd, TurnEnd]
    (said,) = session.heard
    assert len(said) < len(long)
    assert long.startswith(said)


async def test_claude_goes_on_when_nobody_listens_any_more(start: SessionMaker) -> None:
    long = "".join(f"Sentence {n}. " for n in range(60)) + "These are the last words."
    async with start([Text(long, delay_s=0.01)]) as session:
        await session.ask("please answer")
        await session.until(lambda: len("".join(session.heard)) > 100, "some text")
        await session.source.close()
        await session.until_shown("These are the last words.")


async def test_how_late_a_sentence_is(start: SessionMaker, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints the delays; a busy machine must not fail a test."""
    sentences = [f"Sentence number {n} tells a little more about how the whole thing works. " for n in range(30)]
    async with start([Text("".join(sentences))]) as session:
        await session.ask("please answer")
        await session.until_turns_end(1)
    sent = _end_times(sentences, [(delta.text, delta.at) for delta in session.api.deltas])
    deltas = [event for event in session.events if isinstance(event, TextDelta)]
    received = _end_times(sentences, [(delta.text, delta.received_at) for delta in deltas])
    assert len(received) == len(sent) == 30
    own = [(delta.received_at - delta.sent_at) * 1000 for delta in deltas if delta.sent_at is not None]
    assert len(own) == len(deltas)
    assert min(own) >= 0
    with capsys.disabled():
        _print(
            "server's write -> received, per sentence", [(b - a) * 1000 for a, b in zip(sent, received, strict=True)]
        )
        _print("mod -> received, per piece", own)


def _end_times(sentences: list[str], pieces: list[tuple[str, float]]) -> list[float]:
    """When the last character before each sentence's closing space came."""
    ends: list[int] = []
    total = 0
    for sentence in sentences:
        total += len(sentence)
        ends.append(total - 1)
    times: list[float] = []
    length = 0
    for text, at in pieces:
        length += len(text)
        while len(times) < len(ends) and length >= ends[len(times)]:
            times.append(at)
    return times


def _print(what: str, values_ms: list[float]) -> None:
    cuts = statistics.quantiles(values_ms, n=10)
    print(f"\n{what}: n {len(values_ms)}, p50 {cuts[4]:.1f}, p90 {cuts[8]:.1f}, max {max(values_ms):.1f} ms", end="")
