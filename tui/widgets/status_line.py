"""The line for what a person should know now: the latest notice, and the progress of anything long."""

from __future__ import annotations

from collections import deque
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.widget import Widget

from engine.events import Level, Loading, Notice
from tui.widgets.kept_lines import KeptLines
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, Span, line_width, to_text
from tui.widgets.wrap import clean, fit, wrap

MAX_NOTICES = 50
MAX_LINES = 3
"""A longer notice is cut; the help screen has it whole."""
SIGNS = {Level.INFO: "i", Level.WARNING: "▲", Level.ERROR: "✖"}
_BAR_WIDTH = 12


def status_lines(notice: Notice | None, loading: Loading | None, idle: Line, width: int, more: int = 0) -> list[Line]:
    """Notice left, progress right; the idle text when there is neither. `more` things are under way besides."""
    progress = _progress(loading, width, more, is_short=notice is not None) if loading else ()
    if notice is None:
        return [progress or _cut((Span(" "), *idle), width - 1)]
    room = width - 4 - (line_width(progress) + 1 if progress else 0)
    lines = wrap(clean(notice.message), max(room, 10))
    if len(lines) > MAX_LINES:
        lines = [*lines[: MAX_LINES - 1], fit(" ".join(lines[MAX_LINES - 1 :]), max(room, 10))]
    shown: list[Line] = [(Span("   "), Span(line, notice.level)) for line in lines]
    shown[0] = (Span(f" {SIGNS[notice.level]} ", notice.level), shown[0][1])
    if progress:
        shown[0] = (*shown[0], Span(" " * (width - line_width(shown[0]) - line_width(progress))), *progress)
    return shown


def _cut(line: Line, width: int) -> Line:
    kept: Line = ()
    for span in line:
        kept = (*kept, Span(fit(clean(span.text), width - line_width(kept)), span.role))
    return kept


def _progress(loading: Loading, width: int, more: int, is_short: bool) -> Line:
    """`Fetching the model ━━━━━────── 37 %  412 of 1117 MB  +1 more`; only bar and percent when short."""
    if loading.fraction is None:
        bar: Line = (Span("─" * _BAR_WIDTH, "faint"),)
        percent = ""
    else:
        full = round(min(max(loading.fraction, 0.0), 1.0) * _BAR_WIDTH)
        bar = (Span("━" * full, "bar"), Span("─" * (_BAR_WIDTH - full), "faint"))
        percent = f" {loading.fraction * 100:.0f} %"
    if is_short:
        return (*bar, Span(percent + " ", "text"))
    tail = f"{percent}  {clean(loading.detail)}" if loading.detail else percent
    tail += f"  +{more} more" if more else ""
    what = fit(clean(loading.what), max(width - _BAR_WIDTH - len(tail) - 4, 4))
    return (Span(f" {what} ", "text"), *bar, Span(tail, "dim"))


class StatusLine(KeptLines, Widget):
    """One line, more only for a long notice; never a dialog."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    ALLOW_SELECT = False
    DEFAULT_CSS = "StatusLine { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.notices: deque[Notice] = deque(maxlen=MAX_NOTICES)
        """the latest last"""
        self._notice: Notice | None = None
        self._loading: dict[str, Loading] = {}
        self._idle: Line = ()

    def show_notice(self, notice: Notice) -> None:
        """Show a notice until the next one, or until it is dismissed."""
        self.notices.append(notice)
        self._notice = notice
        self._changed()

    def dismiss(self, code: str | None = None) -> None:
        """Put the notice away; with `code`, only if it is that one."""
        if self._notice is not None and code in (None, self._notice.code):
            self._notice = None
            self._changed()

    def show_loading(self, loading: Loading) -> None:
        """Show progress; a fraction of 1 ends it."""
        if loading.fraction is None or loading.fraction < 1.0:
            self._loading[loading.what] = loading
        else:
            self._loading.pop(loading.what, None)
        self._changed()

    def end_loading(self) -> None:
        """Nothing is under way any more."""
        self._loading.clear()
        self._changed()

    def show_idle(self, line: Line) -> None:
        """What stands there when nothing else does; its text need not be clean."""
        if line != self._idle:
            self._idle = line
            self._changed()

    @property
    def notice(self) -> Notice | None:
        """The notice on show."""
        return self._notice

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the notice anew."""
        self._changed()

    def render(self) -> Text:
        """Draw notice, progress or idle text."""
        return to_text(self, self._lines())

    def _lines(self) -> list[Line]:
        under_way = list(self._loading.values())
        # The first that tells how far it is: of two that go on together, one stays on show.
        shown = next((loading for loading in under_way if loading.fraction is not None), next(iter(under_way), None))
        return status_lines(self._notice, shown, self._idle, max(self.size.width, 20), len(under_way) - 1)

    def _changed(self) -> None:
        if self.size.width:
            self.styles.height = len(self._lines())
        self.refresh()
