"""Keys that mark, copy and open links in the terminal pane, for as long as somebody marks there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from tui.terminal.emulator import Emulator
from tui.terminal.marker import Marker
from tui.terminal.selection import Selection, Unit
from tui.widgets.spans import Line, Span

_HELP = (  # a narrow window has room for the first six
    ("arrows", "move"),
    ("Space", "marks"),
    ("y", "copies"),
    ("Enter", "opens"),
    ("Esc", "ends"),
    ("Tab", "next link"),
    ("w", "words"),
    ("V", "lines"),
)


def marking_keys() -> Line:
    """The keys and what they do, in one line."""
    return tuple(span for key, does in _HELP for span in (Span(key, "key"), Span(f" {does}   ", "dim")))


class MarkedPane(Protocol):
    """What marking needs of the pane."""

    @property
    def rows_in_view(self) -> range:
        """The terminal's rows that the pane shows."""
        ...

    def scroll_lines(self, lines: int) -> None:
        """Look further up (negative) or down, and draw it."""
        ...

    def redraw(self) -> None:
        """Draw what has changed, now."""
        ...

    def copy(self, text: str) -> None:
        """Give `text` to the clipboard."""
        ...

    def open_link(self, uri: str) -> None:
        """Show what `uri` names."""
        ...

    def tell(self, text: str) -> None:
        """Say something short."""
        ...


class Marking:
    """Takes the keys of `pane` between `begin` and the end; `changed` is called at both."""

    def __init__(
        self, pane: MarkedPane, emulator: Emulator, selection: Selection, changed: Callable[[], object]
    ) -> None:
        self._pane = pane
        self._emulator = emulator
        self._selection = selection
        self._changed = changed
        self._marker = Marker(emulator, selection, lambda: pane.rows_in_view, pane.scroll_lines)
        self.is_on = False
        self._keys = self._table()

    def begin(self) -> None:
        """From now on keys mark."""
        self.is_on = True
        self._marker.begin()
        self._pane.redraw()
        self._changed()

    def end(self) -> None:
        """Mark nothing any more, and look at what the program writes now. Does nothing when nobody marks."""
        if self.is_on:
            self.is_on = False
            self._selection.clear()
            self._emulator.scroll_to_end()
            self._pane.redraw()
            self._changed()

    def take(self, key: str) -> bool:
        """Do what the key (by Textual's name) is for while somebody marks; False when it is for nothing here."""
        action = self._keys.get(key) if self.is_on else None
        if action is None:
            return False
        action()
        self._pane.redraw()
        return True

    def _table(self) -> dict[str, Callable[[], object]]:
        marker = self._marker
        by_keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("left h", partial(marker.move, -1, 0)),
            ("right l", partial(marker.move, 1, 0)),
            ("up k", partial(marker.move, 0, -1)),
            ("down j", partial(marker.move, 0, 1)),
            ("pageup", partial(marker.page, -1)),
            ("pagedown", partial(marker.page, 1)),
            ("home 0", partial(marker.to_edge, -1)),
            ("end dollar_sign", partial(marker.to_edge, 1)),
            ("g", partial(marker.to_end, -1)),
            ("G", partial(marker.to_end, 1)),
            ("tab", partial(self._to_link, 1)),
            ("shift+tab", partial(self._to_link, -1)),
            ("space v", partial(marker.mark, Unit.CELL)),
            ("w", partial(marker.mark, Unit.WORD)),
            ("V", partial(marker.mark, Unit.LINE)),
            ("y", self._copy),
            ("enter", self._open_or_copy),
            ("escape q", self.end),
        )
        return {key: action for keys, action in by_keys for key in keys.split()}

    def _to_link(self, direction: int) -> None:
        if not self._marker.to_link(direction):
            self._pane.tell("No further link here")

    def _copy(self) -> None:
        if self._marker.has_mark:
            self._pane.copy(self._marker.text)
            self.end()
        else:
            self._pane.tell("Space marks first")

    def _open_or_copy(self) -> None:
        link = "" if self._marker.has_mark else self._marker.link
        if link:
            self._pane.open_link(link)
            self.end()
        else:
            self._copy()
