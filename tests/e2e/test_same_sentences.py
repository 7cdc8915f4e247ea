"""The same sixty prompts through each source, with the real Claude Code: the same sentences, each exactly once."""

from __future__ import annotations

import asyncio
import statistics
from pathlib import Path

import pytest

from engine.sentence import Kind
from tests.support.claude import ClaudeHome
from tests.support.sixty_answers import Block, Exchange, Sixty, sixty
from tests.support.source_session import SourceSession
from tests.support.timed_sentences import Said, sentences_of_block, served_sentences, timed_sentences

pytestmark = [pytest.mark.e2e, pytest.mark.claude, pytest.mark.timeout(400)]

ESC_S = 1.0
Words = tuple[Kind, str]
UNKNOWN = {
    "mod": frozenset[str](),
    # MessageDisplay carries neither narration nor the paragraph in which an answer was stopped.
    "hook": frozenset({"narration", "unfinished paragraphs"}),
    # The rows do not show which line is a heading: it is a sentence like any other.
    "screen": frozenset({"headings"}),
    # The older version shows no narration, and its transcript does not tell it from reasoning.
    "screen-old": frozenset({"headings", "narration"}),
}
"""What a source cannot know; the same table is in docs/capture.md. All else must be the same."""


@pytest.fixture
def binaries(claude_binary: Path, old_claude_binary: Path) -> dict[str, Path]:
    """The version of Claude Code of each case."""
    new, old = claude_binary, old_claude_binary
    return {"mod": new, "hook": old, "screen": new, "screen-old": old}


@pytest.mark.parametrize("case", UNKNOWN)
async def test_sixty_prompts_give_the_same_sentences(
    binaries: dict[str, Path], claude_home: ClaudeHome, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = case.split("-")[0]
    exchanges, script = sixty()
    async with SourceSession(binaries[case], claude_home, script, wanted=source) as session:
        await ask_all(session, exchanges)
    said = timed_sentences(session.events)
    assert session.sources == [source]
    assert script.unexpected == []
    with capsys.disabled():
        print(f"\n{case}: {delays(session, script, said)}", end="")
    assert differences(by_prompt(said), expected(exchanges, script, UNKNOWN[case])) == []


async def ask_all(session: SourceSession, exchanges: list[Exchange]) -> None:
    """Each prompt when the turn before it is over, but for the one that is typed while Claude answers."""
    is_queued = False
    for count, exchange in enumerate(exchanges, start=1):
        if not is_queued:
            await session.ask(exchange.prompt)
        is_queued = bool(exchange.queue_when)
        if exchange.esc_when:
            await session.until_shown(exchange.esc_when)
            # What the server has sent by now must have reached Claude.
            await asyncio.sleep(ESC_S)
            session.terminal.press("\x1b")
            await session.until_shown("nterrupted")
        elif exchange.queue_when:
            await session.until_shown(exchange.queue_when)
            await session.ask(exchanges[count].prompt)
        else:
            await session.until_turns_end(count)


def expected(exchanges: list[Exchange], script: Sixty, unknown: frozenset[str]) -> dict[int, list[Words]]:
    """The sentences of each prompt, as a source gives them that does not know some things."""
    return {
        number: [words for block in script.blocks(exchange.name) for words in known_of(block, unknown)]
        for number, exchange in enumerate(exchanges, start=1)
    }


def known_of(block: Block, unknown: frozenset[str]) -> list[Words]:
    """The sentences of one block."""
    text = block.text
    if block.is_narration and "narration" in unknown:
        return []
    if block.is_cut and "unfinished paragraphs" in unknown:
        text = text[: text.rfind("\n\n") + 1]
    words = sentences_of_block(text)
    if "headings" in unknown:
        words = [(Kind.PROSE if kind is Kind.HEADING else kind, english) for kind, english in words]
    return words


def by_prompt(said: list[Said]) -> dict[int, list[Words]]:
    """The sentences that a source gave, by the turn that they came in."""
    found: dict[int, list[Words]] = {}
    for sentence in said:
        found.setdefault(sentence.turn, []).append(sentence.words)
    return found


def differences(got: dict[int, list[Words]], wanted: dict[int, list[Words]]) -> list[str]:
    """Each prompt whose sentences are not the expected ones, in order and exactly once."""
    return [
        f"prompt {number}: got {got.get(number)}, not {wanted.get(number)}"
        for number in sorted(got.keys() | wanted.keys())
        if got.get(number) != wanted.get(number)
    ]


def delays(session: SourceSession, script: Sixty, said: list[Said]) -> str:
    """How late the sentences were; those of a connection that broke are left out."""
    served = served_sentences([delta for delta in session.api.deltas if delta.answer in script.said])
    known: dict[Words, list[float]] = {}
    for sentence in said:
        known.setdefault(sentence.words, []).append(sentence.at)
    late = [(known[sentence.words].pop(0) - sentence.at) * 1000 for sentence in served if known.get(sentence.words)]
    cuts = statistics.quantiles(late, n=10)
    return f"n {len(late)}, p50 {cuts[4]:.0f}, p90 {cuts[8]:.0f}, max {max(late):.0f} ms"
