from __future__ import annotations

import pytest

from engine.text.clean import LineEndings, without_controls
from engine.text.plain import draft, plain, plain_heading, plain_item, plain_quote


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**b** *i* ***bi*** _u_ __s__ ~~x~~", "b i bi u __s__ x"),
        ("__two words__", "two words"),
        ("[text](http://x) ![alt](y) <http://z>", "text alt http://z"),
        ("`a*b*` and ``c ` d``", "a*b* and c ` d"),
        ("a  b\n c", "a b c"),
        ("a<br>b<br/>c", "a b c"),
        ("<b>x</b> <T> <file name>", "x <T> <file name>"),
        ("&lt;&amp;&copy;", "<&©"),
        (r"\*kept\* \_", "*kept* _"),
        ("open **bold", "open bold"),
        ("closed** bold", "closed bold"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("f(*args, **kwargs)", "f(*args, **kwargs)"),
        ("日本\n語 and\nmore", "日本語 and more"),
        ("&#9;x&#10;y", "x y"),
    ],
)
def test_plain(markdown: str, text: str) -> None:
    assert plain(markdown) == text


def test_plain_of_blocks() -> None:
    assert plain_heading("Title ##") == "Title"
    assert plain_heading("C#") == "C#"
    assert plain_item("[x] Done") == "Done"
    assert plain_quote("[!TIP]") == "Tip"


def test_huge_text_is_stripped_roughly() -> None:
    assert plain("**a** [b](c) " * 1000) == " ".join(["a b"] * 1000)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("It **wo", "It wo"),
        ("a `co", "a co"),
        ("[te", "[te"),
        ("[text](http", "text"),
        ("x <b>y", "x y"),
        ("2 * 3", "2 * 3"),
    ],
)
def test_draft(markdown: str, text: str) -> None:
    assert draft(markdown) == text


def test_controls() -> None:
    assert without_controls("a\tb\nc\x00\x1b\x85\u202e\ud800") == "a\tb\nc" + "\ufffd" * 5


def test_line_endings_over_deltas() -> None:
    endings = LineEndings()
    assert [endings.feed(delta) for delta in ("a\r", "\n", "b\r", "", "c\r", "\n\n", "\r\nd")] == [
        "a\n", "", "b\n", "", "c\n", "\n", "\nd",
    ]  # fmt: skip
