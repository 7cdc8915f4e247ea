"""Rows of what was said before, and of what subagents say."""

from __future__ import annotations

import pytest

from engine.sentence import Kind, Sentence, State
from tui.widgets.row import MARKS, Row
from tui.widgets.row_layout import SUBAGENT_SIGN, row_lines, separator_lines
from tui.widgets.spans import line_width, plain


def roles(row: Row, text: str) -> set[str]:
    return {span.role for line in row_lines(row, 100) for span in line if text in span.text}


@pytest.mark.parametrize("kind", [Kind.PROSE, Kind.HEADING, Kind.LIST, Kind.QUOTE, Kind.CODE])
def test_old_text_is_dim(kind: Kind) -> None:
    entry = Row.of(Sentence(1, kind, "It is old.", state=State.SKIPPED, is_old=True))
    assert roles(entry, "It is old.") == {"dim"}
    new = Row.of(Sentence(2, kind, "It is new."))
    assert "dim" not in roles(new, "It is new.")


def test_an_old_prompt_is_dim() -> None:
    (_, old), (_, new) = (separator_lines("why?", None, 60, is_old=is_old) for is_old in (True, False))
    assert [next(span.role for span in line if "why?" in span.text) for line in (old, new)] == ["dim", "prompt"]


@pytest.mark.parametrize("width", [60, 100])
def test_a_subagents_row_says_whose_words_they_are(width: int) -> None:
    entry = Row.of(Sentence(1, Kind.PROSE, "I found it.", speaker="Explore", ja="見つけました。"))
    first = plain(row_lines(entry, width))[0]
    assert first.startswith(f" {MARKS[State.WAITING]} {SUBAGENT_SIGN} Explore: I found it.")
    assert SUBAGENT_SIGN not in plain(row_lines(Row.of(Sentence(1, Kind.PROSE, "I found it.")), width))[0]


def test_a_speaker_with_a_name_that_never_ends_fits() -> None:
    entry = Row.of(Sentence(1, Kind.LIST, "I found it.", speaker="x\x1b[2J" * 80, level=2))
    assert all(line_width(line) <= 60 for line in row_lines(entry, 60))
    assert "\x1b" not in "".join(plain(row_lines(entry, 60)))
