from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.translate.parts import LONGEST, split


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One sentence", ["One sentence"]),
        ("", [""]),
        ("first one; second, third and fourth", ["first one;", "second,", "third", "and fourth"]),
        ("alpha beta and gamma", ["alpha beta", "and gamma"]),
        ("aaaaaaaaaaaaaaaaaaaaaa", ["aaaaaaaaaaaa", "aaaaaaaaaa"]),
    ],
)
def test_cuts_are_made_at_good_places(text: str, parts: list[str]) -> None:
    assert split(text, 12) == parts


def test_ordinary_sentences_stay_whole() -> None:
    assert split("word " * 60) == [("word " * 60).strip()]


@given(st.text(alphabet="ab ,;.", max_size=300), st.integers(1, 50))
def test_nothing_is_lost_and_no_part_is_too_long(text: str, longest: int) -> None:
    parts = split(text, longest)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part) <= longest for part in parts)
    assert len(parts) == 1 or all(parts)


def test_two_thousand_characters_without_a_full_stop() -> None:
    text = ("the worker takes the job from the queue, and then it writes the result " * 28)[:2000].strip()
    parts = split(text)
    assert 5 <= len(parts) <= 8
    assert " ".join(parts) == text
    assert all(len(part) <= LONGEST for part in parts)
