"""What the gauges say, as lines: everything that fits the width, the most important first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.events import GaugesChanged, GuardCount, Health, SourceChanged, StageStats
from tui.layouts import TABLE_WIDTH
from tui.widgets.spans import Line, Span, line_width
from tui.widgets.wrap import clean, fit, pad

LANDMARKS_MS = ((150, "good", "▁"), (346, "fair", "▃"), (877, "slow", "▅"))
"""First sound up to so many ms: its colour's role and its sign."""
_FULL_LABELS_WIDTH = 116
_IDENTITY_WIDTH = 50


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage as it is labelled."""

    name: str
    label: str
    short: str
    meaning: str
    """from where to where, for the help screen"""


STAGES = (
    Stage("first_sound_ms", "first sound", "sound", "last character written, to its voice"),
    Stage("capture_ms", "capture", "cap", "written by Claude, to here"),
    Stage("segment_ms", "segment", "seg", "here, to a whole sentence"),
    Stage("translate_first_ms", "first ja", "tr1", "sentence, to the first Japanese"),
    Stage("translate_ms", "translate", "tr", "sentence, to the last Japanese"),
    Stage("synth_first_ms", "synth", "syn", "first phrase, to its sound"),
    Stage("queue_ms", "queue", "que", "sound, to the speaker"),
)


@dataclass(frozen=True, slots=True)
class GaugeState:
    """What is known now."""

    gauges: GaugesChanged = field(default_factory=GaugesChanged)
    source: SourceChanged | None = None


def landmark(ms: float) -> tuple[str, str]:
    """Role and sign of a first sound after `ms`."""
    return next(((role, sign) for limit, role, sign in LANDMARKS_MS if ms <= limit), ("bad", "▇"))


def duration(ms: float) -> str:
    """Milliseconds short: `0.4`, `412`, `1.4s`."""
    if ms >= 999.5:
        return f"{ms / 1000:.1f}s"
    return f"{ms:.1f}" if ms < 1 else f"{ms:.0f}"


def gauge_lines(state: GaugeState, width: int) -> list[Line]:
    """Two lines, or three where the window is wide."""
    if width >= TABLE_WIDTH:
        return _table(state, width)
    is_short = width < _FULL_LABELS_WIDTH
    return [_fitted(_identity(state, is_short), width, gap=2 if is_short else 3), _latencies(state, width)]


def _identity(state: GaugeState, is_short: bool) -> list[Line]:
    """Voice, translator, source and backlog, the most important first."""
    gauges = state.gauges
    items = [_voice(gauges), _source(state.source), _backlog(gauges, is_short), _translator(gauges, is_short)]
    items += [*_out(gauges.voice_health), *_out(gauges.translator_health), *_guard(gauges.guard, is_short)]
    items += _sound(gauges)
    return items


def _sound(gauges: GaugesChanged) -> list[Line]:
    items: list[Line] = []
    if gauges.underflows:
        items.append((Span(f"{gauges.underflows} dropouts", "warning"),))
    if gauges.sink:
        items.append((Span("→ ", "label"), Span(clean(gauges.sink), "text")))
    return items


def _out(health: Mapping[str, Health]) -> list[Line]:
    """What failed and is left alone for a while, or is being tried again."""
    return [
        (Span("! ", "warning"), Span(clean(name), "text"), Span(" tried again" if is_tried else " out", "warning"))
        for name, state in sorted(health.items())
        for is_tried in (state is Health.HALF_OPEN,)
    ]


def _guard(counts: Mapping[str, GuardCount], is_short: bool) -> list[Line]:
    """How many translations were no good at first, what became of them, and what was wrong with most."""
    retried = sum(count.retried for count in counts.values())
    english = sum(count.english for count in counts.values())
    if not retried + english:
        return []
    figures: Line = (Span("guard ", "label"), Span(f"{retried}↻", "text"))
    if english:
        figures = (*figures, Span(f" {english} en", "warning"))
    if is_short:
        return [figures]
    often = sorted(counts.items(), key=lambda item: -(item[1].retried + item[1].english))
    reasons = ", ".join(f"{clean(reason)} {count.retried + count.english}" for reason, count in often)
    return [(*figures, Span(f" ({reasons})", "dim"))]


def _voice(gauges: GaugesChanged) -> Line:
    voice = Span("no voice", "dim") if gauges.voice in ("", "none") else Span(clean(gauges.voice), "text")
    flags: Line = (Span("♪ ", "label"),)
    if gauges.is_muted:
        flags = (Span("× muted ", "state-muted"),)
    if gauges.is_paused:
        flags = (*flags[: 1 if gauges.is_muted else 0], Span("‖ paused ", "warning"))
    return (*flags, voice, Span(f" ×{gauges.rate:.1f}", "text" if gauges.rate != 1.0 else "dim"))


def _translator(gauges: GaugesChanged, is_short: bool) -> Line:
    if gauges.translator in ("", "none"):
        return (Span("⇄ ", "label"), Span("no translator", "dim"))
    name = clean(gauges.translator)
    return (
        Span("⇄ ", "label"),
        Span(name.split(":", 1)[-1] if is_short else name, "text"),
        Span(f" {clean(gauges.device)}", "dim"),
    )


def _source(source: SourceChanged | None) -> Line:
    if source is None:
        return (Span("○ no source", "dim"),)
    name = clean(source.source)
    return (Span(f"● {name}", "good"),) if source.connected else (Span(f"○ {name} lost", "warning"),)


def _backlog(gauges: GaugesChanged, is_short: bool) -> Line:
    if not gauges.translator and not gauges.voice:
        return (Span("starting", "dim"),)
    if not gauges.behind_s and not gauges.waiting:
        return (Span("up to date", "dim"),)
    waiting = f" ({gauges.waiting})" if is_short else f", {gauges.waiting} waiting"
    return (Span(f"{gauges.behind_s:.1f} s behind{waiting}", "text"),)


def _latencies(state: GaugeState, width: int) -> Line:
    is_short = width < _FULL_LABELS_WIDTH
    stages = state.gauges.stages
    items = [
        (Span(f"{stage.short if is_short else stage.label} ", "label"), *_last(stage, stages), *_median(stage, stages))
        for stage in STAGES
    ]
    return _fitted([*items, (Span("last/p50 ms", "dim"),)], width, gap=1 if is_short else 2)


def _last(stage: Stage, stages: Mapping[str, StageStats]) -> Line:
    stats = stages.get(stage.name)
    if stats is None or not stats.count:
        return (Span("–", "dim"),)
    if stage.name == "first_sound_ms":
        role, sign = landmark(stats.last_ms)
        return (Span(f"{sign}{duration(stats.last_ms)}", role),)
    return (Span(duration(stats.last_ms), "text"),)


def _median(stage: Stage, stages: Mapping[str, StageStats]) -> Line:
    stats = stages.get(stage.name)
    if stats is None or not stats.count:
        return ()
    role = landmark(stats.p50_ms)[0] if stage.name == "first_sound_ms" else "dim"
    return (Span("/", "dim"), Span(duration(stats.p50_ms), role))


def _fitted(items: list[Line], width: int, gap: int) -> Line:
    """As many items as fit, in order; one that does not fit is left out whole."""
    line: Line = (Span(" "),)
    for item in items:
        between = Span(" " * (gap if len(line) > 1 else 0))
        if line_width(line) + len(between.text) + line_width(item) < width:
            line = (*line, between, *item)
    return line


def _table(state: GaugeState, width: int) -> list[Line]:
    """Identity in three lines at the left; labels, last and p50 under one another at the right."""
    gauges = state.gauges
    left: list[Line] = [
        _joined([_voice(gauges), *_out(gauges.voice_health), *_sound(gauges)]),
        _joined([_translator(gauges, is_short=False), *_out(gauges.translator_health), *_guard(gauges.guard, False)]),
        _joined([_source(state.source), _backlog(gauges, is_short=False)]),
    ]
    columns = list(zip(*(_column(stage, state.gauges.stages) for stage in STAGES), strict=True))
    room = width - _IDENTITY_WIDTH - 4
    return [
        (Span(" "), *_cut(line, _IDENTITY_WIDTH), Span(" │ ", "faint"), *_row(column, room))
        for line, column in zip(left, columns, strict=True)
    ]


def _joined(items: list[Line]) -> Line:
    line: Line = ()
    for item in items:
        line = (*line, *((Span("   "),) if line else ()), *item)
    return line


def _cut(line: Line, width: int) -> Line:
    """A line of exactly `width` cells."""
    kept: Line = ()
    for span in line:
        room = width - line_width(kept)
        kept = (*kept, Span(fit(span.text, room), span.role))
    return (*kept, Span(" " * (width - line_width(kept))))


def _column(stage: Stage, stages: Mapping[str, StageStats]) -> tuple[Line, Line, Line]:
    stats = stages.get(stage.name)
    median: Line = (Span("–", "dim"),)
    if stats is not None and stats.count:
        median = (Span("p50 " if stage is STAGES[0] else "", "dim"), _median(stage, stages)[1])
    return (Span(stage.label, "label"),), _last(stage, stages), median


def _row(cells: tuple[Line, ...], room: int) -> Line:
    """Right-aligned cells of equal width."""
    width = min(room // len(STAGES), 15)
    return tuple(span for cell in cells for span in (Span(pad("", width - line_width(cell))), *cell))
