"""Dialogs on the screen are told once each, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from engine.capture.screen import ScreenSource
from engine.capture.screen_dialog import Dialog, Dialogs, read_dialog
from engine.source import Attention, AttentionEnd, AttentionKind, SourceEvent
from tests.support.screen_replay import recorded, screen_events

RULE = "─" * 80
TALK = ["❯ make a file", "", "● I will make it.", "", "● Bash(touch it)", ""]
BASH = [
    RULE,
    " Bash command",
    "",
    "   touch it",
    "   make a file",
    "",
    " Do you want to proceed?",
    " ❯ 1. Yes",
    "   2. No",
]
QUESTION = [RULE, " ☐ Colour", "", "Which colour?", "", "❯ 1. Red", "     A warm one", "  2. Type something.", RULE]
QUESTION += ["  3. Chat about this", "", "Enter to select · ↑/↓ to navigate · Esc to cancel"]
PLAN = [
    RULE,
    " Ready to code?",
    "",
    " # The plan",
    "",
    " Would you like to proceed?",
    "",
    " ❯ 1. Yes, and use auto mode",
]
BOX = [RULE, "❯ ", RULE, "  ? for shortcuts"]
MENU = [RULE, " Select model", "", " ❯ 1. Default", "   2. Opus", "", " Enter to confirm · Esc to exit"]


@pytest.mark.parametrize(
    ("rows", "dialog"),
    [
        (BASH, Dialog(AttentionKind.PERMISSION, "Bash command: touch it")),
        (
            [row.replace("❯ 1", "  1").replace("  2", "❯ 2") for row in BASH],
            Dialog(AttentionKind.PERMISSION, "Bash command: touch it"),
        ),
        (QUESTION, Dialog(AttentionKind.QUESTION)),
        (PLAN, Dialog(AttentionKind.PLAN)),
        (BOX, None),
        (MENU, None),
        (BASH[:-2], None),
    ],
    ids=["permission", "other choice", "question", "plan", "input box", "menu", "half drawn"],
)
def test_what_a_dialog_is(rows: list[str], dialog: Dialog | None) -> None:
    assert read_dialog([*TALK, *rows]) == dialog


def test_what_claude_writes_is_no_dialog() -> None:
    assert read_dialog(["● It asks you this:", "", "  Do you want to proceed?", "  ❯ 1. Yes", "", *BOX]) is None


def told(events: list[SourceEvent]) -> list[str | None]:
    """The detail of each that begins, None for each that ends."""
    kept = [event for event in events if isinstance(event, Attention | AttentionEnd)]
    return [event.detail or event.kind if isinstance(event, Attention) else None for event in kept]


def test_a_dialog_that_is_drawn_again_and_at_other_widths_is_told_once() -> None:
    dialogs, events = Dialogs("screen"), list[SourceEvent]()
    wide = [row.replace("touch it", "touch one two three") for row in BASH]
    narrow = [row.replace("touch it", "touch one") for row in BASH]
    half = BASH[:4]
    for rows, cols in ((wide, 100), (wide, 100), (half, 100), (wide, 100), (narrow, 40), (narrow, 40), (wide, 100)):
        events += dialogs.take([*TALK, *rows], cols, 1.0, is_over=False)
    assert told(events) == ["Bash command: touch one two three"]
    events += dialogs.take([*TALK, *BOX], 100, 2.0, is_over=True)
    assert told(events) == ["Bash command: touch one two three", None]
    assert not dialogs.end(3.0)


def test_the_next_dialog_ends_the_one_before() -> None:
    dialogs, events = Dialogs("screen"), list[SourceEvent]()
    for rows in (BASH, [row.replace("touch it", "touch that") for row in BASH], QUESTION):
        events += dialogs.take([*TALK, *rows], 80, 1.0, is_over=False)
    assert told(events) == ["Bash command: touch it", None, "Bash command: touch that", None, "question"]


def test_the_dialogs_of_recorded_sessions() -> None:
    assert told(screen_events(recorded("dialogs"))) == [
        *("question", None),
        *("Create file: notes.txt", None),
        *("Edit file: README.txt", None),
    ]
    tool = told(screen_events(recorded("tool-permission")))
    assert len(tool) == 2
    assert tool[1] is None


def test_dialogs_before_claude_was_seen_at_work_are_not_its_own() -> None:
    events: list[SourceEvent] = []
    source = ScreenSource(events.append)
    source.feed([*TALK, *BASH], 1.0, cols=80, cursor_row=len(TALK) + 8)
    source.close(2.0)
    assert events == []


@pytest.mark.parametrize("name", ["steady-stream", "resized", "cleared-and-queued"])
def test_sessions_without_dialogs_tell_of_none(name: str) -> None:
    assert told(screen_events(recorded(name))) == []
