"""The timeline: one line, one cell a sentence. It shows the selection of the bilingual view, and can move it."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from engine.events import SpeechChanged, SpeechPhase, TranslationChanged
from engine.sentence import Sentence
from tui.widgets.kept_lines import KeptLines
from tui.widgets.row import Row
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, Span, to_text
from tui.widgets.timeline_layout import Drawn, draw, index_of

MAX_CELLS = 2000
"""Older sentences leave it; so many the engine keeps for replay."""
DROPPED_AT_ONCE = 100


class Timeline(KeptLines, Widget):
    """Keeps its own account of the sentences: the bilingual view lets go of rows earlier. `commit` draws it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES | {"timeline--selected"}
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Timeline { height: 1; }
    Timeline > .timeline--selected { text-style: reverse bold; }
    """

    class Chosen(Message):
        """A sentence was pointed at."""

        def __init__(self, sentence_id: int) -> None:
            super().__init__()
            self.sentence_id = sentence_id

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Row] = []
        self._selected: int | None = None
        self._last_spoken: int | None = None
        self._drawn = Drawn((), ())
        self._is_held = False

    def add(self, sentence: Sentence) -> None:
        """Append a sentence; it is copied, and ids grow. The oldest go when there are too many."""
        self._rows.append(Row.of(sentence))
        if len(self._rows) >= MAX_CELLS + DROPPED_AT_ONCE:
            del self._rows[:DROPPED_AT_ONCE]

    def apply(self, event: TranslationChanged | SpeechChanged) -> None:
        """Book what became of a sentence; one that is no longer here is none of our business."""
        row = self.row(event.id)
        if row is None:
            return
        if isinstance(event, TranslationChanged):
            row.apply_translation(event)
            return
        row.apply_speech(event)
        if event.phase is SpeechPhase.STARTED and not event.is_replay:
            self._last_spoken = event.id

    @property
    def explained(self) -> Row | None:
        """The selected sentence; without a selection the one whose voice began last."""
        sentence_id = self._last_spoken if self._selected is None else self._selected
        return None if sentence_id is None else self.row(sentence_id)

    @property
    def has_lost_selected(self) -> bool:
        """Whether the selected sentence is too old to be on it."""
        return self._selected is not None and self.row(self._selected) is None

    def row(self, sentence_id: int) -> Row | None:
        """A sentence that is still on it."""
        index = index_of(self._rows, sentence_id)
        return None if index is None else self._rows[index]

    def select(self, sentence_id: int | None) -> None:
        """Mark a sentence; None marks none."""
        self._selected = sentence_id
        self.commit()

    def commit(self) -> None:
        """Draw what has changed; nothing, when the line is as it was."""
        drawn = draw(self._rows, self._selected, self.size.width)
        if drawn != self._drawn:
            self._drawn = drawn
            self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Show what fits now."""
        self.commit()

    def render(self) -> Text:
        """Draw the line, the selected cell turned over."""
        text = to_text(self, [_merged(self._drawn.line)])
        if (column := self._drawn.selected) is not None:
            text.stylize(self.get_component_rich_style("timeline--selected", partial=True), column, column + 1)
        return text

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to move along with the mouse."""
        self._is_held = True
        self.capture_mouse()
        self._point_at(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Move along while the button is held."""
        if self._is_held:
            self._point_at(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go."""
        self.release_mouse()

    def on_mouse_release(self, event: events.MouseRelease) -> None:
        """The mouse is somebody else's now, also where the button went up unseen."""
        self._is_held = False

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """One sentence back."""
        event.stop()
        self._step(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """One sentence on."""
        event.stop()
        self._step(+1)

    def _point_at(self, x: int) -> None:
        columns = self._drawn.columns
        sentence_id = columns[x] if 0 <= x < len(columns) else None
        if sentence_id is not None and sentence_id != self._selected:
            self.post_message(self.Chosen(sentence_id))

    def _step(self, step: int) -> None:
        if not self._rows:
            return
        last = len(self._rows) - 1
        at = None if self._selected is None else index_of(self._rows, self._selected)
        following = last if at is None else min(max(at + step, 0), last)
        self.post_message(self.Chosen(self._rows[following].sentence.id))


def _merged(line: Line) -> Line:
    """Neighbours that look alike as one: a style for each cell takes longer than the rest of the drawing."""
    return tuple(
        Span("".join(span.text for span in alike), role) for role, alike in groupby(line, key=attrgetter("role"))
    )
