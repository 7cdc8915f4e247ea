"""What holds for any text: the split into deltas does not matter, nothing is lost or doubled, nothing crashes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.sentence import Kind
from engine.text.segmenter import Committed, Segmenter, SegmentEvent, TakenBack

FRAGMENTS = [
    *"#-*_`~>|<[]().!?:;,=+\\\n\n\n 1\t\r\"'…。」「",
    *(
        "word",
        "Then",
        "the",
        "e.g.",
        "etc.",
        "Dr.",
        "No.",
        "J.",
        "3.11",
        "config.yml",
        "https://a.b/c?d.",
        "...",
        "end.",
    ),
    *(
        "**",
        "***",
        "``",
        "```",
        "````",
        "~~~",
        "```py\n",
        "```md\n",
        "\n```\n",
        "\n\n",
        ". ",
        ".\n",
        ":\n",
        "  \n",
        "\\\n",
    ),
    *(
        "- ",
        "\n- ",
        "\n  - ",
        "1. ",
        "\n2. ",
        "10) ",
        "> ",
        "\n> ",
        "> > ",
        "# ",
        "\n## ",
        "---",
        "\n---\n",
        "\n===\n",
        "* * *",
    ),
    *(
        "| a | b |\n",
        "|---|---|\n",
        "\n| x",
        "a | b\n",
        "--|--\n",
        "[link](",
        "](x y)",
        "![",
        "<!--",
        "-->",
        "<br>",
        "<pre>\n",
    ),
    *(
        "</pre>",
        "<b>",
        "key: value\n",
        "    ",
        "\n    ",
        "\n\n    ",
        "[!NOTE]\n",
        "日本語",
        "です。",
        "\x00",
        "\x1b[1m",
        "\u202e",
        "🎉",
    ),
    *("a" * 90, "word " * 30, "clause, " * 15, "&amp;", "&#10;", "[ ] ", "__x__"),
]
TEXTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=4)), max_size=40).map("".join)
LINES = [fragment for fragment in FRAGMENTS if "\n" not in fragment and "\r" not in fragment]
LONG_LINES = st.lists(st.sampled_from([*LINES, " ", " ", ", ", " and ", " so it goes on "]), max_size=150).map("".join)

WORD = re.compile(r"w\d+")


def pieces(text: str, cuts: Sequence[int]) -> list[str]:
    places = sorted({cut % (len(text) + 1) for cut in cuts} | {0, len(text)})
    return [text[start:stop] for start, stop in itertools.pairwise(places)]


def content(sentences: Sequence[Committed]) -> list[Committed]:
    """The sentences without what may depend on the deltas."""
    return [replace(s, key=0, ended_at=0.0, is_provisional=False) for s in sentences]


@settings(max_examples=600, deadline=None, derandomize=True)
@given(text=TEXTS | LONG_LINES, cuts=st.lists(st.integers(0, 5000), max_size=30))
@example(text="a | etc.\n--|--\n", cuts=[8, 9])
@example(text="etc.\n---\n", cuts=[4])
@example(text="---\nkey: value\nnot", cuts=[3, 4, 5])
@example(text="    i\nindented", cuts=[5])
def test_any_split_gives_the_same(
    stream: Callable[[Sequence[str]], list[SegmentEvent]],
    settle: Callable[[Sequence[SegmentEvent]], list[Committed]],
    text: str,
    cuts: list[int],
) -> None:
    whole = content(settle(stream([text])))
    assert content(settle(stream(pieces(text, cuts)))) == whole
    assert content(settle(stream(list(text)))) == whole


def given_so_far(deltas: Sequence[str]) -> list[Committed]:
    """The sentences that stand while more may come, the last one provisional or not."""
    segmenter, standing = Segmenter(), dict[int, Committed]()
    for delta in deltas:
        for event in segmenter.feed(delta, 0.0):
            match event:
                case Committed():
                    standing[event.key] = event
                case TakenBack(key):
                    del standing[key]
    return content(list(standing.values()))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=TEXTS | LONG_LINES, cuts=st.lists(st.integers(0, 5000), max_size=30))
@example(text="A sentence of this length is nothing special. " * 8, cuts=[])
def test_any_split_gives_as_much_before_the_end(text: str, cuts: list[int]) -> None:
    by_character = given_so_far(list(text))
    assert given_so_far([text]) == by_character
    assert given_so_far(pieces(text, cuts)) == by_character


@st.composite
def word_texts(draw: st.DrawFn) -> str:
    """Markdown of numbered words: every one of them must come out once, in order."""
    count = 0

    def word(_: object) -> str:
        nonlocal count
        count += 1
        return f"w{count}"

    templates = st.sampled_from(
        [
            "W W. W! W",
            "W **W W.** W *W*? W",
            "# W W",
            "W W\n===",
            "- W. W\n  - W W\n\n    W",
            "1. W\n2. W W. W",
            "> W W. W\n> W",
            "```py\nW. W\n\n  W\n```",
            "    W W\n    W",
            "| W | W |\n|---|---|\n| W | `W` |",
            "W | W\n---|---\nW | W",
            "| W W. W",
            "W `W. W` W. [W W](x.y) W",
            "W (W. W) W... W etc. W e.g. W",
            "W `W [W (W *W",
            "<b>W. W</b> <W> W",
            "W: W:\nW  \nW\\\nW",
            "---\nW: W\n---",
            "---",
            "<!-- x -->W. W",
            " ".join(["W"] * 120),
            "W, " * 60,
        ]
    )
    blocks = draw(st.lists(st.tuples(templates, st.sampled_from(["\n", "\n\n"])), max_size=6))
    return re.sub("W", word, "".join(block + gap for block, gap in blocks))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=word_texts(), cuts=st.lists(st.integers(0, 5000), max_size=20))
def test_nothing_is_lost_or_doubled(
    stream: Callable[[Sequence[str]], list[SegmentEvent]],
    settle: Callable[[Sequence[SegmentEvent]], list[Committed]],
    text: str,
    cuts: list[int],
) -> None:
    sentences = settle(stream(pieces(text, cuts)))
    assert [word for s in sentences for word in WORD.findall(s.en)] == WORD.findall(text)
    assert [word for s in sentences for word in WORD.findall(s.markdown)] == WORD.findall(text)


def stream_with_pauses(deltas: Sequence[str], pauses: Sequence[bool]) -> list[SegmentEvent]:
    segmenter = Segmenter()
    events: list[SegmentEvent] = []
    for delta, pauses_here in zip(deltas, pauses, strict=False):
        events += segmenter.feed(delta, 0.0)
        if pauses_here:
            events += segmenter.pause(0.0)
            assert not segmenter.has_provisional
    return events + segmenter.end(0.0)


PAUSES = st.lists(st.booleans(), min_size=30, max_size=30)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=TEXTS, cuts=st.lists(st.integers(0, 5000), max_size=20), pauses=PAUSES)
def test_pauses_keep_the_protocol(
    settle: Callable[[Sequence[SegmentEvent]], list[Committed]], text: str, cuts: list[int], pauses: list[bool]
) -> None:
    standing = settle(stream_with_pauses(pieces(text, cuts), pauses))
    controls = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")
    assert not any(controls.search(s.en) for s in standing)
    assert all(s.en or s.kind in (Kind.RULE, Kind.CODE) for s in standing)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=word_texts(), cuts=st.lists(st.integers(0, 5000), max_size=20), pauses=PAUSES)
def test_pauses_lose_no_word(
    settle: Callable[[Sequence[SegmentEvent]], list[Committed]], text: str, cuts: list[int], pauses: list[bool]
) -> None:
    standing = settle(stream_with_pauses(pieces(text, cuts), pauses))
    assert [word for s in standing for word in WORD.findall(s.en)] == WORD.findall(text)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(text=st.text(st.characters(), max_size=300))
def test_any_characters_at_all(
    stream: Callable[[Sequence[str]], list[SegmentEvent]],
    settle: Callable[[Sequence[SegmentEvent]], list[Committed]],
    text: str,
) -> None:
    for sentence in settle(stream(list(text))):
        sentence.en.encode("utf-8")


MILLION = 1_000_000


@pytest.mark.parametrize(
    "text",
    [*"x.`[_>#| -。&\\\t\n", "x ", "` ", "[a](", "*a ", "> ", "- ", "| a ", "<a", "e.g. "],
)
def test_very_many_of_one_mark(
    stream: Callable[[Sequence[str]], list[SegmentEvent]],
    settle: Callable[[Sequence[SegmentEvent]], list[Committed]],
    text: str,
) -> None:
    whole = "a" + text * (MILLION // len(text) // 10)
    assert content(settle(stream([whole])))[0].markdown[0] == "a"


@pytest.mark.parametrize("start", ["x", "|", "|-", "a\n|-", "- ", "```", "a\n---", "<!--", "<pre", "1. ", "    ", "# "])
def test_a_very_long_line_of_each_kind(
    stream: Callable[[Sequence[str]], list[SegmentEvent]],
    settle: Callable[[Sequence[SegmentEvent]], list[Committed]],
    start: str,
) -> None:
    for filler in (" ", "x", "|", "-"):
        text = start + filler * (MILLION // 10) + "end"
        parts = [text[place : place + 5000] for place in range(0, len(text), 5000)]
        assert content(settle(stream(parts))) == content(settle(stream([text])))


def test_a_million_characters_in_one_line(
    stream: Callable[[Sequence[str]], list[SegmentEvent]],
    settle: Callable[[Sequence[SegmentEvent]], list[Committed]],
) -> None:
    sentences = settle(stream(["x" * MILLION]))
    assert sum(len(s.en) for s in sentences) == MILLION


def test_a_large_answer_in_small_deltas(
    stream: Callable[[Sequence[str]], list[SegmentEvent]],
    settle: Callable[[Sequence[SegmentEvent]], list[Committed]],
) -> None:
    text = "- One `a.b` and **two. Then** three (etc.) more:\n\n" * 2000
    sentences = settle(stream([text[start : start + 5] for start in range(0, len(text), 5)]))
    assert len(sentences) == 4000
