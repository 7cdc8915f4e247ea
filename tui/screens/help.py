"""The help screen: every action from the registry, what the marks mean, and the latest notices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget

from engine.events import Notice
from engine.sentence import State
from tui.actions import ACTIONS, key_sign
from tui.widgets.gauge_layout import LANDMARKS_MS, STAGES
from tui.widgets.row import MARKS
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, Span, to_text
from tui.widgets.status_line import SIGNS
from tui.widgets.wrap import clean, pad, wrap

_MEANINGS = {
    State.WAITING: "waits for the translator",
    State.TRANSLATING: "is being translated",
    State.TRANSLATED: "translated, waits for the voice",
    State.SPEAKING: "sounds now",
    State.SPOKEN: "was spoken",
    State.SKIPPED: "was skipped",
    State.MUTED: "not spoken: muted",
    State.FAILED: "failed; the row says why",
}
_KEY_WIDTHS = (5, 13, 13)


def help_lines(leader: str, notices: Sequence[Notice], width: int) -> list[Line]:
    """The whole page at `width` cells."""
    return [*_keys(leader, width), (), *_marks(), (), *_figures(), (), *_landmarks(), (), *_notices(notices, width)]


def _keys(leader: str, width: int) -> Iterator[Line]:
    headings = ("any", f"{key_sign(leader)} then", "in the view")
    yield (Span("".join(pad(h, w) for h, w in zip(headings, _KEY_WIDTHS, strict=True)), "label"),)
    margin = sum(_KEY_WIDTHS)
    for action in ACTIONS:
        keys = (action.function_key, action.leader_key, *action.view_keys[:1])
        signs = [key_sign(action.function_key), key_sign(action.leader_key), " ".join(map(key_sign, action.view_keys))]
        if not any(keys):
            continue
        first, *rest = wrap(action.help, max(width - margin, 10))
        yield (*(Span(pad(s, w), "key") for s, w in zip(signs, _KEY_WIDTHS, strict=True)), Span(first, "text"))
        for line in rest:
            yield (Span(" " * margin), Span(line, "text"))
    yield ()
    yield from (
        (Span(line, "dim"),)
        for line in wrap(
            f"While Claude has the keyboard every other key is Claude's, Ctrl+C too. "
            f"{key_sign(leader)} twice sends {key_sign(leader)} to Claude.",
            width,
        )
    )


def _marks() -> Iterator[Line]:
    yield (Span("Marks", "label"),)
    for state, meaning in _MEANINGS.items():
        yield (Span(f"  {MARKS[state]} ", f"state-{state}"), Span(meaning, "text"))


def _figures() -> Iterator[Line]:
    yield (Span("Figures: the last sentence / the median, in ms", "label"),)
    for stage in STAGES:
        short, label = pad(stage.short, 6), pad(stage.label, 12)
        yield (Span(f"  {short}", "key"), Span(label, "text"), Span(stage.meaning, "dim"))


def _landmarks() -> Iterator[Line]:
    yield (Span("First sound, from a sentence's last character to its voice", "label"),)
    for limit, role, sign in LANDMARKS_MS:
        yield (Span(f"  {sign} up to {limit} ms", role),)
    yield (Span(f"  ▇ over {LANDMARKS_MS[-1][0]} ms", "bad"),)


def _notices(notices: Sequence[Notice], width: int) -> Iterator[Line]:
    yield (Span("Notices, the latest first", "label"),)
    if not notices:
        yield (Span("  none", "dim"),)
    for notice in reversed(notices):
        for number, line in enumerate(wrap(clean(notice.message), max(width - 4, 10))):
            yield (Span("    " if number else f"  {SIGNS[notice.level]} ", notice.level), Span(line, "text"))


class HelpPage(Widget):
    """The page, as long as it is."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    DEFAULT_CSS = "HelpPage { height: auto; }"

    def __init__(self, leader: str, notices: Sequence[Notice]) -> None:
        super().__init__()
        self._leader = leader
        self._notices = notices

    def render(self) -> Text:
        """Draw the page."""
        return to_text(self, help_lines(self._leader, self._notices, self.size.width or self.app.size.width))


class HelpScreen(ModalScreen[None]):
    """Over the main screen until it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, "close", show=False) for key in ("escape", "f1", "q", "question_mark", "enter", "ctrl+c")
    ]

    def __init__(self, leader: str, notices: Sequence[Notice]) -> None:
        super().__init__()
        self._leader = leader
        self._notices = notices

    def compose(self) -> ComposeResult:
        """Lay out the frame."""
        with VerticalScroll(id="help") as frame:
            frame.border_title = "Keys"
            frame.border_subtitle = "↑ ↓ scroll · Esc closes"
            yield HelpPage(self._leader, self._notices)

    def on_mount(self) -> None:
        """Take the keys, for scrolling."""
        self.query_one("#help").focus()

    def action_close(self) -> None:
        """Back to the main screen."""
        self.dismiss()
