"""What a person sees who speaks into a pipe."""

from __future__ import annotations

import io

from engine.commands.console import Console, latency_table
from engine.events import Level, Loading, Notice, SentenceAdded, StageStats, TranslationChanged
from engine.sentence import Guard, Kind, Sentence


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def translated(sentence_id: int, ja: str, guard: Guard = Guard.OK) -> TranslationChanged:
    return TranslationChanged(sentence_id, ja, final=True, guard=guard)


def test_each_sentence_stands_above_its_japanese_with_the_marks_of_markdown() -> None:
    out = io.StringIO()
    console = Console(out, io.StringIO())
    for event in (
        SentenceAdded(Sentence(1, Kind.HEADING, "The plan")),
        translated(1, "計画"),
        SentenceAdded(Sentence(2, Kind.LIST, "Read it.", ordinal="2.")),
        TranslationChanged(2, "読", final=False),
        translated(2, "読みます。"),
        SentenceAdded(Sentence(3, Kind.PROSE, "It loops.")),
        translated(3, "It loops.", Guard.ENGLISH),
    ):
        console.take(event)
    assert out.getvalue() == "# The plan\n# 計画\n\n2. Read it.\n2. 読みます。\n\nIt loops.\n(not translated)\n\n"


def test_words_that_were_spoken_before_it_failed_stay() -> None:
    out = io.StringIO()
    console = Console(out, io.StringIO())
    console.take(SentenceAdded(Sentence(1, Kind.PROSE, "It loops.")))
    console.take(translated(1, "これは、… It loops.", Guard.ENGLISH))
    assert out.getvalue() == "It loops.\nこれは、… It loops. (not translated)\n\n"


def test_progress_is_a_bar_on_a_terminal_and_one_line_elsewhere() -> None:
    half = Loading("Fetching the weights", 0.5, "500 of 1000 MB")
    plain, tty = io.StringIO(), Tty()
    for err in (plain, tty):
        console = Console(io.StringIO(), err)
        console.take(half)
        console.take(half)
        console.take(Notice(Level.WARNING, "x", "Slow network."))
    assert plain.getvalue() == "Fetching the weights …\nwarning: Slow network.\n"
    assert "Fetching the weights ███████████████░░░░░░░░░░░░░░░ 500 of 1000 MB" in tty.getvalue()
    assert tty.getvalue().endswith("\r\x1b[Kwarning: Slow network.\n")


def test_the_latency_table_is_markdown() -> None:
    table = latency_table({"queue_ms": StageStats(1.0, 2.0, 3.0, 4)})
    assert table.splitlines()[2] == "| queue_ms | 4 | 1.0 | 2.0 | 3.0 |"
