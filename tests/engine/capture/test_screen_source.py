"""What Claude Code's screen says, from recorded sessions and from drawn ones."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.capture.screen import IDLE_S, RESIZE_S, ScreenSource
from engine.capture.screen_layout import Kind, read_layout
from engine.source import SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart
from tests.support.drawn_screen import DrawnScreen, DrawnTurn
from tests.support.recordings import served
from tests.support.screen_replay import Step, recorded, screen_events, sentences, sentences_of, split

WHOLE = [
    "cleared-and-queued",
    "dialogs",
    "inline-renderer",
    "messagedisplay-http",
    "no-mod",
    "resized",
    "resumed",
    "steady-stream",
    "synchronized-output",
    "tool-permission",
]
"""Recordings whose every sentence is on the screen."""
TOOL_SAYS = ["The tool has finished.", "The result was received.", "Everything is done now."]
NARRATED = [
    "I will look at the file first.",
    "The file has one line of text.",
    "I will now read it again to be sure.",
    *TOOL_SAYS,
]
OTHER = {
    "narration": NARRATED,
    "reply": NARRATED,
    "subagent": [
        "I will delegate this to a subagent.",
        *TOOL_SAYS,
        "Hello from the fake model.",
        "This is a short reply.",
    ],
}


def expected(name: str) -> list[str]:
    return OTHER.get(name) or sentences_of(served(name))


@pytest.mark.parametrize("name", [*WHOLE, *OTHER])
def test_every_sentence_of_a_recorded_session_once_and_in_order(name: str) -> None:
    assert sentences(screen_events(recorded(name))) == expected(name)


@pytest.mark.parametrize(("name", "count"), [("interrupted", 6), ("reconnect", 15)])
def test_what_never_reached_the_screen_is_missing_and_nothing_comes_twice(name: str, count: int) -> None:
    heard = sentences(screen_events(recorded(name)))
    assert heard[:count] == sentences_of([max(served(name), key=len)])[:count]
    assert max(Counter(heard).values()) == 1
    assert len(heard) == count


@pytest.mark.parametrize(("name", "prompt"), [("tool-permission", "scn:tool please answer"), ("dialogs", "go")])
def test_turns_follow_the_prompts_and_the_ends_not_the_dialogs(name: str, prompt: str) -> None:
    events = screen_events(recorded(name))
    assert [event.prompt for event in events if isinstance(event, TurnStart)] == [prompt]
    assert [event.aborted for event in events if isinstance(event, TurnEnd)] == [False]


def test_an_interrupted_turn_ends_aborted() -> None:
    events = screen_events(recorded("interrupted"))
    assert [event.aborted for event in events if isinstance(event, TurnEnd)] == [True]


@pytest.mark.parametrize("name", ["steady-stream", "inline-renderer", "tool-permission", "reply"])
@pytest.mark.parametrize("seed", range(3))
def test_bytes_in_other_pieces_give_the_same_sentences(name: str, seed: int) -> None:
    chance = random.Random(seed)
    steps = split(recorded(name), lambda: chance.choice([1, 7, 100, 1000, 10_000]) * chance.randint(5, 20))
    assert sentences(screen_events(steps)) == expected(name)


def test_a_queued_prompt_begins_its_turn_when_it_is_taken() -> None:
    events = screen_events(recorded("cleared-and-queued"))
    prompts = [event.prompt for event in events if isinstance(event, TurnStart)]
    assert prompts == ["same question", "/clear", "same question", "first of two", "queued prompt", "look around"]


WORD = st.sampled_from(
    ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo", "lima"]
)


@st.composite
def answers(draw: st.DrawFn) -> list[str]:
    """Paragraphs of sentences, each of which is like no other."""
    paragraphs, number = [], 0
    for _ in range(draw(st.integers(1, 5))):
        made = []
        for _ in range(draw(st.integers(1, 4))):
            number += 1
            made.append(" ".join([f"Sentence{number}", *draw(st.lists(WORD, min_size=1, max_size=14))]) + ".")
        paragraphs.append(" ".join(made))
        if draw(st.integers(0, 4)) == 0:
            paragraphs.append("tool: x")
    return paragraphs


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    prompts=st.lists(answers(), min_size=1, max_size=3),
    data=st.data(),
)
def test_no_sentence_twice_or_garbled_however_the_window_changes(prompts: list[list[str]], data: st.DataObject) -> None:
    """Widths change at will. The height is enough that no text passes between two repaints unseen.

    No two answers are alike: of two that are and fill the screen, the second looks like the first one seen again.
    """
    screen, events, now = DrawnScreen(), list[SourceEvent](), 0.0
    source = ScreenSource(events.append)

    def show() -> None:
        nonlocal now
        now += 0.05
        rows = screen.rows(data.draw(st.integers(30, 140)), data.draw(st.integers(45, 60)))
        source.feed(rows, now, cols=len(rows[-4]), cursor_row=screen.cursor_row(rows))
        now += RESIZE_S
        source.tick(now)

    prompts = [
        [text.replace("Sentence", f"Answer{index}Sentence") for text in paragraphs]
        for index, paragraphs in enumerate(prompts)
    ]
    for paragraphs in prompts:
        turn = DrawnTurn("go on", paragraphs)
        screen.turns.append(turn)
        show()
        while turn.shown < turn.size:
            turn.shown = min(turn.shown + data.draw(st.integers(1, 40)), turn.size)
            show()
        turn.is_done = True
        show()
    said = [text for paragraphs in prompts for text in paragraphs if not text.startswith("tool:")]
    assert sentences(events) == sentences_of(said)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.text(alphabet="●⏺❯⎿▎│┌└─✻ …\xa0ab.1-`*_#\n\t\x00\ud800日🚀", max_size=40), max_size=30), max_size=8
    ),
    st.integers(0, 3),
)
def test_garbage_rows_do_no_harm(frames: list[list[str]], cols: int) -> None:
    source = ScreenSource(lambda event: None)
    for index, rows in enumerate(frames):
        source.feed(rows, index * 0.7, cols=cols, cursor_row=index)
        source.tick(index * 0.7 + 0.3)
    source.close(100.0)


@pytest.mark.parametrize("seed", range(3))
def test_a_screen_full_of_noise_says_nothing(seed: int) -> None:
    noise = random.Random(seed).randbytes(20_000)
    assert sentences(screen_events([Step(1.0, noise), Step(2.0, noise)])) == []


def show_at(source: ScreenSource, screen: DrawnScreen, now: float, cols: int = 80, rows: int = 50) -> None:
    drawn = screen.rows(cols, rows)
    source.feed(drawn, now, cols=cols, cursor_row=screen.cursor_row(drawn))


def test_what_a_resumed_session_shows_is_not_said_again() -> None:
    events: list[SourceEvent] = []
    source = ScreenSource(events.append)
    old = DrawnTurn("old", ["An old answer. It was said before."], shown=9, is_done=True)
    screen = DrawnScreen([old])
    show_at(source, screen, 1.0)
    assert not events
    screen.turns.append(DrawnTurn("new", ["A new answer comes."]))
    show_at(source, screen, 2.0)
    screen.turns[-1].shown, screen.turns[-1].is_done = 4, True
    show_at(source, screen, 3.0)
    assert sentences(events) == ["A new answer comes."]
    assert isinstance(events[0], SourceStatus)


def test_looking_at_earlier_text_says_nothing() -> None:
    events: list[SourceEvent] = []
    source = ScreenSource(events.append)
    many = [f"Paragraph {index} is here. It is short." for index in range(40)]
    turn = DrawnTurn("go", many)
    screen = DrawnScreen([turn])
    for shown in range(0, turn.size + 1, 8):
        turn.shown = shown
        show_at(source, screen, shown / 10)
    said = len(events)
    for scrolled_up in (5, 20, 33, 12, 0):
        screen.scrolled_up = scrolled_up
        show_at(source, screen, 100.0)
    assert sentences(events) == sentences_of(many)
    assert len(events) == said


def test_looking_far_back_while_claude_works_says_nothing() -> None:
    """What was there before the session is longer than the screen: most of it is seen for the first time then."""
    events: list[SourceEvent] = []
    source = ScreenSource(events.append)
    many = [f"Old paragraph {index} is here. It is short." for index in range(60)]
    old = DrawnTurn("old", many, is_done=True)
    old.shown = old.size
    screen = DrawnScreen([old])
    show_at(source, screen, 1.0, rows=30)
    screen.turns.append(DrawnTurn("new", ["A new answer comes. It is short."], shown=0))
    show_at(source, screen, 2.0, rows=30)
    for step, scrolled_up in enumerate([*range(0, 150, 7), *range(150, -1, -13), 0]):
        screen.scrolled_up = scrolled_up
        show_at(source, screen, 3.0 + step / 10, rows=30)
    screen.turns[-1].shown, screen.turns[-1].is_done = 7, True
    show_at(source, screen, 10.0, rows=30)
    assert sentences(events) == ["A new answer comes.", "It is short."]


def test_prose_below_the_other_bullet_is_read_and_the_programs_own_rows_are_not() -> None:
    events: list[SourceEvent] = []
    source = ScreenSource(events.append)
    rows = ["❯ go", "", "⏺ First comes this.", "", "⏺ Bash(ls -la)", "  ⎿  README.txt", "     a row. Not prose.", ""]
    rows += ["⏺ Then comes that.", "", "  It has a list:", "  - one", "  - two", "", "✻ Thinking… (3s)"]
    rows += ["  ⎿  Tip: Use /help. It helps.", "", "─" * 80, "❯ typed. Not said.", "─" * 80, "  esc to interrupt"]
    source.feed(rows, 1.0, cols=80, cursor_row=18)
    source.feed([*rows[:14], "✻ Worked for 3s", "", "", *rows[17:]], 2.0, cols=80, cursor_row=18)
    assert sentences(events) == ["First comes this.", "Then comes that.", "It has a list:", "one", "two"]


def test_screens_full_of_two_words_are_read_in_no_time() -> None:
    """Comparing them word by word with each other would take minutes; the suite's time limit ends it then."""
    source = ScreenSource(lambda event: None)
    for index, (words, count) in enumerate([("a b ", 50), ("b a d ", 33), ("a a b d ", 25)] * 3):
        rows = ["❯ go", "", *["● " + words * count, *["  " + words * count] * 35], "", "─" * 200, "❯", "─" * 200]
        source.feed([*rows, "  esc to interrupt"], float(index), cols=200, cursor_row=len(rows) - 2)
    assert source.is_live


