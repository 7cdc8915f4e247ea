"""The waterfall as lines: one sentence's stages as bars on one axis of milliseconds, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass

from engine.sentence import Guard
from tui.widgets.fitting import cut, fitted, merged, padded, right
from tui.widgets.landmarks import LANDMARKS_MS, duration, landmark, with_unit
from tui.widgets.row import Row
from tui.widgets.spans import Line, Span, line_width
from tui.widgets.waterfall_stages import Bar, Stage, bars, end_ms
from tui.widgets.wrap import clean, fit

EMPTY_TEXT = "Where the milliseconds went: the next sentence that is spoken will be here, or select one."
GONE_TEXT = "This sentence is older than those whose figures are kept."
OLD_TEXT = "said before this session: nothing was measured"
SHORT_LINES, FULL_LINES = 4, 8
"""With so many lines each stage has its own."""
_LABEL_WIDTH = 11
_WIDE = 110
_GUARDS = {Guard.OK: ("ok", "text"), Guard.RETRIED: ("tried again", "warning"), Guard.ENGLISH: ("English", "warning")}
_LOOKS = {
    Stage.CAPTURE: ("▁", "info"),
    Stage.SEGMENT: ("▂", "label"),
    Stage.TRANSLATE: ("▄", "state-translating"),
    Stage.WAIT: ("·", "dim"),
    Stage.SYNTH: ("▆", "state-speaking"),
    Stage.QUEUE: ("█", "state-muted"),
}
"""Sign and colour of each stage where all of them share a line."""
_SHORT = {
    Stage.CAPTURE: "cap",
    Stage.SEGMENT: "seg",
    Stage.TRANSLATE: "tr",
    Stage.SYNTH: "syn",
    Stage.QUEUE: "que",
}
_WHOLES = {Stage.SEGMENT: "certain", Stage.TRANSLATE: "whole"}


@dataclass(frozen=True, slots=True)
class Axis:
    """Milliseconds to columns."""

    end_ms: float
    width: int

    @classmethod
    def of(cls, last_ms: float, width: int) -> Axis:
        """To the end, or to the next landmark: then one sees how far it was."""
        above = next((float(limit) for limit, _, _ in LANDMARKS_MS if limit >= last_ms), last_ms)
        return cls(above, max(width, 8))

    def column(self, ms: float) -> int:
        """The column that a moment is in, from 0; the last one for the end."""
        return min(max(int(ms / self.end_ms * self.width), 0), self.width - 1)

    def landmarks(self) -> list[tuple[int, str, str]]:
        """Column, role and text of each landmark that is on it."""
        shown = [(limit, role) for limit, role, _ in LANDMARKS_MS if limit <= self.end_ms]
        return [(self.column(limit), role, str(limit)) for limit, role in shown]


def waterfall_lines(row: Row | None, width: int, height: int, *, is_gone: bool = False) -> list[Line]:
    """Exactly `height` lines: the sentence, its stages, and the axis. From 8 lines on each stage has one.

    Without a row they say that there is none yet; with `is_gone`, that it is not kept any more.
    """
    if row is None:
        return _filled([cut((Span(" "), Span(GONE_TEXT if is_gone else EMPTY_TEXT, "dim")), width)], height)
    stages = bars(row.sentence.timings)
    lines = [_title(row, width)]
    if stages and height >= FULL_LINES:
        lines += _lanes(stages, width)
    elif stages and height > 1:
        lines += _path(stages, width)
    return _filled(lines, height)


def _filled(lines: list[Line], height: int) -> list[Line]:
    return [*lines[:height], *[()] * (height - len(lines))]


def _title(row: Row, width: int) -> Line:
    """What was measured, by whom it was made, and as much of the sentence as fits."""
    sentence = row.sentence
    items = [_verdict(row)]
    if sentence.translator and sentence.translator != "none":
        items.append((Span("⇄ ", "label"), Span(clean(sentence.translator), "text")))
    if sentence.guard is not None and sentence.translator not in (None, "none"):
        text, role = _GUARDS[sentence.guard]
        items.append((Span("guard ", "label"), Span(text, role)))
    if sentence.voice:
        items.append((Span("♪ ", "label"), Span(clean(sentence.voice), "text")))
    line = fitted(items, width, gap=2)
    room = width - line_width(line) - 4
    words = clean(sentence.en).strip()
    return (*line, Span("  "), Span(fit(words, room), "dim")) if room >= 12 and words else line


def _verdict(row: Row) -> Line:
    sentence = row.sentence
    first_sound_ms = sentence.timings.first_sound_ms
    if first_sound_ms is None:
        return _unspoken(row)
    after: Line = (Span(" after the one before", "dim"),) if row.had_to_queue else ()
    role, sign = ("text", "") if row.had_to_queue else landmark(first_sound_ms)
    return (Span("first sound ", "label"), Span(f"{sign}{with_unit(first_sound_ms)}", role), *after)


def _unspoken(row: Row) -> Line:
    """Where it stands, and why."""
    sentence, state = row.sentence, row.shown_state
    if sentence.is_old:
        return (Span(OLD_TEXT, "dim"),)
    reason = f": {clean(sentence.reason)}" if sentence.reason else ""
    return (Span(f"{row.mark} {state}{reason}", f"state-{state}"),)


# -- a line for each stage ---------------------------------------------------------------------------------------


def _lanes(stages: list[Bar], width: int) -> list[Line]:
    by_stage = {bar.stage: bar for bar in stages}
    numbers_width = 26 if width >= _WIDE else 13
    axis = Axis.of(end_ms(stages), width - _LABEL_WIDTH - numbers_width - 2)
    lines = []
    for stage in Stage:
        bar = by_stage.get(stage)
        number = right(_number(bar, width >= _WIDE), numbers_width)
        lines.append((*padded((Span(f" {stage}", "label"),), _LABEL_WIDTH), *_lane(bar, axis), *number))
    return [*lines, (Span(" " * _LABEL_WIDTH), *_scale(axis))]


def _lane(bar: Bar | None, axis: Axis) -> Line:
    """The bar, solid up to where the next stage could begin and light after that, over the landmarks."""
    cells = [Span(" ")] * axis.width
    for column, _, _ in axis.landmarks():
        cells[column] = Span("┊", "faint")
    if bar is not None:
        role = _LOOKS[bar.stage][1]
        sign = "·" if bar.stage is Stage.WAIT else "█"
        if bar.whole_ms is not None and bar.whole_ms > bar.end_ms:
            _paint(cells, axis, bar.end_ms, bar.whole_ms, Span("░", role))
        _paint(cells, axis, bar.start_ms, bar.end_ms, Span(sign, role))
    return merged(cells)


def _paint(cells: list[Span], axis: Axis, start_ms: float, end_ms: float, span: Span) -> None:
    first, last = axis.column(start_ms), axis.column(end_ms)
    for column in range(first, max(last, first + 1)):
        cells[column] = span


def _number(bar: Bar | None, is_wide: bool) -> Line:
    """`0.4 ms`, with the whole `188 ms, whole 640 ms`, or short `188/640 ms`."""
    if bar is None:
        return (Span("–", "dim"),)
    if bar.whole_ms is None or bar.stage not in _WHOLES:
        return (Span(with_unit(bar.length_ms), "text"),)
    whole = with_unit(bar.whole_ms - bar.start_ms)
    if is_wide:
        return (Span(f"{with_unit(bar.length_ms)}", "text"), Span(f", {_WHOLES[bar.stage]} {whole}", "dim"))
    return (Span(with_unit(bar.length_ms).removesuffix(" ms"), "text"), Span(f"/{whole}", "dim"))


def _scale(axis: Axis) -> Line:
    """Zero, and the landmarks, in their colours."""
    cells = [Span(" ")] * axis.width
    marks = [(0, "dim", "0"), *((column, role, f"╵{text}") for column, role, text in axis.landmarks())]
    free_from = 0
    for column, role, text in marks:
        # At the right end the number stands before its mark.
        start = min(column, axis.width - len(text))
        if start < column:
            text = f"{text[1:]}╵"
            start = column - len(text) + 1
        if start >= free_from:
            cells[start : start + len(text)] = [Span(character, role) for character in text]
            free_from = start + len(text) + 1
    return merged(cells)


# -- all stages on one line --------------------------------------------------------------------------------------


def _path(stages: list[Bar], width: int) -> list[Line]:
    """What the voice had to wait for, one after the other; their numbers; the axis."""
    axis = Axis.of(max(bar.end_ms for bar in stages), width - 2)
    cells = [Span(" ")] * axis.width
    for column, _, _ in axis.landmarks():
        cells[column] = Span("┊", "faint")
    for bar in stages:
        sign, role = _LOOKS[bar.stage]
        _paint(cells, axis, bar.start_ms, bar.end_ms, Span(sign, role))
    is_wide = width >= _WIDE
    numbers = [*(_named(bar, is_wide) for bar in stages), *([] if is_wide else [(Span("ms", "dim"),)])]
    return [(Span(" "), *merged(cells)), fitted(numbers, width, gap=2), (Span(" "), *_scale(axis))]


def _named(bar: Bar, is_wide: bool) -> Line:
    sign, role = _LOOKS[bar.stage]
    if is_wide:
        return (Span(f"{sign} ", role), Span(f"{bar.stage} ", "label"), *_number(bar, is_wide=False))
    return (Span(f"{sign}", role), Span(f"{_SHORT.get(bar.stage, bar.stage)} ", "label"), *_bare_number(bar))


def _bare_number(bar: Bar) -> Line:
    line: Line = (Span(duration(bar.length_ms), "text"),)
    if bar.stage is Stage.TRANSLATE and bar.whole_ms is not None:
        line = (*line, Span(f"/{duration(bar.whole_ms - bar.start_ms)}", "dim"))
    return line
