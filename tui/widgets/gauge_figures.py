"""The figures of one stage: now, median, 95th percentile, and the last ones as a sparkline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.events import StageStats
from tui.widgets.fitting import merged
from tui.widgets.gauge_words import FIRST_SOUND, Stage
from tui.widgets.landmarks import duration, landmark
from tui.widgets.spans import Line, Span

LEVELS = "▁▂▃▄▅▆▇█"
UNKNOWN: Line = (Span("–", "dim"),)


def measured(stage: Stage, stages: Mapping[str, StageStats]) -> StageStats | None:
    """The stage's figures; None before the first sentence."""
    stats = stages.get(stage.name)
    return stats if stats is not None and stats.count else None


def last(stage: Stage, stages: Mapping[str, StageStats]) -> Line:
    """The last sentence's; the first sound with its landmark."""
    stats = measured(stage, stages)
    if stats is None:
        return UNKNOWN
    if stage is FIRST_SOUND:
        role, sign = landmark(stats.last_ms)
        return (Span(f"{sign}{duration(stats.last_ms)}", role),)
    return (Span(duration(stats.last_ms), "text"),)


def percentile(stage: Stage, ms: float) -> Span:
    """A percentile; coloured where there is a budget for it."""
    return Span(duration(ms), landmark(ms)[0] if stage is FIRST_SOUND else "dim")


def sparkline(stage: Stage, values_ms: Sequence[float], width: int) -> Line:
    """The last values, the newest at the right; the highest fills its cell."""
    shown = values_ms[-width:] if width > 0 else ()
    top = max(shown, default=0.0)
    cells = [Span(_level(ms, top), landmark(ms)[0] if stage is FIRST_SOUND else "label") for ms in shown]
    return merged(cells)


def _level(ms: float, top: float) -> str:
    return LEVELS[min(int(ms / top * len(LEVELS)), len(LEVELS) - 1)] if top > 0 else LEVELS[0]