def test_the_same_answer_to_the_same_prompt_is_said_each_time() -> None:
    events: list[SourceEvent] = []
    source = ScreenSource(events.append)
    screen = DrawnScreen()
    for index in range(3):
        screen.turns.append(DrawnTurn("continue", ["Done. Done."]))
        show_at(source, screen, index + 0.1)
        screen.turns[-1].shown, screen.turns[-1].is_done = 2, True
        show_at(source, screen, index + 0.2)
    assert sentences(events) == ["Done."] * 6


def test_a_repaint_that_is_not_complete_is_not_read() -> None:
    """Half of a repaint mixes new and old rows; the cursor is then not in the input box."""
    events: list[SourceEvent] = []
    source = ScreenSource(events.append)
    screen = DrawnScreen([DrawnTurn("go", ["One sentence is here. Another follows it."])])
    show_at(source, screen, 1.0)
    screen.turns[-1].shown, screen.turns[-1].is_done = 7, True
    drawn = screen.rows(80, 50)
    torn = [row.replace("One sentence", "Half a") for row in drawn]
    source.feed(torn, 2.0, cols=80, cursor_row=4)
    source.feed(drawn, 2.01, cols=80, cursor_row=4)
    source.tick(2.03)
    assert sentences(events) == []
    source.tick(2.2)
    assert sentences(events) == ["One sentence is here.", "Another follows it."]


