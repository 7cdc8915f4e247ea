"""Halves of characters are joined, and alone they do no harm."""

from __future__ import annotations

import pytest

from engine.text.surrogates import SurrogateJoiner, whole

HIGH, LOW = "\ud83d", "\ude00"


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["Done 😀."], "Done 😀."),
        (["Done ", HIGH, LOW, "."], "Done 😀."),
        (["Done " + HIGH, LOW + "."], "Done 😀."),
        ([HIGH + LOW], "😀"),
        (["a" + HIGH, "b"], "a\ufffdb"),
        (["a", LOW + "b"], "a\ufffdb"),
        ([HIGH, HIGH + LOW], "\ufffd😀"),
        ([HIGH], ""),
        ([""], ""),
    ],
)
def test_pieces_become_text_that_can_be_encoded(pieces: list[str], text: str) -> None:
    joiner = SurrogateJoiner()
    joined = "".join(joiner.feed(piece) for piece in pieces)
    joined.encode()
    assert joined == text


def test_a_whole_text_is_mended_at_once() -> None:
    assert whole(f"a{HIGH}{LOW}b{LOW}") == "a😀b\ufffd"
