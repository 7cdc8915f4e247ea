"""What is printed for somebody who cannot see the screen."""

from __future__ import annotations

import io

import pytest

from engine.events import (
    Event,
    Level,
    Loading,
    Notice,
    NoticeWithdrawn,
    SentenceAdded,
    SeparatorAdded,
    TranslationChanged,
    TurnChanged,
)
from engine.sentence import Guard, Kind, Sentence
from engine.source import SessionChange
from tui.reader.lines_out import LinesOut, Shown


def printed(*events: Event, shown: Shown = Shown.BOTH) -> str:
    out = io.StringIO()
    lines = LinesOut(out)
    lines.shown = shown
    for event in events:
        lines.take(event)
    return out.getvalue()


def pair(sentence: Sentence, ja: str, guard: Guard = Guard.OK) -> tuple[Event, Event]:
    return SentenceAdded(sentence), TranslationChanged(sentence.id, ja, final=True, guard=guard)


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        (Sentence(1, Kind.PROSE, "Read it."), "English"),
        (Sentence(1, Kind.HEADING, "Read it.", level=2), "English, heading 2"),
        (Sentence(1, Kind.LIST, "Read it.", ordinal="3."), "English, item 3"),
        (Sentence(1, Kind.LIST, "Read it."), "English, item"),
        (Sentence(1, Kind.QUOTE, "Read it."), "English, quote"),
        (Sentence(1, Kind.PROSE, "Read it.", speaker="reviewer"), "English, reviewer"),
    ],
)
def test_every_line_says_what_it_is(sentence: Sentence, label: str) -> None:
    assert printed(*pair(sentence, "読んでください。")) == f"{label}: Read it.\n日本語: 読んでください。\n"


def test_japanese_that_grows_is_printed_once_it_is_whole() -> None:
    said = printed(
        SentenceAdded(Sentence(1, Kind.PROSE, "Read it.")),
        TranslationChanged(1, "読んで", final=False),
        TranslationChanged(1, "読んでください。", final=True, guard=Guard.OK),
    )
    assert said == "English: Read it.\n日本語: 読んでください。\n"


def test_another_language_is_called_by_its_name() -> None:
    out = io.StringIO()
    lines = LinesOut(out, "German")
    for event in pair(Sentence(1, Kind.PROSE, "Read it."), "Lies es."):
        lines.take(event)
    assert out.getvalue() == "English: Read it.\nGerman: Lies es.\n"


def test_the_end_of_code_and_of_a_table_is_said() -> None:
    code = Sentence(1, Kind.CODE, "a = 1\nb = 2", language="python", lines=2)
    assert printed(*pair(code, "")) == "English, code python, 2 lines:\na = 1\nb = 2\nEnd of code.\n"
    short = Sentence(1, Kind.CODE, "a = 1", lines=1)
    assert printed(*pair(short, "")) == "English, code, 1 line:\na = 1\nEnd of code.\n"
    table = Sentence(1, Kind.TABLE, "a | b\n1 | 2", lines=2)
    assert (
        printed(*pair(table, "表、2行")) == "English, table of 2 rows:\na | b\n1 | 2\nEnd of table.\n日本語: 表、2行\n"
    )


def test_what_was_not_translated_says_so() -> None:
    loops = Sentence(1, Kind.PROSE, "It loops.")
    assert printed(*pair(loops, "It loops.", Guard.ENGLISH)) == "English: It loops.\n日本語: not translated\n"
    partly = printed(*pair(loops, "これは、", Guard.ENGLISH))
    assert partly == "English: It loops.\n日本語: これは、 (not translated to the end)\n"


@pytest.mark.parametrize(
    ("shown", "says"),
    [(Shown.ENGLISH, "English: Read it.\n"), (Shown.JAPANESE, "日本語: 読んでください。\n")],
)
def test_one_language_alone_can_be_printed(shown: Shown, says: str) -> None:
    assert printed(*pair(Sentence(1, Kind.PROSE, "Read it."), "読んでください。"), shown=shown) == says


def test_in_japanese_alone_what_was_not_translated_is_there_in_english() -> None:
    said = printed(*pair(Sentence(1, Kind.PROSE, "It loops."), "It loops.", Guard.ENGLISH), shown=Shown.JAPANESE)
    assert said.startswith("English: It loops.\n")


def test_a_notice_is_said_again_only_after_it_was_over() -> None:
    notice = Notice(Level.WARNING, "slow", "The network is slow.")
    assert printed(notice, notice) == "Warning: The network is slow.\n"
    assert printed(notice, NoticeWithdrawn("slow"), notice) == "Warning: The network is slow.\n" * 2


def test_progress_is_a_line_at_the_start_and_at_each_quarter() -> None:
    steps = [Loading("Fetching the weights", n / 100) for n in range(0, 101)]
    assert printed(*steps).splitlines() == [
        "Fetching the weights",
        "Fetching the weights, 25%",
        "Fetching the weights, 50%",
        "Fetching the weights, 75%",
    ]


def test_what_becomes_of_the_conversation_is_said_in_words() -> None:
    said = printed(TurnChanged(1, is_running=False, aborted=True), SeparatorAdded(SessionChange.CLEARED))
    assert said == "Claude was interrupted.\nA new conversation begins.\n"


def test_nothing_moves_the_cursor_or_is_coloured() -> None:
    events = [
        Loading("Fetching", 0.5),
        Notice(Level.ERROR, "x", "Broken."),
        *pair(Sentence(1, Kind.PROSE, "A."), "あ。"),
    ]
    assert not set(printed(*events)) & set("\x1b\r\b")
