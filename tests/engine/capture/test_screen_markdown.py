"""Markdown from rows that were drawn from it."""

from __future__ import annotations

import pytest

from engine.capture.screen_markdown import Form, read_paragraph


@pytest.mark.parametrize(
    ("rows", "markdown"),
    [
        (["One row of words that fills it.", "More of it."], "One row of words that fills it.\nMore of it."),
        (
            ["A row that goes on until it is full and", "then in the next."],
            "A row that goes on until it is full and then in the next.",
        ),
        (
            ["1. First.", "2. Second that is long enough to be", "   broken.", "   - Inner."],
            "1. First.\n2. Second that is long enough to be broken.\n   - Inner.",
        ),
        (["pip install it", "2. Run it."], "pip install it\n\n2. Run it."),
        (["▎ A quote of words that goes on until it", "▎ breaks."], "> A quote of words that goes on until it breaks."),
        (["Read the guide (https://a.b/c)."], "Read the guide."),
        (["It is sure. · summary"], "It is sure."),
        (["Call __init__ with *args and a_b <tag>."], "Call \\_\\_init\\_\\_ with \\*args and a_b \\<tag>."),
        (["---"], "---"),
    ],
)
def test_prose(rows: list[str], markdown: str) -> None:
    paragraph = read_paragraph(rows, 42)
    assert paragraph.form is Form.PROSE
    assert paragraph.markdown == markdown


@pytest.mark.parametrize(
    "rows",
    [
        ["def f(x):", "    return x"],
        ["npm install", "npm run build -- --watch"],
        ["- old = 1", "+ new = 2"],
        ["const a = 1;"],
        ["# Install", "pip install thing"],
        ["{", '  "a": 1', "}"],
    ],
)
def test_code_by_its_look(rows: list[str]) -> None:
    paragraph = read_paragraph(rows, 80)
    assert paragraph.form is Form.CODE
    assert paragraph.markdown == "```\n" + "\n".join(rows) + "\n```"


@pytest.mark.parametrize(
    "rows",
    [
        ["The method get(key) -> str reads it.", "Then x = 1 is set."],
        ["Import the module first, then make it."],
        ["Make sure that you go there."],
    ],
)
def test_prose_about_code_is_prose(rows: list[str]) -> None:
    assert read_paragraph(rows, 80).form is Form.PROSE


@pytest.mark.parametrize(
    ("rows", "is_exact"),
    [
        (["A sentence of prose."], True),
        (["A heading"], True),
        (["- an item", "- another"], True),
        (["plain words without an end"], False),
        (["Use <b>bold</b> words."], False),
        (["┌───┐", "│ a │", "└───┘"], False),
        (["Install it:", "pip install thing", "2. Run it."], False),
    ],
)
def test_what_may_be_said_before_the_transcript_has_it(rows: list[str], is_exact: bool) -> None:
    paragraph = read_paragraph(rows, 80)
    assert paragraph.is_exact(len(paragraph.markdown)) is is_exact


@pytest.mark.parametrize(
    ("rows", "certain"),
    [
        (["One is here. Two is not"], "One is here."),
        (["1. One is here.", "2."], "1. One is here."),
        (["Nothing is certain"], ""),
        (["┌───┐", "│ a.│", "└───┘"], ""),
    ],
)
def test_what_is_certain_while_more_may_come(rows: list[str], certain: str) -> None:
    paragraph = read_paragraph(rows, 80)
    assert paragraph.markdown[: paragraph.certain_end] == certain
