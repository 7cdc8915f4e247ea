"""`--command "ssh host claude"`: what a real Claude Code writes behind a real SSH connection, read off the screen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.source import Attention, AttentionEnd, AttentionKind, TurnEnd, TurnStart
from tests.support.answers import Answer, Hold, Text
from tests.support.asked import ask_all, by_prompt, differences, expected
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import in_order
from tests.support.sample_answers import PARAGRAPHS, TOUCH
from tests.support.screen_replay import sentences, sentences_of
from tests.support.sixty_answers import sixty
from tests.support.ssh_session import SshSession
from tests.support.sshd import needs_sshd, ssh_server
from tests.support.timed_sentences import timed_sentences

pytestmark = [pytest.mark.e2e, pytest.mark.claude, needs_sshd]

GUESSED = ("Q26", "Q29", "Q30")
"""An entity, code without a language, code in a list: without the transcript the screen shows too little of them."""
FIRST_SPECIAL = 45
"""From here on it is tools, narration, retries, Esc, a subagent, a prompt that waits."""


@pytest.fixture
def ssh_config(tmp_path: Path) -> Iterator[Path]:
    with ssh_server(tmp_path / "ssh") as config:
        yield config


async def test_the_same_sentences_over_ssh(claude_binary: Path, claude_home: ClaudeHome, ssh_config: Path) -> None:
    everything, script = sixty()
    known = [exchange for exchange in everything if exchange.name not in GUESSED]
    exchanges = [*known[:FIRST_SPECIAL:9], *known[FIRST_SPECIAL:]]
    async with SshSession(claude_binary, claude_home, script, ssh_config) as session:
        await ask_all(session, exchanges)
    said = timed_sentences(session.events)
    assert session.sources == ["screen"]
    assert script.unexpected == []
    assert differences(by_prompt(said), expected(exchanges, script, frozenset({"headings"}))) == []


async def test_a_dialog_another_size_and_the_end_of_the_connection(
    claude_binary: Path, claude_home: ClaudeHome, ssh_config: Path
) -> None:
    goes_on = threading.Event()
    last: Answer = [Text("Two more sentences. They have come.\n\n"), Hold(goes_on), Text("Nobody hears this.")]
    script = in_order([Text("I will make it.\n"), TOUCH], [Text(PARAGRAPHS, delay_s=0.02)], last)
    async with SshSession(claude_binary, claude_home, script, ssh_config) as session:
        await session.ask("please answer")
        await session.until_shown("Do you want")
        await session.until(lambda: session.of(Attention), "the news of it")
        await session.answer("\r", "Do you want")
        await session.until(lambda: "of paragraph 1" in session.text, "some text")
        session.terminal.resize(76, 50)
        await session.until_turns_end(1)
        await session.ask("and more")
        await session.until_shown("They have come.")
    goes_on.set()
    assert (claude_home.project / "made.txt").exists()
    assert [asked.kind for asked in session.of(Attention)] == [AttentionKind.PERMISSION]
    assert len(session.of(AttentionEnd)) == 1
    assert len(session.of(TurnEnd)) == len(session.of(TurnStart)) == 2
    said = ["I will make it.", PARAGRAPHS, "Two more sentences. They have come."]
    assert sentences(session.events) == sentences_of(said)
