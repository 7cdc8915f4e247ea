"""The same sixty prompts through each source, with the real Claude Code: the same sentences, each exactly once."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from tests.support.asked import Words, ask_all, by_prompt, differences, expected
from tests.support.claude import ClaudeHome
from tests.support.sixty_answers import Sixty, sixty
from tests.support.source_session import SourceSession
from tests.support.timed_sentences import Said, served_sentences, timed_sentences

pytestmark = [pytest.mark.e2e, pytest.mark.claude, pytest.mark.timeout(400)]

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


def delays(session: SourceSession, script: Sixty, said: list[Said]) -> str:
    """How late the sentences were; those of a connection that broke are left out."""
    served = served_sentences([delta for delta in session.api.deltas if delta.answer in script.said])
    known: dict[Words, list[float]] = {}
    for sentence in said:
        known.setdefault(sentence.words, []).append(sentence.at)
    late = [(known[sentence.words].pop(0) - sentence.at) * 1000 for sentence in served if known.get(sentence.words)]
    cuts = statistics.quantiles(late, n=10)
    return f"n {len(late)}, p50 {cuts[4]:.0f}, p90 {cuts[8]:.0f}, max {max(late):.0f} ms"
