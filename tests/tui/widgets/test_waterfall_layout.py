"""The waterfall: each stage from when to when, and how it is drawn."""

from __future__ import annotations

import pytest

from engine.events import SpeechChanged, SpeechPhase
from engine.sentence import Sentence, Timings
from tests.support.measured_story import sentence, started, translated
from tui.widgets.row import Row
from tui.widgets.spans import line_width, plain
from tui.widgets.waterfall_layout import EMPTY_TEXT, FULL_LINES, SHORT_LINES, Axis, waterfall_lines
from tui.widgets.waterfall_stages import Bar, Stage, bars, end_ms

WHOLE = Timings(
    capture_ms=10.0,
    segment_ms=2.0,
    confirm_ms=30.0,
    translate_first_ms=100.0,
    translate_ms=300.0,
    synth_first_ms=40.0,
    queue_ms=5.0,
    first_sound_ms=200.0,
)


def measured_row(first_sound_ms: float = 312.0, *, had_to_queue: bool = False) -> Row:
    row = Row.of(sentence(1))
    row.apply_translation(translated(1))
    row.apply_speech(started(1, first_sound_ms, had_to_queue=had_to_queue))
    row.apply_speech(SpeechChanged(1, SpeechPhase.FINISHED))
    return row


def page(row: Row | None, width: int = 120, height: int = FULL_LINES) -> str:
    return "\n".join(plain(waterfall_lines(row, width, height)))


def line_of(row: Row, stage: Stage, width: int = 120) -> str:
    (line,) = [line for line in page(row, width).splitlines() if line.strip().startswith(str(stage))]
    return line


# -- the definitions -------------------------------------------------------------------------------------------


def test_every_stage_is_from_and_to_the_moments_that_its_definition_says() -> None:
    assert bars(WHOLE) == [
        Bar(Stage.CAPTURE, 0.0, 10.0),
        Bar(Stage.SEGMENT, 10.0, 12.0, 40.0),
        Bar(Stage.TRANSLATE, 12.0, 112.0, 312.0),
        Bar(Stage.WAIT, 112.0, 155.0),
        Bar(Stage.SYNTH, 155.0, 195.0),
        Bar(Stage.QUEUE, 195.0, 200.0),
    ]


def test_what_the_voice_waited_for_adds_up_to_the_first_sound() -> None:
    assert sum(bar.length_ms for bar in bars(WHOLE)) == WHOLE.first_sound_ms


def test_a_source_that_does_not_say_when_it_sent_has_no_capture() -> None:
    timings = Timings(segment_ms=2.0, translate_first_ms=100.0)
    assert bars(timings) == [Bar(Stage.SEGMENT, 0.0, 2.0), Bar(Stage.TRANSLATE, 2.0, 102.0)]


def test_a_translation_that_came_in_one_piece_has_no_first_phrase_of_its_own() -> None:
    assert bars(Timings(segment_ms=0.0, translate_ms=300.0))[1] == Bar(Stage.TRANSLATE, 0.0, 300.0, 300.0)


def test_sound_from_the_store_needs_no_synthesis() -> None:
    timings = Timings(segment_ms=0.0, translate_first_ms=100.0, queue_ms=5.0, first_sound_ms=120.0)
    assert [bar.stage for bar in bars(timings)] == [Stage.SEGMENT, Stage.TRANSLATE, Stage.WAIT, Stage.QUEUE]


def test_nothing_measured_is_no_bar() -> None:
    assert bars(Timings()) == []
    assert end_ms([]) == 0.0


