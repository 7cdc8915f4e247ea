"""What the gauges say beside the stages, one item each: who speaks and translates, what is wrong, what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.events import GaugesChanged, GuardCount, Health, Pace, SourceChanged, Usage
from tui.widgets.spans import Line, Span
from tui.widgets.wrap import clean


@dataclass(frozen=True, slots=True)
class GaugeState:
    """What is known now."""

    gauges: GaugesChanged = field(default_factory=GaugesChanged)
    source: SourceChanged | None = None


def voice(gauges: GaugesChanged) -> Line:
    """Who speaks, how fast, and whether it is muted or paused."""
    name = Span("no voice", "dim") if gauges.voice in ("", "none") else Span(clean(gauges.voice), "text")
    flags: Line = (Span("♪ ", "label"),)
    if gauges.is_muted:
        flags = (Span("× muted ", "state-muted"),)
    if gauges.is_paused:
        flags = (*flags[: 1 if gauges.is_muted else 0], Span("‖ paused ", "warning"))
    return (*flags, name, Span(f" ×{gauges.rate:.1f}", "text" if gauges.rate != 1.0 else "dim"))


def translator(gauges: GaugesChanged, *, is_short: bool) -> Line:
    """Who translates, on what."""
    if gauges.translator in ("", "none"):
        return (Span("⇄ ", "label"), Span("no translator", "dim"))
    name = clean(gauges.translator)
    return (
        Span("⇄ ", "label"),
        Span(name.split(":", 1)[-1] if is_short else name, "text"),
        Span(f" {clean(gauges.device)}", "dim"),
    )


def source(event: SourceChanged | None) -> Line:
    """Where the text comes from."""
    if event is None:
        return (Span("○ no source", "dim"),)
    name = clean(event.source)
    return (Span(f"● {name}", "good"),) if event.connected else (Span(f"○ {name} lost", "warning"),)


def backlog(gauges: GaugesChanged, *, is_short: bool) -> Line:
    """How far the voice is behind, and how many sentences wait."""
    if not gauges.translator and not gauges.voice:
        return (Span("starting", "dim"),)
    if not gauges.behind_s and not gauges.waiting:
        return (Span("up to date", "dim"),)
    waiting = f" ({gauges.waiting})" if is_short else f", {gauges.waiting} waiting"
    return (Span(f"{gauges.behind_s:.1f} s behind{waiting}", "text"),)


def out(health: Mapping[str, Health]) -> list[Line]:
    """What failed and is left alone for a while, or is being tried again."""
    return [
        (Span("! ", "warning"), Span(clean(name), "text"), Span(" tried again" if is_tried else " out", "warning"))
        for name, state in sorted(health.items())
        for is_tried in (state is Health.HALF_OPEN,)
    ]


def guard(counts: Mapping[str, GuardCount], *, is_short: bool) -> list[Line]:
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


def sound(gauges: GaugesChanged) -> list[Line]:
    """What went wrong with the sound, and where it goes."""
    items: list[Line] = []
    if gauges.underflows:
        items.append((Span(f"{gauges.underflows} dropouts", "warning"),))
    if gauges.sink:
        items.append((Span("→ ", "label"), Span(clean(gauges.sink), "text")))
    return items


def pace(figures: Pace) -> list[Line]:
    """How fast the translator writes."""
    items: list[Line] = []
    for value, unit in ((figures.characters_per_s, "char/s"), (figures.tokens_per_s, "tok/s")):
        if value is not None:
            items.append((Span(f"{value:.0f}", "text"), Span(f" {unit}", "label")))
    return [tuple(span for item in items for span in (*item, Span(" ")))[:-1]] if items else []


def memory(usage: Usage) -> list[Line]:
    """What the processes take."""
    parts = ((usage.app_mb, "app"), (usage.translator_mb, "ja"), (usage.speech_mb, "voice"), (usage.gpu_mb, "gpu"))
    known = [(megabytes, name) for megabytes, name in parts if megabytes is not None]
    if not known:
        return []
    shown = (span for megabytes, name in known for span in (Span(f" {megabytes}", "text"), Span(f" {name}", "dim")))
    return [(Span("MB", "label"), *shown)]


def identity(state: GaugeState, *, is_short: bool) -> list[Line]:
    """Everything, the most important first."""
    gauges = state.gauges
    return [
        voice(gauges),
        source(state.source),
        backlog(gauges, is_short=is_short),
        translator(gauges, is_short=is_short),
        *troubles(gauges, is_short=is_short),
        *sound(gauges),
        *pace(gauges.pace),
        *memory(gauges.usage),
    ]


def troubles(gauges: GaugesChanged, *, is_short: bool) -> list[Line]:
    """What is out of the ordinary."""
    return [*out(gauges.voice_health), *out(gauges.translator_health), *guard(gauges.guard, is_short=is_short)]
