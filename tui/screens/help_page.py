"""What the help screen says, as lines: every action with its keys, what the marks and figures mean, the notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from engine.events import Notice
from engine.sentence import State
from tui.actions import ACTIONS, Action, Group
from tui.key_names import key_sign
from tui.keymap import Keymap, Scope
from tui.widgets.gauge_help import FIGURE_SIGNS, GAUGES, Gauge
from tui.widgets.gauge_words import STAGES
from tui.widgets.landmarks import LANDMARKS_MS
from tui.widgets.row import MARKS
from tui.widgets.spans import Line, Span
from tui.widgets.status_line import SIGNS
from tui.widgets.wrap import clean, fit, pad, wrap

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
_WIDEST_KEYS = 16
_NARROWEST_TEXT = 24
_EXAMPLE_WIDTH = 26


@dataclass(frozen=True, slots=True)
class Entry:
    """What the search takes or leaves whole."""

    lines: tuple[Line, ...]
    more_words: str = ""
    """found by, but not shown"""

    def has(self, words: Sequence[str]) -> bool:
        """Whether all the words, in small letters, stand in it."""
        text = f"{_text(self.lines)} {self.more_words}".casefold()
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what stands below it."""

    heading: Line
    entries: tuple[Entry, ...]

    def matching(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """The entries with all the words; all entries where the heading has them."""
        if Entry((self.heading[-1:],)).has(words):
            return self.entries
        return tuple(entry for entry in self.entries if entry.has(words))


def page(keymap: Keymap, in_view: bool, notices: Sequence[Notice], width: int) -> list[Section]:
    """Every section at `width` cells: first the keys that work where the keyboard is."""
    return [
        *_keys(keymap, in_view, width),
        _section("Marks", _marks()),
        _section("Figures: the last sentence / the median, in ms", _figures()),
        _section("First sound, from a sentence's last character to its voice", _landmarks()),
        _section("Timeline and waterfall: where the milliseconds went", _explained(FIGURE_SIGNS, width)),
        _section("Other gauges", _explained(GAUGES, width)),
        _section("Notices, the latest first", _notices(notices, width)),
    ]


def page_lines(sections: Iterable[Section], wanted: str = "") -> list[Line]:
    """The lines of the entries that have every word of `wanted`; one that says so where none has."""
    words = wanted.casefold().split()
    lines: list[Line] = []
    for section in sections:
        if entries := section.matching(words):
            lines += [(), section.heading, *(line for entry in entries for line in entry.lines)]
    return lines[1:] or [(Span("Nothing here has these words; Backspace widens the search.", "dim"),)]


def _section(heading: str, entries: Iterable[Entry]) -> Section:
    return Section((Span(heading, "label"),), tuple(entries))


def _text(lines: Iterable[Line]) -> str:
    return " ".join(span.text for line in lines for span in line)


def _keys(keymap: Keymap, in_view: bool, width: int) -> Iterator[Section]:
    order = (Scope.VIEW, Scope.EVERYWHERE, Scope.LEADER) if in_view else (Scope.EVERYWHERE, Scope.LEADER, Scope.VIEW)
    columns = _Columns(keymap, order, in_view, width)
    now = [action for action in ACTIONS if keymap.signs(action, in_view)]
    for group in Group:
        members = [action for action in now if action.group is group]
        if members:
            yield Section(columns.heading(group), tuple(columns.entry(action) for action in members))
    others = [action for action in ACTIONS if action not in now]
    in_the_view = [action for action in others if keymap.keys(action).view]
    if in_the_view:
        there = f"Only in the view ({keymap.hint('focus', in_view)} goes there)"
        yield Section(columns.heading(there), tuple(columns.entry(action) for action in in_the_view))
    keyless = [action for action in others if action not in in_the_view]
    if keyless:
        there = f"Only in the palette ({keymap.hint('palette', in_view)})"
        yield Section(columns.heading(there), tuple(columns.entry(action) for action in keyless))
    sign = key_sign(keymap.leader)
    rest = (
        f"While Claude has the keyboard every other key is Claude's, Ctrl+C too. {sign} twice sends {sign} to Claude."
    )
    yield _section("Claude's keys", [Entry(tuple((Span(line, "dim"),) for line in wrap(rest, width)))])


class _Columns:
    """The keys of the three scopes, and what they do; what works now is on the left."""

    def __init__(self, keymap: Keymap, order: Sequence[Scope], in_view: bool, width: int) -> None:
        self._keymap = keymap
        self._order = order
        self._in_view = in_view
        room = max((width - _NARROWEST_TEXT) // len(order), 4)
        self._names = {
            Scope.EVERYWHERE: "any",
            Scope.LEADER: f"{key_sign(keymap.leader)} …",
            Scope.VIEW: "in view",
        }
        self._widths = [min(self._widest(scope) + 2, _WIDEST_KEYS, room) for scope in order]
        self._margin = sum(self._widths)
        self._text_width = max(width - self._margin, 10)

    def heading(self, text: str) -> Line:
        """The columns' names at the right of the heading, where there is room."""
        columns = "".join(pad(fit(self._names[scope], width - 1), width) for scope, width in self._scopes())
        return (Span(columns, "dim"), Span(fit(text, self._text_width), "label"))

    def entry(self, action: Action) -> Entry:
        """An action's lines: its keys, and what it does."""
        keys = [
            (wrap(self._signs(action, scope), width - 1), width, self._role(scope)) for scope, width in self._scopes()
        ]
        texts = wrap(action.help, self._text_width)
        lines = []
        for number in range(max(len(texts), *(len(signs) for signs, _, _ in keys))):
            cells = [Span(pad(fit(_at(signs, number), w - 1), w), role) for signs, w, role in keys]
            lines.append((*cells, Span(_at(texts, number), "text")))
        return Entry(tuple(lines), f"{action.label} {action.id}")

    def _scopes(self) -> Iterator[tuple[Scope, int]]:
        return zip(self._order, self._widths, strict=True)

    def _role(self, scope: Scope) -> str:
        return "dim" if scope is Scope.VIEW and not self._in_view else "key"

    def _signs(self, action: Action, scope: Scope) -> str:
        return " ".join(map(key_sign, self._keymap.keys(action).of(scope)))

    def _widest(self, scope: Scope) -> int:
        return max(cell_len(self._names[scope]), *(cell_len(self._signs(action, scope)) for action in ACTIONS))


def _at(lines: Sequence[str], number: int) -> str:
    return lines[number] if number < len(lines) else ""


def _marks() -> Iterator[Entry]:
    for state, meaning in _MEANINGS.items():
        yield Entry(((Span(f"  {MARKS[state]} ", f"state-{state}"), Span(meaning, "text")),))


def _figures() -> Iterator[Entry]:
    for stage in STAGES:
        short, label = pad(stage.short, 6), pad(stage.label, 12)
        yield Entry(((Span(f"  {short}", "key"), Span(label, "text"), Span(stage.meaning, "dim")),))


def _landmarks() -> Iterator[Entry]:
    for limit, role, sign in LANDMARKS_MS:
        yield Entry(((Span(f"  {sign} up to {limit} ms", role),),))
    yield Entry(((Span(f"  ▇ over {LANDMARKS_MS[-1][0]} ms", "bad"),),))


def _explained(gauges: Iterable[Gauge], width: int) -> Iterator[Entry]:
    for gauge in gauges:
        lines = wrap(gauge.meaning, max(width - _EXAMPLE_WIDTH, _NARROWEST_TEXT))
        examples = [f"  {gauge.example}", *[""] * (len(lines) - 1)]
        pairs = zip(examples, lines, strict=True)
        yield Entry(tuple((Span(pad(e, _EXAMPLE_WIDTH), "key"), Span(line, "dim")) for e, line in pairs))


def _notices(notices: Sequence[Notice], width: int) -> Iterator[Entry]:
    for notice in reversed(notices):
        first, *rest = wrap(clean(notice.message), max(width - 4, 10))
        head = (Span(f"  {SIGNS[notice.level]} ", notice.level), Span(first, "text"))
        yield Entry((head, *((Span("    "), Span(line, "text")) for line in rest)))
    if not notices:
        yield Entry(((Span("  none", "dim"),),))