# -- the drawing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("height", [2, SHORT_LINES, FULL_LINES])
@pytest.mark.parametrize("width", [60, 80, 109, 110, 200])
def test_it_has_the_lines_it_was_given_and_they_fit(width: int, height: int) -> None:
    for row in (None, Row.of(sentence(1)), measured_row(), measured_row(30_000.0, had_to_queue=True)):
        lines = waterfall_lines(row, width, height)
        assert len(lines) == height
        assert all(line_width(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("stage", "number"),
    [
        (Stage.CAPTURE, "4 ms"),
        (Stage.SEGMENT, "0.4 ms, certain 12 ms"),
        (Stage.TRANSLATE, "188 ms, whole 640 ms"),
        (Stage.WAIT, "71 ms"),
        (Stage.SYNTH, "46 ms"),
        (Stage.QUEUE, "3 ms"),
    ],
)
def test_every_stage_has_its_number(stage: Stage, number: str) -> None:
    assert line_of(measured_row(), stage).endswith(number)


def test_a_bar_begins_where_the_one_before_ends_and_the_rest_of_the_translation_goes_on_beside() -> None:
    row = measured_row()
    translate, wait, synth = (line_of(row, stage) for stage in (Stage.TRANSLATE, Stage.WAIT, Stage.SYNTH))
    first_end = translate.rindex("█") + 1
    assert abs(wait.index("·") - first_end) <= 1
    assert abs(synth.index("█") - (wait.rindex("·") + 1)) <= 1
    assert translate.index("░") < synth.index("█") < translate.rindex("░")


def test_bars_are_as_long_as_their_stages() -> None:
    translate = line_of(measured_row(), Stage.TRANSLATE)
    assert translate.count("░") / translate.count("█") == pytest.approx((640 - 188) / 188, rel=0.15)


@pytest.mark.parametrize(
    ("last_ms", "to", "landmarks"),
    [(100, 150, ["150"]), (151, 346, ["150", "346"]), (640, 877, ["150", "346", "877"]), (5000, 5000, ["150"])],
)
def test_the_axis_goes_to_the_next_landmark(last_ms: float, to: float, landmarks: list[str]) -> None:
    axis = Axis.of(last_ms, 100)
    assert axis.end_ms == to
    assert [text for _, _, text in axis.landmarks()][: len(landmarks)] == landmarks


def test_the_landmarks_stand_on_the_axis_in_their_colours() -> None:
    scale = waterfall_lines(measured_row(), 120, FULL_LINES)[-1]
    coloured = {span.text.strip(" ╵"): span.role for span in scale if span.text.strip()}
    assert coloured == {"0": "dim", "150": "good", "346": "fair", "877": "slow"}


def test_the_title_says_how_late_and_who_did_it() -> None:
    title = page(measured_row()).splitlines()[0]
    for words in ("first sound ▃312 ms", "llama:qwen2.5-coder-1.5b", "guard ok", "openjtalk:mei", "Sentence number 1"):
        assert words in title


def test_a_first_sound_that_waited_for_others_is_said_to_have() -> None:
    title = page(measured_row(4200.0, had_to_queue=True)).splitlines()[0]
    assert "first sound 4.2 s after the one before" in title


def test_why_a_sentence_was_not_spoken_is_said() -> None:
    row = Row.of(sentence(1))
    row.apply_translation(translated(1))
    row.apply_speech(SpeechChanged(1, SpeechPhase.FAILED, reason="the voice gave no sound"))
    assert "! failed: the voice gave no sound" in page(row)
    assert line_of(row, Stage.SYNTH).endswith("–")


def test_what_was_said_before_was_not_measured() -> None:
    said = sentence(1)
    old = Row.of(Sentence(1, said.kind, said.en, is_old=True))
    assert "nothing was measured" in page(old)


def test_without_a_sentence_it_says_what_will_be_here() -> None:
    assert page(None).strip() == EMPTY_TEXT


@pytest.mark.parametrize("width", [60, 80])
def test_the_short_form_has_every_stage(width: int) -> None:
    numbers = page(measured_row(), width, SHORT_LINES).splitlines()[2]
    for item in ("cap 4", "seg 0.4", "tr 188/640", "wait 71", "syn 46", "que 3"):
        assert item in numbers


def test_the_short_form_draws_what_the_voice_waited_for_in_order() -> None:
    path = page(measured_row(), 80, SHORT_LINES).splitlines()[1].replace("┊", " ").strip()
    order = "▁▂▄·▆█"
    assert sorted(path, key=order.index) == list(path)
    assert {"▄", "·", "▆"} <= set(path)


def test_a_row_keeps_its_timings_for_itself() -> None:
    shared = sentence(1)
    Row.of(shared).apply_speech(started(1))
    assert shared.timings.first_sound_ms is None
