"""What becomes of the conversation, and what Claude waits for, as the user sees it."""

from __future__ import annotations

import pytest

from engine.events import (
    Level,
    Notice,
    NoticeWithdrawn,
    OldPromptAdded,
    SentenceAdded,
    SeparatorAdded,
    TurnChanged,
)
from engine.sentence import Kind, Sentence
from engine.source import SessionChange
from tests.tui.conftest import RunApp
from tui.widgets.spans import plain


async def test_a_resumed_conversation_is_above_what_is_new(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(
            OldPromptAdded("the old prompt"),
            SentenceAdded(Sentence(1, Kind.PROSE, "It is old.", is_old=True)),
            SeparatorAdded(SessionChange.RESUMED),
            TurnChanged(1, is_running=True, prompt="the new prompt"),
        )
        rows = screen.app.main.bilingual.rows
        shown = "\n".join(plain([rows.line(y)[0] for y in range(rows.height)]))
        places = [shown.index(part) for part in ("the old prompt", "It is old.", "resumed", "the new prompt")]
        assert places == sorted(places)


@pytest.mark.parametrize("change", list(SessionChange))
async def test_each_change_has_its_line(run_app: RunApp, change: SessionChange) -> None:
    async with run_app() as screen:
        await screen.say(SeparatorAdded(change))
        rows = screen.app.main.bilingual.rows
        assert plain([rows.line(y)[0] for y in range(rows.height)])[0].strip().startswith("—")


async def test_what_claude_waits_for_is_shown_until_it_is_answered(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(Notice(Level.WARNING, "attention", "Claude asks for your permission: Bash: make"))
        assert "Claude asks for your permission: Bash: make" in screen.status()
        await screen.say(NoticeWithdrawn("something_else"))
        assert "Claude asks for your permission" in screen.status()
        await screen.say(NoticeWithdrawn("attention"))
        assert "Claude asks for your permission" not in screen.status()
