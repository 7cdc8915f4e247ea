"""All gauges: every stage with now, p50, p95 and a sparkline, and every other figure beside or below."""

from __future__ import annotations

from tui.widgets import gauge_figures as figures
from tui.widgets import gauge_items as items
from tui.widgets.fitting import flowed, padded, right
from tui.widgets.gauge_words import STAGES, Stage
from tui.widgets.spans import Line, Span, line_width

BESIDE_WIDTH = 180
"""From this width on the other figures stand beside the stages."""
_BLOCKS = 2
_NUMBER_WIDTH = 7
_MOST_SPARKS = 20
_LONG_LABEL, _SHORT_LABEL = 12, 6
_LONGEST_BLOCK = _LONG_LABEL + 3 * _NUMBER_WIDTH + 2 + _MOST_SPARKS
_LONG_LABELS_WIDTH = _LONGEST_BLOCK - _MOST_SPARKS // 2
"""A block so wide has room for whole words."""
_GAP = 3


def table_lines(state: items.GaugeState, width: int) -> list[Line]:
    """Stages in two columns under their headings, and the rest."""
    is_beside = width >= BESIDE_WIDTH
    stages_width = _BLOCKS * (_LONGEST_BLOCK + 1) + _GAP if is_beside else width
    table = _stages(state, stages_width)
    others = items.identity(state, is_short=width < BESIDE_WIDTH)
    if not is_beside:
        return [*table, *flowed(others, width, gap=_GAP)]
    lines = flowed(others, width - stages_width, gap=_GAP)
    rows = max(len(table), len(lines))
    table += [()] * (rows - len(table))
    lines += [()] * (rows - len(lines))
    return [(*padded(left, stages_width), *line) for left, line in zip(table, lines, strict=True)]


def _stages(state: items.GaugeState, width: int) -> list[Line]:
    block_width = (width - 1) // _BLOCKS - 1
    rows = len(STAGES) // _BLOCKS
    heading = _heading(block_width)
    lines = [_side_by_side([heading] * _BLOCKS, block_width)]
    for row in range(rows):
        blocks = [_row(STAGES[row + block * rows], state, block_width) for block in range(_BLOCKS)]
        lines.append(_side_by_side(blocks, block_width))
    return lines


def _side_by_side(blocks: list[Line], block_width: int) -> Line:
    return tuple(span for block in blocks for span in (Span(" "), *padded(block, block_width)))


def _heading(block_width: int) -> Line:
    numbers = [right((Span(word, "dim"),), _NUMBER_WIDTH) for word in ("now", "p50", "p95")]
    label = padded((Span("ms", "dim"),), _label_width(block_width))
    return (*label, *(span for number in numbers for span in number), Span("  last 20", "dim"))


def _row(stage: Stage, state: items.GaugeState, block_width: int) -> Line:
    label_width = _label_width(block_width)
    label = stage.label if label_width == _LONG_LABEL else stage.short
    stats = figures.measured(stage, state.gauges.stages)
    cells: list[Line] = [figures.last(stage, state.gauges.stages)]
    if stats is None:
        cells += [figures.UNKNOWN] * 2
    else:
        cells += [(figures.percentile(stage, ms),) for ms in (stats.p50_ms, stats.p95_ms)]
    line = (*padded((Span(label, "label"),), label_width), *(s for cell in cells for s in right(cell, _NUMBER_WIDTH)))
    if stats is None:
        return line
    sparks = min(block_width - line_width(line) - 2, _MOST_SPARKS)
    return (*line, Span("  "), *figures.sparkline(stage, stats.recent_ms, sparks))


def _label_width(block_width: int) -> int:
    return _LONG_LABEL if block_width >= _LONG_LABELS_WIDTH else _SHORT_LABEL
