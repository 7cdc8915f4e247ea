"""Each text marks one place with `^`: is it inside something that must not be cut?"""

from __future__ import annotations

import pytest

from engine.text.masks import is_masked

MASKED = [
    "`a.^ b`",
    "``a ` b^``",
    "[a.^ b](c)",
    "[a](b^ c)",
    "[a `]` b^]",
    "<a href='x.^ y'>",
    "<!-- a^ -->",
    "[a [b] c^]",
]
FREE = ["a^ `b`", "`a`^ b", "[a](b)^ c", "<b>x^</b>", "a < b^ > c", "\\`a^\\`", "\\[a^\\]", "[a](b(c)d)^ e"]
UNFINISHED = ["`a^ b", "``a`^ b", "[a^ b", "[a](b^ c", "<!-- a^ b"]


def place(marked: str) -> tuple[str, int]:
    return marked.replace("^", ""), marked.index("^")


@pytest.mark.parametrize("marked", MASKED)
def test_inside(marked: str) -> None:
    text, position = place(marked)
    assert is_masked(text, position, final=True)


@pytest.mark.parametrize("marked", FREE)
@pytest.mark.parametrize("final", [True, False])
def test_outside(marked: str, final: bool) -> None:
    text, position = place(marked)
    assert not is_masked(text, position, final)


@pytest.mark.parametrize("marked", UNFINISHED)
def test_unfinished_masks_until_the_paragraph_ends(marked: str) -> None:
    text, position = place(marked)
    assert is_masked(text, position, final=False)
    assert not is_masked(text, position, final=True)


@pytest.mark.parametrize("marked", [*MASKED, *FREE, *UNFINISHED])
def test_later_text_changes_nothing_while_unfinished(marked: str) -> None:
    text, position = place(marked)
    assert is_masked(text, position, final=False) == is_masked(text[:position], position, final=False)
