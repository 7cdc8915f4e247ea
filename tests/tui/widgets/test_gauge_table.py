"""All gauges, and the one line that a low window has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.events import GaugesChanged, Pace, SourceChanged, Usage
from tests.support.measured_story import ALL_GAUGES, figures
from tui.keymap import Keymap
from tui.layouts import LOW_HEIGHT, TABLE_WIDTH, gauge_height
from tui.screens.help_page import page, page_lines
from tui.widgets.gauge_figures import sparkline
from tui.widgets.gauge_help import FIGURE_SIGNS, GAUGES
from tui.widgets.gauge_items import GaugeState, memory, pace
from tui.widgets.gauge_layout import compact_lines
from tui.widgets.gauge_table import BESIDE_WIDTH, table_lines
from tui.widgets.gauge_words import FIRST_SOUND, STAGES
from tui.widgets.spans import line_width, plain

STATE = GaugeState(ALL_GAUGES, SourceChanged("mod", True))
SYNTH = next(stage for stage in STAGES if stage.label == "synth")


def table(state: GaugeState, width: int) -> str:
    return "\n".join(plain(table_lines(state, width)))


@pytest.mark.parametrize("width", range(60, 260, 9))
def test_the_table_fits_the_window(width: int) -> None:
    for state in (STATE, GaugeState()):
        assert all(line_width(line) <= width for line in table_lines(state, width))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_every_stage_has_now_p50_p95_and_its_last_sentences(width: int) -> None:
    lines = table(STATE, width).splitlines()
    is_long = width >= 120
    for stage in STAGES:
        label = stage.label if is_long else stage.short
        (line,) = [line for line in lines if f" {label} " in f" {line} "]
        rest = line[line.index(label) + len(label) :].split()
        stats = ALL_GAUGES.stages[stage.name]
        shown = [stats.last_ms, stats.p50_ms, stats.p95_ms]
        assert [number.lstrip("▁▃▅▇") for number in rest[:3]] == [
            f"{ms:g}" if ms < 1000 else f"{ms / 1000:.1f}s" for ms in shown
        ]
        assert len(rest[3]) == 5
        assert set(rest[3]) <= set("▁▂▃▄▅▆▇█")


@pytest.mark.parametrize("width", [80, 120, 200])
def test_everything_else_is_there_too(width: int) -> None:
    shown = table(STATE, width)
    for words in (
        "openjtalk:mei ×1.0",
        "qwen2.5-coder-1.5b cpu",
        "● mod",
        "4.2 s behind",
        "! gtts:ja out",
        "guard 2↻ 1 en",
        "2 dropouts",
        "→ device",
        "58 char/s 31 tok/s",
        "MB 96 app 1420 ja 210 voice 512 gpu",
    ):
        assert words in shown


def test_the_rest_stands_beside_the_stages_where_there_is_room() -> None:
    assert len(table_lines(STATE, BESIDE_WIDTH)) == 1 + len(STAGES) // 2
    assert len(table_lines(STATE, 80)) > 1 + len(STAGES) // 2


def test_before_the_first_sentence_there_are_dashes() -> None:
    assert table(GaugeState(), 120).count("–") == 3 * len(STAGES)


@pytest.mark.parametrize("ms", [120.0, 260.0, 640.0, 1400.0])
def test_the_first_sound_is_coloured_by_its_budget_wherever_it_stands(ms: float) -> None:
    state = GaugeState(GaugesChanged(stages={"first_sound_ms": figures(ms)}))
    roles = {span.role for line in table_lines(state, 120) for span in line if span.role in BUDGETS}
    assert roles == {BUDGETS[[120.0, 260.0, 640.0, 1400.0].index(ms)]}


BUDGETS = ["good", "fair", "slow", "bad"]


def test_a_sparkline_ends_with_the_newest_and_the_slowest_is_the_highest() -> None:
    line = sparkline(SYNTH, (10.0, 80.0, 40.0, 0.0), 10)
    assert plain([line]) == ["▂█▅▁"]
    assert plain([sparkline(SYNTH, (10.0, 80.0, 40.0), 2)]) == ["█▅"]
    assert sparkline(SYNTH, (), 10) == ()
    assert plain([sparkline(SYNTH, (0.0, 0.0), 5)]) == ["▁▁"]


def test_each_value_of_the_first_sound_has_its_own_colour() -> None:
    line = sparkline(FIRST_SOUND, (120.0, 130.0, 400.0), 10)
    assert [(len(span.text), span.role) for span in line] == [(2, "good"), (1, "slow")]


def test_what_nobody_tells_takes_no_room() -> None:
    assert pace(Pace()) == []
    assert memory(Usage()) == []
    assert plain(pace(Pace(tokens_per_s=30.0))) == ["30 tok/s"]
    assert plain(memory(Usage(app_mb=90))) == ["MB 90 app"]


# -- one line --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height", "lines"), [(80, 24, 1), (200, 29, 1), (80, LOW_HEIGHT, 2), (TABLE_WIDTH, 40, 3), (149, 50, 2)]
)
def test_lines_by_the_size_of_the_window(width: int, height: int, lines: int) -> None:
    assert len(compact_lines(STATE, width, height)) == gauge_height(width, height) == lines


@pytest.mark.parametrize("width", range(60, 260, 9))
def test_one_line_fits_and_says_the_most_important(width: int) -> None:
    (line,) = compact_lines(STATE, width, 24)
    assert line_width(line) <= width
    shown = plain([line])[0]
    for words in ("openjtalk:mei", "● mod", "4.2 s behind (4)"):
        assert words in shown


def test_one_line_of_a_usual_window_tells_the_first_sound() -> None:
    no_trouble = replace(ALL_GAUGES, guard={}, voice_health={})
    shown = plain(compact_lines(GaugeState(no_trouble, SourceChanged("mod", True)), 80, 24))[0]
    assert "sound ▃312/312" in shown


def test_every_figure_is_explained() -> None:
    assert all(stage.label and stage.short and stage.meaning for stage in STAGES)
    assert all(gauge.example and gauge.meaning for gauge in GAUGES)
    assert len({stage.short for stage in STAGES}) == len(STAGES)


@pytest.mark.parametrize("width", [72, 110])
def test_the_help_explains_every_gauge_and_every_sign(width: int) -> None:
    shown = " ".join(" ".join(plain(page_lines(page(Keymap(), False, [], width)))).split())
    for gauge in (*GAUGES, *FIGURE_SIGNS):
        assert gauge.example in shown
        assert " ".join(gauge.meaning.split()[:4]) in shown
