"""One stream from several sources: nothing lost, nothing twice, whoever is followed when."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.capture.merge import Merger
from engine.source import BlockEnd, Remark, SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart
from tests.support.recordings import heard

PARAGRAPHS = [
    "# A plan",
    "It has **bold** text, `inline code` and a [link](https://example.com/docs). Next comes a list!",
    "1. Read it.\n2. Run it.\n3. Run it.",
    "```python\ndef greet(name):\n    return name\n\ngreet(1)\n```",
    "| Option | Meaning |\n| --- | --- |\n| `--fast` | Faster |",
    "Yes.",
    "Yes. And then “quoted” 日本語 🚀 words, which go on for a little longer than the others do.",
    "---",
    "Done.",
]


def message(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"


TURNS = [[message(*PARAGRAPHS), "Done.\n"], ["Yes."], [message(*reversed(PARAGRAPHS)), message("Done.", "Yes.")]]


def session(name: str, turns: Sequence[Sequence[str]] = TURNS) -> list[SourceEvent]:
    """What a source says of a session, a character at a time."""
    events: list[SourceEvent] = []
    for number, blocks in enumerate(turns):
        turn = f"{name}-{number}"
        events.append(TurnStart(turn, 0.0, "hello"))
        for index, text in enumerate(blocks):
            block = f"{turn}/{index}"
            events += [TextDelta(block, character, 0.0) for character in text]
            events.append(BlockEnd(block, 0.0))
        events.append(TurnEnd(turn, 0.0))
    return events


def chunked(events: Sequence[SourceEvent], chance: random.Random, most: int) -> list[SourceEvent]:
    """The same, in pieces of up to `most` characters."""
    out: list[SourceEvent] = []
    size = 0
    for event in events:
        last = out[-1] if out else None
        if isinstance(event, TextDelta) and isinstance(last, TextDelta) and last.block == event.block and size > 1:
            out[-1] = replace(last, text=last.text + event.text)
            size -= 1
        else:
            out.append(event)
            size = chance.randint(1, most)
    return out


def by_lines(events: Sequence[SourceEvent]) -> list[SourceEvent]:
    """The same in whole lines, as the hook says it."""
    out: list[SourceEvent] = []
    for event in events:
        last = out[-1] if out else None
        if (
            isinstance(event, TextDelta)
            and isinstance(last, TextDelta)
            and last.block == event.block
            and not last.text.endswith("\n")
        ):
            out[-1] = replace(last, text=last.text + event.text)
        else:
            out.append(event)
    return out


def flat(events: Sequence[SourceEvent]) -> str:
    """The text with the beginnings and ends of turns, as one string."""
    signs = {TurnStart: "<", TurnEnd: ">", BlockEnd: "¶"}
    return "".join(event.text if isinstance(event, TextDelta) else signs.get(type(event), "?") for event in events)


CHANCES = st.integers(0, 2**31).map(random.Random)
"""A number says all, so that an example stays small however long the session is."""
TRUE = flat(session("true"))


def interleaved(
    first: list[SourceEvent], second: list[SourceEvent], chance: random.Random, lead: float
) -> Iterator[tuple[str, SourceEvent]]:
    """Both in their own order; `lead` above 0.5 lets the first one be ahead most of the time."""
    a, b = list(reversed(first)), list(reversed(second))
    while a or b:
        if a and (not b or chance.random() < lead):
            yield "first", a.pop()
        else:
            yield "second", b.pop()


class Stream:
    """A merger and what came out."""

    def __init__(self, *names: str, inexact: Sequence[str] = ()) -> None:
        self.events: list[SourceEvent] = []
        self.merger = Merger(self.events.append)
        for name in names or ("first", "second"):
            self.merger.add(name, is_exact=name not in inexact)

    def take(self, name: str, *events: SourceEvent) -> Stream:
        for event in events:
            self.merger.take(name, event)
        return self

    @property
    def text(self) -> str:
        return "".join(heard(self.events))


@settings(max_examples=100, deadline=None)
@given(CHANCES, st.integers(1, 40))
def test_any_chunking_gives_the_same(chance: random.Random, most: int) -> None:
    stream = Stream()
    stream.merger.follow("first")
    for name, event in interleaved(
        chunked(session("f"), chance, most), by_lines(session("s")), chance, chance.random()
    ):
        stream.take(name, event)
    assert flat(stream.events) == TRUE


@settings(max_examples=300, deadline=None)
@given(CHANCES, st.integers(1, 60), st.floats(0.05, 0.95), st.booleans(), st.floats(0.0, 1.0))
def test_a_hand_over_at_any_point_loses_and_repeats_nothing(
    chance: random.Random, most: int, lead: float, is_by_lines: bool, dies_at: float
) -> None:
    first = chunked(session("f"), chance, most)
    whole = session("s")
    second = by_lines(whole) if is_by_lines else chunked(whole, chance, most)
    first = first[: int(len(first) * dies_at)]
    stream = Stream()
    stream.merger.follow("first")
    said = list(interleaved(first, second, chance, lead))
    last = max((place for place, (name, _) in enumerate(said) if name == "first"), default=0)
    hand_over = chance.randint(last, len(said))
    for place, (name, event) in enumerate(said):
        if place == hand_over:
            stream.merger.follow("second")
        stream.take(name, event)
    stream.merger.follow("second")
    assert without_ends(flat(stream.events)) == without_ends(TRUE)


def without_ends(text: str) -> str:
    """Where blocks end is told by the next block's beginning too."""
    return text.replace("¶", "")


