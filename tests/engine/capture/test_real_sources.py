"""The same session through each source, with the real Claude Code of two versions: the same text, each piece once."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from engine.capture.said import letters
from engine.source import Attention, AttentionEnd, AttentionKind, TextDelta, TurnEnd
from tests.support.answers import Answer, Reasoning, Refuse, Text
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import in_order
from tests.support.sample_answers import ASK, MARKDOWN, PARAGRAPHS, QUESTION_TEXT, READ, TOUCH, planning
from tests.support.source_session import SourceSession

pytestmark = pytest.mark.claude

SOURCES = ["mod", "hook", "screen"]
Binaries = dict[str, Path]


@pytest.fixture
def binaries(claude_binary: Path, old_claude_binary: Path) -> Binaries:
    """By the source that is chosen for each."""
    return {"mod": claude_binary, "hook": old_claude_binary, "screen": claude_binary}


async def begin(session: SourceSession, source: str) -> None:
    """Ask when the source is heard; all but the mod are heard only then."""
    if source == "mod":
        await session.until_followed("mod")
    await session.ask("please answer")


@pytest.mark.parametrize("source", SOURCES)
async def test_each_version_gets_its_source_and_says_the_same(
    binaries: Binaries, claude_home: ClaudeHome, source: str
) -> None:
    answers: list[Answer] = [
        [Reasoning(), Text("I will look at the file first.\n"), READ],
        [Text(MARKDOWN)],
        Refuse(),
        [Text("The second answer. It comes after a busy server.\n\nYes.")],
    ]
    own = [] if source != "screen" else ["--safe-mode"]
    async with SourceSession(binaries[source], claude_home, in_order(*answers), arguments=own) as session:
        await begin(session, source)
        await session.until_turns_end(1)
        await session.ask("and again")
        await session.until_turns_end(2)
    assert session.sources == [source]
    assert session.prompts == ["please answer", "and again"]
    said = [
        "I will look at the file first.",
        MARKDOWN.strip(),
        "The second answer. It comes after a busy server.\n\nYes.",
    ]
    if source == "screen":
        # It shows neither the signs of headings and emphasis nor where links lead.
        assert letters(session.text) == letters("\n".join(said).replace("(https://example.com/docs)", ""))
    else:
        assert session.text == "\n".join(said)


@pytest.mark.parametrize("source", ["mod", "hook"])
async def test_esc_and_then_another_prompt(binaries: Binaries, claude_home: ClaudeHome, source: str) -> None:
    script = in_order([Text(PARAGRAPHS)], [Text("The second answer.")])
    async with SourceSession(binaries[source], claude_home, script) as session:
        await begin(session, source)
        await session.until(lambda: len(session.text) > 300, "some text")
        session.terminal.press("\x1b")
        await session.until_shown("nterrupted")
        # Claude puts a prompt that was hardly answered back into the box; this one was answered.
        await session.ask("and again")
        await session.until(lambda: "The second answer." in session.text, "the second answer")
        await session.until_turns_end(2)
    first, second = session.text.rsplit("\n", 1)
    assert second == "The second answer."
    assert PARAGRAPHS.startswith(first.rstrip())
    assert [end.aborted for end in session.of(TurnEnd)] == [True, False]


@pytest.mark.parametrize(
    ("source", "detail"), [("hook", "Bash: touch made.txt"), ("screen", "Bash command: make a file")]
)
async def test_what_claude_waits_for_is_told_once(
    binaries: Binaries, claude_home: ClaudeHome, source: str, detail: str
) -> None:
    script = in_order(
        [Text("I will make it.\n"), TOUCH],
        [Text("It is made.\n"), ASK],
        [Text("Red it is. I make another one.\n"), TOUCH],
    )
    async with SourceSession(binaries[source], claude_home, script, wanted=source) as session:
        await session.ask("please answer")
        for count, (dialog, keys) in enumerate([("Do you want", "\r"), ("A cold one", "\r"), ("Do you want", "\x1b")]):
            await session.until_shown(dialog)
            await session.until(partial(has_told, session, count + 1), "the news of it")
            await session.answer(keys, dialog)
        await session.until_shown("nterrupted")
        # The hook is not told of the refusal; with the next prompt it is sure.
        await session.ask("go on")
        await session.until_turns_end(2)
    permission = (AttentionKind.PERMISSION, detail)
    assert [(asked.kind, asked.detail) for asked in session.of(Attention) if asked.kind != "question"] == [
        permission
    ] * 2
    assert session.of(Attention)[1].kind is AttentionKind.QUESTION
    assert [ended.key for ended in session.of(AttentionEnd)] == [asked.key for asked in session.of(Attention)]
    said = ["I will make it.", "It is made.", QUESTION_TEXT, "Red it is. I make another one.", "All done."]
    assert letters(session.text) == letters("\n".join(said))


def has_told(session: SourceSession, count: int) -> bool:
    return len(session.of(Attention)) >= count


@pytest.mark.parametrize("source", ["hook", "screen"])
async def test_a_plan_is_heard_and_told_of(binaries: Binaries, claude_home: ClaudeHome, source: str) -> None:
    script = planning("# The plan\n\n1. Do it well.\n2. Test it.\n")
    plan_mode = ["--permission-mode", "plan"]
    async with SourceSession(binaries[source], claude_home, script, wanted=source, arguments=plan_mode) as session:
        await session.ask("please plan")
        await session.until_shown("Would you like to proceed")
        await session.until(lambda: session.of(Attention), "the news of it")
        await session.answer("2", "Would you like to proceed")
        await session.until(lambda: "I begin." in session.text, "the answer")
        await session.until_turns_end(1)
    assert [asked.kind for asked in session.of(Attention)] == [AttentionKind.PLAN]
    assert len(session.of(AttentionEnd)) == 1
    said = ["I write it down.", "It is ready.", "The plan", "Do it well.", "Test it.", "I begin."]
    assert letters(session.text).replace("1", "").replace("2", "") == letters("\n".join(said))


async def test_the_users_own_settings_stay(old_claude_binary: Path, claude_home: ClaudeHome) -> None:
    seen = claude_home.home / "seen"
    hook = {"type": "command", "command": f"echo stopped >> {seen}"}
    own = ["--settings", json.dumps({"hooks": {"Stop": [{"hooks": [hook]}]}})]
    async with SourceSession(old_claude_binary, claude_home, in_order([Text("Hello.")]), arguments=own) as session:
        await session.ask("please answer")
        await session.until_turns_end(1)
        await session.until(seen.exists, "the user's own hook")
    assert session.text == "Hello."


async def test_a_newer_version_takes_the_hook_too(claude_binary: Path, claude_home: ClaudeHome) -> None:
    async with SourceSession(claude_binary, claude_home, in_order([Text(MARKDOWN)]), wanted="hook") as session:
        await session.ask("please answer")
        await session.until_turns_end(1)
    assert session.sources == ["hook"]
    assert session.text == MARKDOWN.strip()


async def test_the_mod_that_dies_hands_over_to_the_transcript(claude_binary: Path, claude_home: ClaudeHome) -> None:
    answers: list[Answer] = [[Text(PARAGRAPHS), READ], [Text("The last words.")]]
    async with SourceSession(claude_binary, claude_home, in_order(*answers)) as session:
        await begin(session, "mod")
        await session.until(lambda: len(session.text) > 300, "some text")
        await session.manager._members["mod"].source.close()
        await session.until(lambda: "The last words." in session.text, "the last words")
    assert session.sources == ["mod", "transcript"]
    assert session.text == PARAGRAPHS + "\nThe last words."


@pytest.mark.parametrize("source", [*SOURCES, "transcript"])
async def test_how_late_a_sentence_is(
    binaries: Binaries, claude_home: ClaudeHome, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints the delays; a busy machine must not fail a test."""
    claude = binaries.get(source, binaries["mod"])
    wanted = source if source in ("screen", "transcript") else "auto"
    async with SourceSession(claude, claude_home, in_order([Text(PARAGRAPHS)]), wanted=wanted) as session:
        await begin(session, source)
        await session.until(lambda: len(session.text) >= len(PARAGRAPHS), "the whole text")
    sent = _ends([(delta.text, delta.at) for delta in session.api.deltas])
    received = _ends([(event.text, event.received_at) for event in session.events if isinstance(event, TextDelta)])
    assert len(sent) == len(received) == PARAGRAPHS.count(".")
    late = [(b - a) * 1000 for a, b in zip(sent, received, strict=True)]
    cuts = statistics.quantiles(late, n=10)
    with capsys.disabled():
        print(f"\n{source}: n {len(late)}, p50 {cuts[4]:.0f}, p90 {cuts[8]:.0f}, max {max(late):.0f} ms", end="")


def _ends(pieces: Sequence[tuple[str, float]]) -> list[float]:
    """When each full stop came."""
    return [at for text, at in pieces for character in text if character == "."]
