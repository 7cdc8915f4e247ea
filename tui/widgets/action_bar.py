"""The keys that work now: the bar at the bottom, and the hint after the leader."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.actions import ACTIONS, Action
from tui.key_names import key_sign
from tui.keymap import Keymap, Scope
from tui.widgets.kept_lines import KeptLines
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, Span, line_width, to_text

Item = tuple[Action | None, Line]


def bar_items(keymap: Keymap, in_view: bool) -> list[Item]:
    """The bar's actions with the key that works where the keyboard is."""
    items: list[Item] = []
    for action in sorted((action for action in ACTIONS if action.is_in_bar), key=partial(_number, keymap)):
        items.append((action, _labelled(next(iter(keymap.signs(action, in_view)), ""), action.label)))
    if not in_view:
        items.append((None, _labelled(key_sign(keymap.leader), "more")))
    return items


def hint_lines(keymap: Keymap, width: int) -> list[Line]:
    """Every key after the leader, over as many lines as it takes."""
    leader = key_sign(keymap.leader)
    items = [_labelled(key_sign(key), action.label) for key, action in keymap.table(Scope.LEADER).items()]
    items += [_labelled(leader, "send it to Claude"), _labelled("Esc", "nothing")]
    lines: list[Line] = []
    line: Line = (Span(f" {leader} and then ", "label"),)
    for item in items:
        if line_width(line) + line_width(item) + 3 > width:
            lines.append(line)
            line = ()
        line = (*line, Span("  "), *item)
    return [*lines, line]


def _number(keymap: Keymap, action: Action) -> int:
    """Function keys as they lie on the keyboard; what has none comes after them."""
    names = [key.rpartition("+")[2] for key in keymap.keys(action).everywhere]
    return min((int(name[1:]) for name in names if name[0] == "f" and name[1:].isdecimal()), default=sys.maxsize)


def _labelled(key: str, label: str) -> Line:
    return (Span(key, "key"), Span(f" {label}", "label")) if key else (Span(label, "label"),)


class ActionBar(KeptLines, Widget):
    """One line; a click carries the action out."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    ALLOW_SELECT = False
    DEFAULT_CSS = "ActionBar { height: 1; }"

    in_view: reactive[bool] = reactive(False)

    class Chosen(Message):
        """An action was clicked."""

        def __init__(self, action: Action) -> None:
            super().__init__()
            self.action = action

    def __init__(self, keymap: Keymap, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keymap = keymap

    def render(self) -> Text:
        """Draw the keys."""
        line = tuple(span for _, _, _, item in self._placed() for span in item)
        return to_text(self, [line])

    def on_click(self, event: events.Click) -> None:
        """Carry out what was clicked."""
        for action, left, right, _ in self._placed():
            if action is not None and left <= event.x < right:
                self.post_message(self.Chosen(action))

    def _placed(self) -> Iterator[tuple[Action | None, int, int, Line]]:
        """The items that fit, with their columns. The last, the way to more or out, always has its place."""
        width = self.size.width
        items = bar_items(self._keymap, self.in_view)
        gap = 2 if sum(line_width(line) + 2 for _, line in items) < width else 1
        *others, last = [(action, (Span(" " * gap), *line)) for action, line in items]
        room = width - line_width(last[1])
        left = 0
        for action, line in [*_leading(others, room), last]:
            right = left + line_width(line)
            yield action, left, right, line
            left = right


def _leading(items: list[Item], room: int) -> Iterator[Item]:
    """Items from the first on, as many as fit."""
    for action, line in items:
        room -= line_width(line)
        if room < 0:
            return
        yield action, line


class LeaderHint(Widget):
    """Over the gauges while the leader's letter is awaited."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    DEFAULT_CSS = "LeaderHint { dock: bottom; height: auto; }"

    def __init__(self, keymap: Keymap, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keymap = keymap

    def show(self, is_pending: bool) -> None:
        """Show or hide it; nothing else on the screen moves."""
        self.styles.height = len(hint_lines(self._keymap, self.app.size.width)) + self.gutter.height
        self.display = is_pending

    def render(self) -> Text:
        """Draw the keys."""
        return to_text(self, hint_lines(self._keymap, self.size.width))
