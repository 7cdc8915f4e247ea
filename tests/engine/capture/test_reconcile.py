"""What a finished answer holds and the stream did not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.capture.reconcile import MOST_COMPARED, Missing, find_missing

SENTENCES = [f"Sentence number {n} tells more about it. " for n in range(8)]
ANSWER = "".join(SENTENCES)


@pytest.mark.parametrize(
    "delivered",
    [
        ANSWER,
        ANSWER.strip(),
        ANSWER.replace(" ", "\n"),
        "An attempt that broke off.\n\n" + ANSWER,
        SENTENCES[0] + "An old sente\n\n" + "".join(SENTENCES[1:]),
    ],
)
def test_nothing_is_missing(delivered: str) -> None:
    assert find_missing(ANSWER, delivered) is None


def test_an_empty_answer_misses_nothing() -> None:
    assert find_missing("", "Prose between tools is no part of the answer.") is None
    assert find_missing(" \n", "") is None


@pytest.mark.parametrize("length", [1, 9, 40, len(ANSWER) - 3])
def test_a_lost_end_goes_on_where_the_text_stops(length: int) -> None:
    missing = find_missing(ANSWER, ANSWER[:length])
    assert missing is not None
    assert missing.continues
    assert "".join((ANSWER[:length] + missing.text).split()) == "".join(ANSWER.split())


def test_of_nothing_all_is_missing() -> None:
    assert find_missing(ANSWER, "") == Missing(ANSWER, continues=False)


def test_a_lost_sentence_stands_alone() -> None:
    assert find_missing(ANSWER, "".join(SENTENCES[:3] + SENTENCES[4:])) == Missing(SENTENCES[3], continues=False)


def test_a_sentence_with_a_hole_comes_whole_and_no_other() -> None:
    holed = SENTENCES[3][:10] + SENTENCES[3][16:]
    assert find_missing(ANSWER, "".join([*SENTENCES[:3], holed, *SENTENCES[4:]])) == Missing(SENTENCES[3], False)


def test_what_was_lost_in_two_places_is_two_paragraphs() -> None:
    missing = find_missing(ANSWER, "".join(SENTENCES[:2] + SENTENCES[3:5] + SENTENCES[6:]))
    assert missing == Missing(f"{SENTENCES[2]}\n\n{SENTENCES[5]}", continues=False)


def test_a_lost_line_of_code_brings_the_whole_block() -> None:
    code = "```sh\nmake test\nmake all\n```\n"
    answer = f"Run this.\n\n{code}\nThat is all. It works.\n"
    missing = find_missing(answer, answer.replace("make all\n", ""))
    assert missing == Missing(code.strip("\n"), continues=False)


def test_a_code_block_that_never_ends_is_whole_as_well() -> None:
    answer = "Run this.\n\n```sh\nmake test\nmake all\nmake it"
    assert find_missing(answer, answer.replace("make test\n", "")) == Missing(answer[11:], continues=False)


def test_too_much_to_compare_is_shown_rather_than_lost() -> None:
    pieces = [f"Line {n}.\n" for n in range(2 * MOST_COMPARED)]
    missing = find_missing("".join(pieces), "".join(pieces[1::2]))
    assert missing is not None
    assert pieces[0] in missing.text


def test_megabytes_of_one_word_end() -> None:
    answer = "no. " * 300_000
    assert find_missing(answer, answer) is None
    missing = find_missing("first. " + answer, answer[:-20])
    assert missing is not None
    assert missing.text.startswith("first. ")


WORDS = st.sampled_from(["One. ", "Two! ", "Three\n", "four ", "- five\n", "```\n", "\n", "**six**. "])


@given(st.lists(WORDS, max_size=30).map("".join), st.data())
def test_every_sentence_is_delivered_or_missing(answer: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(answer)))
    end = data.draw(st.integers(begin, len(answer)))
    delivered = answer[:begin] + answer[end:]
    missing = find_missing(answer, delivered)
    shown = delivered + ("" if missing is None else missing.text if missing.continues else "\n" + missing.text)
    for word in ("One.", "Two!", "Three", "four", "five", "**six**."):
        assert "".join(shown.split()).count(word) >= answer.count(word)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts(answer: str, delivered: str) -> None:
    missing = find_missing(answer, delivered)
    assert missing is None or missing.text.strip()
