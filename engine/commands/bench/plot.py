"""Horizontal bars, stacked by stage, as one SVG file that needs nothing else and is read on a light or a dark page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT = 920.0, 24.0, 88.0
TOP, ROW, BAR, BOTTOM = 112.0, 70.0, 22.0, 46.0
MOST_OF_LANDMARKS = 3.0
"""The axis reaches so many times as far as the last landmark; longer bars are broken off, which is drawn."""
_STEPS = (1, 2, 2.5, 5, 10)
_STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif }
text { paint-order: stroke; stroke-width: 3px; stroke-linejoin: round }
.title { font-size: 18px; font-weight: 600 } .small { font-size: 11px } .figure { font-weight: 600 }
.page { fill: #ffffff; stroke: none } .line { stroke: #d1d9e0 } .break, .text, .dim { stroke: #ffffff }
.text { fill: #1f2328 } .dim { fill: #59636e } .whisker { stroke: #1f2328 }
.mark { stroke: #9a6700 } .mark-text { fill: #9a6700; stroke: none }
.stage-0 { fill: #0969da } .stage-1 { fill: #1a7f37 } .stage-2 { fill: #8c959f }
@media (prefers-color-scheme: dark) {
  .page { fill: #0d1117 } .line { stroke: #3d444d } .break, .text, .dim { stroke: #0d1117 }
  .text { fill: #f0f6fc } .dim { fill: #9198a1 } .whisker { stroke: #f0f6fc }
  .mark { stroke: #d29922 } .mark-text { fill: #d29922 }
  .stage-0 { fill: #4493f8 } .stage-1 { fill: #3fb950 } .stage-2 { fill: #818b98 }
}
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One configuration, ms."""

    label: str
    detail: str
    stages: tuple[float, ...]
    """medians, in the order of the chart's stages"""
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole picture. `landmarks` are names of places on the axis, by ms."""

    title: str
    subtitle: str
    stages: tuple[str, ...]
    bars: Sequence[Bar]
    landmarks: Mapping[float, str]


def svg(chart: Chart) -> str:
    """Return the SVG document. The scale begins at 0 and is linear: lengths can be compared, but those broken off."""
    most = max([bar.p95 for bar in chart.bars] + [sum(bar.stages) for bar in chart.bars] + [*chart.landmarks, 1.0])
    scale = _Scale(max(1.0, min(most, MOST_OF_LANDMARKS * max(chart.landmarks, default=most))))
    height = TOP + ROW * len(chart.bars) + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape(chart.title)}">',
        f"<title>{escape(chart.title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{WIDTH:.0f}" height="{height:.0f}" rx="8"/>',
        _text(LEFT, 34, chart.title, "text title"),
        _text(LEFT, 54, chart.subtitle, "dim small"),
        *_legend(chart.stages),
        *_axis(scale, height),
        *_landmarks(scale, chart.landmarks, height),
    ]
    for number, bar in enumerate(chart.bars):
        parts += _bar(scale, bar, chart.stages, TOP + ROW * number)
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Scale:
    """Milliseconds to places."""

    def __init__(self, most: float) -> None:
        self.most = most

    def x(self, ms: float) -> float:
        return LEFT + min(ms, self.most) / self.most * (WIDTH - LEFT - RIGHT)

    def ticks(self) -> list[float]:
        """Round numbers, five or so."""
        power = 10 ** (len(str(int(self.most / 5))) - 1)
        step = next(step * power for step in _STEPS if step * power * 6 >= self.most)
        return [step * number for number in range(int(self.most / step) + 1)]


def _legend(stages: Sequence[str]) -> Iterator[str]:
    x = LEFT
    for number, stage in enumerate(stages):
        yield f'<rect class="stage-{number}" x="{x:.1f}" y="67" width="12" height="12" rx="2"/>'
        yield _text(x + 18, 78, stage, "text small")
        x += 36 + 6.4 * len(stage)
    yield _text(x, 78, "bar: p50; whisker: up to p95", "dim small")


def _axis(scale: _Scale, height: float) -> Iterator[str]:
    bottom = height - BOTTOM
    for ms in scale.ticks():
        yield f'<line class="line" x1="{scale.x(ms):.1f}" y1="{TOP:.0f}" x2="{scale.x(ms):.1f}" y2="{bottom:.0f}"/>'
        yield _text(scale.x(ms), bottom + 16, f"{ms:.0f}", "dim small", "middle")
    yield _text(scale.x(scale.most), bottom + 34, "milliseconds", "dim small", "end")


def _landmarks(scale: _Scale, landmarks: Mapping[float, str], height: float) -> Iterator[str]:
    free_from = 0.0
    for ms, name in sorted(landmarks.items()):
        x = scale.x(ms)
        bottom = height - BOTTOM
        yield (
            f'<line class="mark" x1="{x:.1f}" y1="{TOP - 8:.0f}" x2="{x:.1f}" y2="{bottom:.0f}" '
            'stroke-dasharray="3 4" stroke-width="1.5"/>'
        )
        # Where they stand close, a name moves to the right of the one before it.
        start = max(x - 3.4 * len(name), free_from)
        free_from = start + 7.2 * len(name) + 6
        yield _text(start, TOP - 14, name, "mark-text small")


def _bar(scale: _Scale, bar: Bar, stages: Sequence[str], y: float) -> Iterator[str]:
    yield _text(LEFT, y + 20, bar.label, "text")
    yield _text(WIDTH - 20, y + 20, bar.detail, "dim small", "end")
    at, top = 0.0, y + 28
    for number, (stage, ms) in enumerate(zip(stages, bar.stages, strict=True)):
        left, right = scale.x(at), scale.x(at + ms)
        at += ms
        yield (
            f'<rect class="stage-{number}" x="{left:.1f}" y="{top:.0f}" width="{max(0.0, right - left):.1f}" '
            f'height="{BAR:.0f}"><title>{escape(stage)}: {ms:.0f} ms</title></rect>'
        )
    yield from _whisker(scale, bar, at, top + BAR / 2)
    if at > scale.most:
        yield _break(scale, top)
    yield _text(scale.x(max(bar.p95, at)) + 6, top + BAR / 2 + 4.5, f"{bar.p50:.0f} ms", "text figure")


def _whisker(scale: _Scale, bar: Bar, begin_ms: float, y: float) -> Iterator[str]:
    """From the end of the bar to p95, with a cap where that is on the axis."""
    if bar.p50 >= scale.most:
        return
    begin, end = scale.x(min(bar.p50, begin_ms)), scale.x(bar.p95)
    cap = f"M{end:.1f} {y - 5:.1f}v10" if bar.p95 <= scale.most else f"M{end - 5:.1f} {y - 4:.1f}l5 4l-5 4"
    yield (
        f'<path class="whisker" fill="none" stroke-width="1.5" d="M{begin:.1f} {y:.1f}H{end:.1f}{cap}">'
        f"<title>p95: {bar.p95:.0f} ms</title></path>"
    )


def _break(scale: _Scale, top: float) -> str:
    """Two slanted cuts: the bar is longer than the axis."""
    x = scale.x(scale.most) - 26
    cuts = "".join(f"M{x + shift:.1f} {top + BAR + 2:.1f}l7 {-BAR - 4:.1f}" for shift in (0, 7))
    return f'<path class="break" fill="none" stroke-width="3" d="{cuts}"/>'


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