@settings(max_examples=200, deadline=None)
@given(CHANCES, st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6))
def test_back_and_forth_loses_and_repeats_nothing(chance: random.Random, places: list[float]) -> None:
    """Both say everything; who is followed changes at any time."""
    stream = Stream()
    said = list(interleaved(chunked(session("f"), chance, 9), by_lines(session("s")), chance, 0.6))
    changes = sorted(int(place * len(said)) for place in places)
    names = ["first", "second"] * 4
    stream.merger.follow("second")
    for place, (name, event) in enumerate(said):
        while changes and changes[0] <= place:
            changes.pop(0)
            stream.merger.follow(names.pop(0))
        stream.take(name, event)
    stream.merger.follow("second")
    stream.merger.follow("first")
    assert without_ends(flat(stream.events)) == without_ends(TRUE)


def test_until_one_is_followed_everything_is_kept() -> None:
    stream = Stream().take("second", *session("s"))
    assert stream.events == []
    stream.merger.follow("second")
    assert flat(stream.events) == TRUE


def test_a_line_that_broke_off_goes_on_in_its_block() -> None:
    stream = Stream()
    stream.merger.follow("first")
    stream.take("first", TurnStart("t", 0.0), TextDelta("a", "One. Tw", 0.0))
    stream.take("second", TurnStart("t", 0.0), TextDelta("b", "One. Two. Three.\n", 1.0))
    stream.merger.follow("second")
    stream.take("second", TextDelta("b", "Four.", 2.0), BlockEnd("b", 2.0))
    assert heard(stream.events) == ["One. Two. Three.\nFour."]
    assert stream.events[-1] == BlockEnd("a", 2.0)


def test_markdown_that_the_screen_lacks_is_no_difference() -> None:
    stream = Stream(inexact=["second"])
    stream.merger.follow("first")
    stream.take("first", TurnStart("t", 0.0), TextDelta("a", "It has **bold** text. And `co", 0.0))
    stream.take("second", TurnStart("t", 0.0), TextDelta("b", "It has bold text.\nAnd code too.\n", 1.0))
    stream.merger.follow("second")
    assert stream.text == "It has **bold** text. And `code too.\n"


def test_a_table_drawn_as_boxes_is_not_repeated() -> None:
    stream = Stream(inexact=["second"])
    stream.merger.follow("first")
    table = "| Long option name | What it means |\n| --- | --- |\n| fast path | Faster work |\n"
    stream.take("first", TurnStart("t", 0.0), TextDelta("a", table, 0.0), BlockEnd("a", 0.0))
    rows = "│ Long option │ What it │\n│ name │ means │\n│ fast path │ Faster work │\n"
    stream.take("second", TurnStart("t", 0.0), TextDelta("b", rows, 1.0))
    assert stream.merger.ahead_since("second") is None
    stream.merger.follow("second")
    stream.take("second", TextDelta("c", "Something new here.\n", 2.0))
    assert stream.text == table + "Something new here.\n"


