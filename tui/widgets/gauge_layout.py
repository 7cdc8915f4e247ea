"""What the gauges say, as lines: everything that fits the width, the most important first."""

from __future__ import annotations

from collections.abc import Mapping

from engine.events import StageStats
from tui.layouts import TABLE_WIDTH, gauge_height
from tui.widgets import gauge_figures as figures
from tui.widgets import gauge_items as items
from tui.widgets.fitting import fitted, padded, right
from tui.widgets.gauge_items import GaugeState
from tui.widgets.gauge_words import FIRST_SOUND, IMPORTANT, STAGES, Stage
from tui.widgets.landmarks import LANDMARKS_MS, duration, landmark
from tui.widgets.spans import Line, Span

__all__ = ["LANDMARKS_MS", "STAGES", "GaugeState", "Stage", "compact_lines", "duration", "gauge_lines", "landmark"]

_FULL_LABELS_WIDTH = 116
_IDENTITY_WIDTH = 50
_SPARKS = 8


def compact_lines(state: GaugeState, width: int, window_height: int) -> list[Line]:
    """One line in a low window, else two, or three where it is wide."""
    if gauge_height(width, window_height) == 1:
        return [_line(state, width)]
    return gauge_lines(state, width)


def gauge_lines(state: GaugeState, width: int) -> list[Line]:
    """Two lines, or three where the window is wide."""
    if width >= TABLE_WIDTH:
        return _table(state, width)
    is_short = width < _FULL_LABELS_WIDTH
    return [
        fitted(items.identity(state, is_short=is_short), width, gap=2 if is_short else 3),
        _latencies(state, width),
    ]


def _line(state: GaugeState, width: int) -> Line:
    """The essence on one line: who speaks, how far behind, what is wrong, how late; the rest where there is room."""
    gauges = state.gauges
    first = [
        items.voice(gauges),
        items.source(state.source),
        items.backlog(gauges, is_short=True),
        *items.troubles(gauges, is_short=True),
        _stage(FIRST_SOUND, gauges.stages, is_short=True),
        items.translator(gauges, is_short=True),
    ]
    return fitted([*first, *_others(gauges.stages, is_short=True), *items.memory(gauges.usage)], width, gap=2)


def _latencies(state: GaugeState, width: int) -> Line:
    is_short = width < _FULL_LABELS_WIDTH
    stages = state.gauges.stages
    shown = [_stage(FIRST_SOUND, stages, is_short), *_others(stages, is_short)]
    return fitted([*shown, (Span("last/p50 ms", "dim"),), *_sparks(stages)], width, gap=1 if is_short else 2)


def _others(stages: Mapping[str, StageStats], is_short: bool) -> list[Line]:
    return [_stage(stage, stages, is_short) for stage in IMPORTANT if stage is not FIRST_SOUND]


def _stage(stage: Stage, stages: Mapping[str, StageStats], is_short: bool) -> Line:
    """`first sound ▃312/298`: the last one and the median."""
    label = Span(f"{stage.short if is_short else stage.label} ", "label")
    return (label, *figures.last(stage, stages), *_median(stage, stages))


def _median(stage: Stage, stages: Mapping[str, StageStats]) -> Line:
    stats = figures.measured(stage, stages)
    return () if stats is None else (Span("/", "dim"), figures.percentile(stage, stats.p50_ms))


def _sparks(stages: Mapping[str, StageStats]) -> list[Line]:
    stats = figures.measured(FIRST_SOUND, stages)
    return [figures.sparkline(FIRST_SOUND, stats.recent_ms, _SPARKS)] if stats and stats.recent_ms else []


def _table(state: GaugeState, width: int) -> list[Line]:
    """Identity in three lines at the left; labels, last and p50 under one another at the right."""
    gauges = state.gauges
    left: list[Line] = [
        _joined([items.voice(gauges), *items.out(gauges.voice_health), *items.sound(gauges), *items.pace(gauges.pace)]),
        _joined(
            [
                items.translator(gauges, is_short=False),
                *items.out(gauges.translator_health),
                *items.guard(gauges.guard, is_short=False),
            ]
        ),
        _joined([items.source(state.source), items.backlog(gauges, is_short=False), *items.memory(gauges.usage)]),
    ]
    columns = list(zip(*(_column(stage, gauges.stages) for stage in IMPORTANT), strict=True))
    room = width - _IDENTITY_WIDTH - 4
    return [
        (Span(" "), *padded(line, _IDENTITY_WIDTH), Span(" │ ", "faint"), *_row(column, room))
        for line, column in zip(left, columns, strict=True)
    ]


def _joined(found: list[Line]) -> Line:
    line: Line = ()
    for item in found:
        line = (*line, *((Span("   "),) if line else ()), *item)
    return line


def _column(stage: Stage, stages: Mapping[str, StageStats]) -> tuple[Line, Line, Line]:
    stats = figures.measured(stage, stages)
    median: Line = figures.UNKNOWN
    if stats is not None:
        median = (Span("p50 " if stage is FIRST_SOUND else "", "dim"), figures.percentile(stage, stats.p50_ms))
    return (Span(stage.label, "label"),), figures.last(stage, stages), median


def _row(cells: tuple[Line, ...], room: int) -> Line:
    """Right-aligned cells of equal width."""
    width = min(room // len(IMPORTANT), 15)
    return tuple(span for cell in cells for span in right(cell, width))
