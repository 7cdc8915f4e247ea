"""What is said while the text arrives: provisional sentences, drafts, times."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine.sentence import Kind
from engine.text.segmenter import Committed, Confirmed, Draft, Segmenter, SegmentEvent, TakenBack

Stream = Callable[[Sequence[str]], list[SegmentEvent]]
Settle = Callable[[Sequence[SegmentEvent]], list[Committed]]


def without_drafts(events: Sequence[SegmentEvent]) -> list[SegmentEvent]:
    return [event for event in events if not isinstance(event, Draft)]


def shape(events: Sequence[SegmentEvent]) -> list[tuple[str, int, str]]:
    """(name, key, english) of all but drafts; a provisional sentence ends in a question mark of its own."""
    names = []
    for event in without_drafts(events):
        match event:
            case Committed():
                names.append(("maybe" if event.is_provisional else "sure", event.key, event.en))
            case Confirmed(key):
                names.append(("confirmed", key, ""))
            case TakenBack(key):
                names.append(("taken back", key, ""))
    return names


def test_certain_boundary_is_given_at_once() -> None:
    assert shape(Segmenter().feed("It works. Next", 0.0)) == [("sure", 1, "It works.")]


def test_terminator_as_last_character_is_provisional() -> None:
    segmenter = Segmenter()
    assert shape(segmenter.feed("It works.", 0.0)) == [("maybe", 1, "It works.")]
    assert segmenter.has_provisional


@pytest.mark.parametrize("following", [" ", "\n", "\n\n", " Next"])
def test_space_confirms(following: str) -> None:
    segmenter = Segmenter()
    segmenter.feed("It works.", 0.0)
    assert shape(segmenter.feed(following, 1.0)) == [("confirmed", 1, "")]
    assert not segmenter.has_provisional


def test_end_confirms() -> None:
    segmenter = Segmenter()
    segmenter.feed("It works.", 0.0)
    assert shape(segmenter.end(1.0)) == [("confirmed", 1, "")]


def test_going_on_takes_back_and_comes_again_under_a_new_key() -> None:
    segmenter = Segmenter()
    segmenter.feed("Edit config.", 0.0)
    assert shape(segmenter.feed("yml", 1.0)) == [("taken back", 1, "")]
    assert shape(segmenter.feed(" first. Then", 2.0)) == [("sure", 2, "Edit config.yml first.")]


@pytest.mark.parametrize("closer", [")", '"', "**", "!", "]"])
def test_late_closer_takes_back_and_gives_again(closer: str) -> None:
    segmenter = Segmenter()
    segmenter.feed("It works.", 0.0)
    [back, again] = shape(segmenter.feed(closer, 1.0))
    assert back == ("taken back", 1, "")
    assert again[:2] == ("maybe", 2)
    assert shape(segmenter.feed(" Next", 2.0)) == [("confirmed", 2, "")]


def test_abbreviation_is_never_provisional() -> None:
    assert shape(Segmenter().feed("Use a linter, e.g.", 0.0)) == []
    assert shape(Segmenter().feed("Ask Dr.", 0.0)) == []


def test_ambiguous_abbreviation_waits_for_the_next_word() -> None:
    segmenter = Segmenter()
    assert shape(segmenter.feed("Logs, etc.", 0.0)) == [("maybe", 1, "Logs, etc.")]
    assert shape(segmenter.feed(" ", 1.0)) == []
    assert segmenter.has_provisional
    assert shape(segmenter.feed("are", 2.0)) == [("taken back", 1, "")]
    other = Segmenter()
    other.feed("Logs, etc. ", 0.0)
    assert shape(other.feed("The", 1.0)) == [("confirmed", 1, "")]


@pytest.mark.parametrize(
    "text", ["Run `git add.", "See [the docs.", "Open [x](http://a.", "1.", "### Step 2.", "x <!-- y."]
)
def test_open_constructs_and_ordinals_are_not_provisional(text: str) -> None:
    assert shape(Segmenter().feed(text, 0.0)) == []


def test_heading_and_list_sentences_are_provisional_too() -> None:
    assert shape(Segmenter().feed("## What now?", 0.0)) == [("maybe", 1, "What now?")]
    assert shape(Segmenter().feed("- Done.", 0.0)) == [("maybe", 1, "Done.")]


def test_ordinal_stays_on_the_first_sentence_when_it_is_taken_back(settle: Settle) -> None:
    segmenter = Segmenter()
    events = segmenter.feed("1. Edit a.", 0.0) + segmenter.feed("py. Then run it.", 1.0) + segmenter.end(2.0)
    assert [(s.en, s.ordinal) for s in settle(events)] == [("Edit a.py.", "1."), ("Then run it.", "")]


def test_pause_confirms_for_good(settle: Settle) -> None:
    segmenter = Segmenter()
    events = segmenter.feed("Edit config.", 0.0)
    assert without_drafts(segmenter.pause(1.0)) == [Confirmed(1)]
    assert not segmenter.has_provisional
    assert segmenter.pause(1.5) == []
    events += [Confirmed(1), *segmenter.feed("yml now.", 2.0), *segmenter.end(3.0)]
    assert [s.en for s in settle(events)] == ["Edit config.", "yml now."]


def test_closer_after_a_pause_belongs_to_what_was_given(settle: Settle) -> None:
    segmenter = Segmenter()
    events = segmenter.feed("**It works.", 0.0)
    events += [
        *segmenter.pause(1.0),
        *segmenter.feed("**", 2.0),
        *segmenter.feed(' "Next" one.', 3.0),
        *segmenter.end(4.0),
    ]
    assert [s.en for s in settle(events)] == ["It works.", '"Next" one.']


def test_pause_without_provisional_says_nothing() -> None:
    segmenter = Segmenter()
    segmenter.feed("Half a sent", 0.0)
    assert segmenter.pause(1.0) == []


def test_keys_go_on_over_blocks() -> None:
    segmenter = Segmenter(first_key=7)
    segmenter.feed("- One", 0.0)
    assert shape(segmenter.end(1.0)) == [("sure", 7, "One")]
    [again] = [e for e in segmenter.feed("Two. Three", 2.0) if isinstance(e, Committed)]
    assert (again.key, again.kind, again.en) == (8, Kind.PROSE, "Two.")


def test_code_is_given_at_its_closing_line() -> None:
    segmenter = Segmenter()
    assert shape(segmenter.feed("```py\nx = 1.\n``", 0.0)) == []
    assert shape(segmenter.feed("`\n", 1.0)) == [("sure", 1, "x = 1.")]


def test_paragraph_is_given_before_what_follows_it() -> None:
    assert shape(Segmenter().feed("No stop here\n\nNext", 0.0)) == [("sure", 1, "No stop here")]
    assert shape(Segmenter().feed("No stop here\n- item", 0.0)) == [("sure", 1, "No stop here")]
    assert shape(Segmenter().feed("# Title\n", 0.0)) == [("sure", 1, "Title")]
    assert shape(Segmenter().feed("The steps:\n", 0.0)) == [("sure", 1, "The steps:")]


def test_ended_at_is_when_the_last_character_came(stream: Stream, settle: Settle) -> None:
    deltas = [
        "# Ti",
        "tle",
        " \n",
        "\nOne",
        ".",
        " ",
        "Two, e",
        "tc.",
        " ",
        "The",
        " rest",
        "\n\n",
        "```\nx\n`",
        "``",
        "\n",
    ]
    deltas += ["| a |\n|--", "-|", "\n", "\nend", "  "]
    times = {s.en: s.ended_at for s in settle(stream(deltas))}
    assert times == {"Title": 1, "One.": 4, "Two, etc.": 7, "The rest": 10, "x": 13, "a": 16, "end": 18}


def test_draft_grows_and_is_cleared() -> None:
    segmenter = Segmenter()
    assert segmenter.feed("It **wor", 0.0) == [Draft(Kind.PROSE, "It wor")]
    assert segmenter.feed("", 0.5) == []
    [given, cleared] = segmenter.feed("ks**.", 1.0)
    assert isinstance(given, Committed)
    assert cleared == Draft(Kind.PROSE, "")
    assert segmenter.feed("yml", 2.0) == [TakenBack(1), Draft(Kind.PROSE, "It works.yml")]
    assert segmenter.end(3.0)[-1] == Draft(Kind.PROSE, "")


def test_draft_of_links_and_code() -> None:
    assert Segmenter().feed("See [the docs](https://exa", 0.0) == [Draft(Kind.PROSE, "See the docs")]
    assert Segmenter().feed("- run `ls", 0.0) == [Draft(Kind.LIST, "run ls")]
    assert Segmenter().feed("```py\na = 1\nb =", 0.0) == [Draft(Kind.CODE, "b =")]


@pytest.mark.parametrize("step", [1, 3, 7, 50])
def test_line_endings_split_between_deltas(settle: Settle, stream: Stream, step: int) -> None:
    text = "One\r\ntwo.\r\n\r\nThree\rfour.\r\n"
    deltas = [text[start : start + step] for start in range(0, len(text), step)]
    assert [s.en for s in settle(stream(deltas))] == ["One two.", "Three four."]


def test_recorded_overview(data: Path, stream: Stream, settle: Settle) -> None:
    [deltas] = json.loads((data / "overview.json").read_text(encoding="utf-8"))
    sentences = settle(stream(deltas))
    assert [(s.kind.value, s.level, s.ordinal, s.en) for s in sentences] == [
        ("heading", 1, "", "Overview of the plan"),
        ("prose", 0, "", "This is the first paragraph of the reply."),
        ("prose", 0, "", "It has bold text, italic text, inline code, and a link."),
        ("prose", 0, "", "The sentence is long enough to wrap at one hundred columns in the terminal."),
        ("heading", 2, "", "Steps to follow"),
        ("list", 1, "1.", "First, read the configuration file."),
        ("list", 1, "2.", "Second, start the worker process."),
        ("list", 2, "", "A nested bullet explains a detail."),
        ("list", 2, "", "Another nested bullet has code in it."),
        ("list", 1, "3.", "Third, verify the output."),
        ("list", 1, "", "Plain bullet one."),
        ("list", 1, "", "Plain bullet two with bold."),
        ("quote", 0, "", "A block quote that carries one sentence."),
        ("code", 0, "", 'def greet(name: str) -> str:\n    # say hello\n    return f"Hello, {name}!"'),
        (
            "table",
            0,
            "",
            "Option | Meaning | Default\n--fast | Speeds things up | off\n--safe | Checks every step | on",
        ),
        ("rule", 0, "", ""),
        ("prose", 0, "", "Finally, this is the closing paragraph."),
        ("prose", 0, "", "It asks a question: shall I go on?"),
    ]


def test_recorded_steady_stream(data: Path, stream: Stream, settle: Settle) -> None:
    [deltas] = json.loads((data / "steady.json").read_text(encoding="utf-8"))
    sentences = settle(stream(deltas))
    assert len(sentences) == 24
    assert [s.en.split()[1][:3] for s in sentences] == [f"s{number:02}" for number in range(24)]


def test_recorded_blocks_one_after_another(data: Path, settle: Settle) -> None:
    segmenter = Segmenter()
    events: list[SegmentEvent] = []
    for deltas in json.loads((data / "narration.json").read_text(encoding="utf-8")):
        for delta in deltas:
            events += segmenter.feed(delta, 0.0)
        events += segmenter.end(0.0)
    assert [s.en for s in settle(events)] == [
        "I will look at the file first.",
        "The tool has finished.",
        "The result was received.",
        "Everything is done now.",
    ]


def test_answer(data: Path, stream: Stream, settle: Settle) -> None:
    text = (data / "answer.md").read_text(encoding="utf-8")
    sentences = [s.en for s in settle(stream([text])) if s.kind not in (Kind.CODE, Kind.TABLE, Kind.RULE)]
    assert sentences == [
        "I've looked at the failing job.",
        "The cause is in engine/worker.py: the deadline is computed before the model is loaded, "
        "so a cold start (about 12.5 s on this machine) always runs into it.",
        "What happens",
        "Worker.start() spawns the process and calls time.monotonic().",
        "It then waits for ready.",
        "The model loads, e.g. qwen2.5-coder-1.5b.",
        "That takes longer than DEADLINE_S = 10.",
        "On macOS 14.5 it is slower still (see issue #42. Cold start).",
        "With --device cpu it's worse: 18 s vs. 12 s.",
        "The supervisor kills the worker, restarts it, and the loop begins again...",
        "Note: this isn't caused by the change in v0.3.1.",
        "It was there before!",
        "The fix",
        "Move the clock to where the request is sent:",
        "Then run the tests.",
        "Use pytest -q tests/engine/test_worker.py — it takes about a minute, because one test really waits.",
        "What about config.yml?",
        "It stays as it is; no setting is needed.",
        "Should I also raise the log level, or would you rather keep it at INFO?",
        "Reproduced locally",
        "Pushed to CI",
    ]