def test_what_only_the_followed_source_has_is_no_hindrance() -> None:
    """The hook does not tell of narration."""
    stream = Stream()
    stream.merger.follow("first")
    stream.take("first", TurnStart("t", 0.0), TextDelta("a", "I look at it.\n", 0.0), TextDelta("n", "Hm, good.", 0.0))
    stream.take("second", TurnStart("t", 0.0), TextDelta("b", "I look at it.\n", 1.0), BlockEnd("b", 1.0))
    assert stream.merger.ahead_since("second") is None
    stream.merger.follow("second")
    stream.take("second", TextDelta("c", "It is done.", 2.0), BlockEnd("c", 2.0), TurnEnd("t", 2.0))
    assert heard(stream.events) == ["I look at it.\n", "Hm, good.", "It is done."]


def test_who_is_ahead_is_known() -> None:
    stream = Stream()
    stream.merger.follow("first")
    stream.take("first", TurnStart("t", 0.0), TextDelta("a", "One.\n", 0.0))
    stream.take("second", TurnStart("t", 1.0), TextDelta("b", "One.\n", 1.0))
    assert stream.merger.ahead_since("second") is None
    stream.take("second", TextDelta("b", "New words.\n", 3.0))
    assert stream.merger.ahead_since("second") == 3.0
    assert stream.merger.heard_at("first") == 0.0
    assert stream.merger.ahead_since("first") is None


def test_after_the_end_of_a_turn_only_a_new_turn_is_ahead() -> None:
    stream = Stream()
    stream.merger.follow("first")
    for name in ("first", "second"):
        stream.take(name, TurnStart("t", 0.0), TextDelta(name, "One.\n", 0.0), BlockEnd(name, 0.0))
    stream.take("first", TurnEnd("t", 0.0))
    stream.take("second", TextDelta("error", "The server is busy.\n", 1.0), TurnEnd("t", 1.0))
    assert stream.merger.ahead_since("second") is None
    stream.take("second", TurnStart("u", 2.0), TextDelta("c", "Two.\n", 3.0))
    assert stream.merger.ahead_since("second") == 3.0


def test_the_same_words_in_two_turns_are_said_twice() -> None:
    stream = Stream()
    stream.merger.follow("first")
    stream.take("first", TurnStart("1", 0.0), TextDelta("a", "Yes.", 0.0), BlockEnd("a", 0.0), TurnEnd("1", 0.0))
    for turn in ("1", "2"):
        stream.take("second", TurnStart(turn, 0.0), TextDelta(turn, "Yes.", 0.0), BlockEnd(turn, 0.0))
        stream.take("second", TurnEnd(turn, 0.0))
    stream.merger.follow("second")
    assert heard(stream.events) == ["Yes.", "Yes."]
    assert sum(isinstance(event, TurnStart) for event in stream.events) == 2


def test_what_is_not_text_comes_from_the_followed_source_alone() -> None:
    remark = Remark("code", "message", 0.0)
    stream = Stream().take("first", remark, SourceStatus("first", True))
    stream.merger.follow("first")
    stream.take("second", remark).take("first", remark)
    assert stream.events == [remark, remark]


def test_a_session_without_end_needs_no_memory_without_end() -> None:
    stream = Stream()
    stream.merger.follow("first")
    for number in range(200):
        line = f"Line {number} " + "x" * 5000 + "\n"
        stream.take("first", TextDelta("a", line, 0.0))
        stream.take("second", TextDelta("b", line, 0.0))
    assert stream.merger.ahead_since("second") is None
    stream.merger.follow("second")
    stream.take("second", TextDelta("b", "The end.", 0.0))
    assert stream.text.count("Line 199 ") == 1
    assert stream.text.endswith("\nThe end.")
