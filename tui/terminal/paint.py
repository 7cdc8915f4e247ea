"""An emulator's rows as strips that Textual can draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.terminal.cells import CellStyle, Color, Run
from tui.terminal.emulator import CursorShape, Rgb

_STYLE_CACHE = 4096
_UNDERLINE = Style(underline=True)
_DOUBLE_UNDERLINE = Style(underline=False, underline2=True)
_BAR = "▏"


class Painter:
    """Paints runs over `base`, the theme's colours, with `palette` for the colours that programs choose by number."""

    def __init__(self, base: Style, palette: Sequence[Rgb]) -> None:
        self.base = base
        self.palette = palette
        self._styles: dict[CellStyle, Style] = {}

    def paint(self, runs: Iterable[Run]) -> Strip:
        """Return the strip of one row; it is exactly as wide as the runs say."""
        segments = [Segment(_fitted(run), self._style(run.style)) for run in runs]
        return Strip(segments, sum(run.width for run in runs))

    def _style(self, style: CellStyle) -> Style:
        painted = self._styles.get(style)
        if painted is None:
            if len(self._styles) >= _STYLE_CACHE:
                self._styles.clear()
            painted = self._styles[style] = self.base + self._rich_style(style)
        return painted

    def _rich_style(self, style: CellStyle) -> Style:
        return Style(
            color=self._color(style.foreground),
            bgcolor=self._color(style.background),
            bold=style.bold or None,
            dim=style.faint or None,
            italic=style.italic or None,
            # Rich knows one line and two; links have one, so that they can be seen.
            underline=style.underline not in (0, 2) or (bool(style.link) and style.underline == 0) or None,
            underline2=style.underline == 2 or None,
            blink=style.blink or None,
            reverse=style.inverse or None,
            strike=style.strikethrough or None,
            overline=style.overline or None,
            link=style.link or None,
        )

    def _color(self, color: Color) -> RichColor | None:
        if color is None:
            return None
        return RichColor.from_rgb(*(self.palette[color] if isinstance(color, int) else color))


def with_cursor(strip: Strip, start: int, width: int, shape: CursorShape) -> Strip:
    """Return `strip` with a cursor over the `width` cells from `start` on."""
    before, under, after = strip.divide([start, start + width, strip.cell_length])
    drawn = [_under_cursor(text, style or Style.null(), shape) for text, style, _ in under]
    return Strip.join([before, Strip(drawn, width), after])


def cluster_at(runs: Iterable[Run], x: int) -> tuple[int, int]:
    """Return the first cell and the width of the character that covers column `x`."""
    start = 0
    for run in runs:
        if x < start + run.width and run.clusters:
            for _, width in run.clusters:
                if x < start + width:
                    return start, width
                start += width
        elif x < start + run.width:
            return x, 1
        start += run.width
    return x, 1


def link_at(runs: Iterable[Run], x: int) -> str:
    """Return the link of the cell in column `x`; empty when it has none."""
    start = 0
    for run in runs:
        if start <= x < start + run.width:
            return run.style.link
        start += run.width
    return ""


def restyled(strip: Strip, start: int, end: int, style: Style) -> Strip:
    """Return `strip` with `style` over the cells from `start` up to, not including, `end`."""
    before, inside, after = strip.divide([start, end, strip.cell_length])
    drawn = [Segment(text, (under or Style.null()) + style) for text, under, _ in inside]
    return Strip.join([before, Strip(drawn, end - start), after])


def with_mark(strip: Strip, text: str, style: Style) -> Strip:
    """Return `strip` with `text` over its right end; as it is where that leaves no room for anything else."""
    width = cell_len(text)
    if not text or width >= strip.cell_length:
        return strip
    return Strip.join([strip.crop(0, strip.cell_length - width), Strip([Segment(text, style)], width)])


def _under_cursor(text: str, style: Style, shape: CursorShape) -> Segment:
    if shape is CursorShape.BAR and text.isspace():
        return Segment(_BAR + text[1:], style)
    if shape in (CursorShape.UNDERLINE, CursorShape.HOLLOW):
        # A line under a cell that has one already would not be seen.
        return Segment(text, style + (_DOUBLE_UNDERLINE if style.underline else _UNDERLINE))
    # A block; so is a bar before a character, for one cell cannot hold both.
    return Segment(text, style + Style(reverse=not style.reverse))


def _fitted(run: Run) -> str:
    """The text of `run`, changed where Textual would count its cells otherwise and shift the rest of the row."""
    text = " " * run.width if run.style.invisible else run.text
    if not run.clusters or cell_len(text) == run.width:
        return text
    return "".join(_fitted_cluster(cluster, width) for cluster, width in run.clusters)


def _fitted_cluster(cluster: str, width: int) -> str:
    if cell_len(cluster) == width:
        return cluster
    first = cluster[0]
    return first + " " * (width - cell_len(first)) if 0 < cell_len(first) <= width else "?" + " " * (width - 1)
