"""The timeline as a line: shapes, colours, what fits, and who is where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from engine.events import Event, SentenceAdded, SpeechChanged, SpeechPhase, TranslationChanged
from tests.support.measured_story import FIRST_SOUNDS, sentence, session, spoken
from tui.widgets.row import MARKS, Row
from tui.widgets.spans import line_width, plain
from tui.widgets.timeline_layout import EMPTY_TEXT, Drawn, cell, draw, index_of


def rows_after(events: Iterable[Event]) -> list[Row]:
    rows: dict[int, Row] = {}
    for event in events:
        match event:
            case SentenceAdded():
                rows[event.sentence.id] = Row.of(event.sentence)
            case TranslationChanged():
                rows[event.id].apply_translation(event)
            case SpeechChanged():
                rows[event.id].apply_speech(event)
    return list(rows.values())


def many(count: int, turn_of: int = 10_000) -> list[Row]:
    return [Row.of(sentence(number, number // turn_of)) for number in range(1, count + 1)]


def text(drawn: Drawn) -> str:
    return plain([drawn.line])[0]


def ids(drawn: Drawn) -> list[int]:
    return [sentence_id for sentence_id in drawn.columns if sentence_id is not None]


def test_a_session_at_a_glance() -> None:
    assert text(draw(rows_after(session()), None, 40)) == " ▁▃▅▇✓╎–×!▶○…·"


@pytest.mark.parametrize(("ms", "role"), zip(FIRST_SOUNDS, ("good", "fair", "slow", "bad"), strict=True))
def test_what_was_spoken_shows_how_late_its_voice_was(ms: float, role: str) -> None:
    (row,) = rows_after(spoken(1, ms))
    assert cell(row).role == role


def test_each_landmark_and_each_state_has_its_own_shape() -> None:
    shapes = [cell(row).text for row in rows_after(session())]
    assert len(set(shapes)) == len(shapes) == 12


def test_waiting_for_the_sentence_before_is_not_held_against_a_sentence() -> None:
    (row,) = rows_after(spoken(1, 9000.0, had_to_queue=True))
    assert (cell(row).text, cell(row).role) == ("✓", "state-spoken")


def test_a_replay_shows_as_sounding_and_leaves_the_latency() -> None:
    (row,) = rows_after(spoken(1, 260.0))
    row.apply_speech(SpeechChanged(1, SpeechPhase.STARTED, is_replay=True))
    assert cell(row).text == "▶"
    row.apply_speech(SpeechChanged(1, SpeechPhase.FINISHED, is_replay=True))
    assert cell(row).role == "fair"


def test_the_newest_are_at_the_right_where_not_all_fit() -> None:
    drawn = draw(many(100), None, 30)
    assert ids(drawn)[-1] == 100
    assert text(drawn).startswith("‹")
    assert not text(drawn).endswith("›")


def test_the_line_goes_where_the_selection_is() -> None:
    drawn = draw(many(100), 40, 30)
    assert 40 in ids(drawn)
    assert drawn.selected is not None
    assert drawn.columns[drawn.selected] == 40
    assert "‹" in text(drawn)
    assert "›" in text(drawn)
    assert "40/100 waiting" in text(drawn)


def test_it_stays_where_it_is_while_the_selected_one_is_among_the_newest() -> None:
    rows = many(100)
    assert ids(draw(rows, 99, 60))[-1] == 100


def test_the_first_and_the_last_can_be_selected() -> None:
    rows = many(100)
    assert not text(draw(rows, 1, 30)).startswith("‹")
    assert ids(draw(rows, 1, 30))[0] == 1
    assert ids(draw(rows, 100, 30))[-1] == 100


@pytest.mark.parametrize("turn_of", [1, 3, 10_000])
@pytest.mark.parametrize("selected", [None, 1, 50, 99, 100, 777])
@pytest.mark.parametrize("width", [20, 60, 80, 119, 200])
def test_it_fits_and_columns_are_where_they_are_drawn(width: int, selected: int | None, turn_of: int) -> None:
    drawn = draw(many(100, turn_of), selected, width)
    assert line_width(drawn.line) <= width
    signs = text(drawn).ljust(width)
    for column, sentence_id in enumerate(drawn.columns):
        assert (signs[column] == MARKS["waiting"]) == (sentence_id is not None)  # type: ignore[index]


def test_turns_are_told_apart() -> None:
    rows = [Row.of(sentence(number, turn)) for number, turn in ((1, 1), (2, 1), (3, 2), (4, 3))]
    assert text(draw(rows, None, 40)) == " ··╎·╎·"
    assert draw(rows, None, 40).columns == (None, 1, 2, None, 3, None, 4)


@pytest.mark.parametrize(
    ("events", "says"),
    [
        (list(spoken(1, 260.0)), "1/1 ▃260 ms"),
        (list(spoken(1, 2600.0, had_to_queue=True)), "1/1 after the one before"),
        ([SentenceAdded(sentence(1))], "1/1 waiting"),
    ],
)
def test_the_selected_one_is_told_in_words(events: Sequence[Event], says: str) -> None:
    assert text(draw(rows_after(events), 1, 80)).endswith(says)


def test_before_the_first_sentence_it_says_what_it_is() -> None:
    assert text(draw([], None, 80)).strip() == EMPTY_TEXT
    assert line_width(draw([], None, 10).line) <= 10


def test_a_sentence_is_found_by_its_id() -> None:
    rows = [Row.of(sentence(number)) for number in (3, 4, 7)]
    assert [index_of(rows, number) for number in (2, 3, 5, 7, 8)] == [None, 0, None, 2, None]
