"""Asks a session of the real `claude` many prompts, and compares what was heard with what was said."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from engine.sentence import Kind
from tests.support.claude_session import ClaudeSession
from tests.support.sixty_answers import Block, Exchange, Sixty
from tests.support.timed_sentences import Said, sentences_of_block

ESC_S = 1.0
Words = tuple[Kind, str]


async def ask_all(session: ClaudeSession, exchanges: Sequence[Exchange]) -> None:
    """Each prompt when the turn before it is over, but for the one that is typed while Claude answers."""
    is_queued = False
    for count, exchange in enumerate(exchanges, start=1):
        if not is_queued:
            await session.ask(exchange.prompt)
        is_queued = bool(exchange.queue_when)
        if exchange.esc_when:
            await session.until_shown(exchange.esc_when)
            # What is on the screen must have been read from it before Claude draws it anew.
            await asyncio.sleep(ESC_S)
            session.terminal.press("\x1b")
            await session.until_shown("nterrupted")
        elif exchange.queue_when:
            await session.until_shown(exchange.queue_when)
            await session.ask(exchanges[count].prompt)
        else:
            await session.until_turns_end(count)


def expected(exchanges: Sequence[Exchange], script: Sixty, unknown: frozenset[str]) -> dict[int, list[Words]]:
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