@pytest.mark.parametrize("is_fed_again", [False, True])
def test_the_last_line_without_a_full_stop_comes_when_claude_rests(is_fed_again: bool) -> None:
    events: list[SourceEvent] = []
    source = ScreenSource(events.append)
    busy = ["❯ go", "", "● Here is the answer", "", "─" * 80, "❯", "─" * 80, "  esc to interrupt"]
    source.feed(busy, 1.0, cols=80, cursor_row=5)
    source.feed([*busy[:-1], "  manual mode on"], 2.0, cols=80, cursor_row=5)
    assert not [event for event in events if isinstance(event, TextDelta)]
    if is_fed_again:
        source.feed([*busy[:-1], "  manual mode on"], 2.0 + IDLE_S, cols=80, cursor_row=5)
    source.tick(2.0 + IDLE_S)
    assert sentences(events) == ["Here is the answer"]
    assert isinstance(events[-1], TurnEnd)


def test_a_table_comes_whole_when_something_follows() -> None:
    events: list[SourceEvent] = []
    source = ScreenSource(events.append)
    head = ["❯ go", "", "● Look at this:", "", "  ┌────┬─────────┐", "  │ A  │ Meaning │", "  ├────┼─────────┤"]
    tail = ["", "─" * 80, "❯", "─" * 80, "  esc to interrupt"]
    one = [*head, "  │ a  │ one two │", "  │    │ three   │", "  └────┴─────────┘"]
    more = [*one[:-1], "  ├────┼─────────┤", "  │ b  │ four    │", "  └────┴─────────┘"]
    nothing = [""] * (len(more) - len(one) + 2)
    source.feed([*nothing, *one, *tail], 1.0, cols=80, cursor_row=len(more) + 4)
    assert sentences(events) == ["Look at this:"]
    source.feed([*more, "", "  That is all.", *tail], 2.0, cols=80, cursor_row=len(more) + 4)
    assert sentences(events) == ["Look at this:", "A | Meaning\na | one two three\nb | four", "That is all."]


def test_an_error_of_the_api_is_not_claudes_words() -> None:
    rows = ["❯ go", "", "● Said by Claude.", "", "● API Error: Connection lost mid-response."]
    texts = [item.rows for item in read_layout(rows).items if item.kind is Kind.TEXT]
    assert texts == [("Said by Claude.",)]
