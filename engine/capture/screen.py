"""The screen as a capture source: for programs that say what they write to nobody but their terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.capture.screen_align import first_new, older_words
from engine.capture.screen_dialog import Dialogs
from engine.capture.screen_layout import Item, Kind, Layout, is_prompt_row, read_layout
from engine.capture.screen_markdown import Form, Paragraph, read_paragraph
from engine.capture.screen_words import word_end, words
from engine.source import BlockEnd, SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart

SOURCE = "screen"
SETTLE_S = 0.06
"""A repaint that did not end at the input box is read when nothing has changed for so long."""
RESIZE_S = 0.25
"""After a change of size the rows are the old ones, cut, until Claude has drawn them anew."""
IDLE_S = 1.0
"""Claude has finished when no sign of work was seen for so long."""
MOST_WORDS = 50_000
_KEPT_WORDS = 40_000

OnSourceEvent = Callable[[SourceEvent], None]


@dataclass(frozen=True, slots=True)
class ScreenText:
    """Text from the screen; `is_exact` tells whether its sentences are the ones that Claude wrote."""

    block: str
    text: str
    received_at: float
    is_exact: bool


@dataclass(frozen=True, slots=True)
class _Unit:
    """A mark between texts, or a paragraph."""

    key: str
    kind: Kind
    prompt: str = ""
    paragraph: Paragraph | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class _Word:
    key: str
    unit: int
    end: int


class ScreenSource:
    """Reads the rows of a terminal that Claude Code draws on, wherever Claude Code runs. Not thread-safe.

    Text is given when it cannot change any more: sentence by sentence from the paragraph that is being written, whole
    paragraphs before it, code and tables when something follows. What was on the screen before Claude began to work
    (a resumed conversation) is not given.
    """

    def __init__(self, on_event: OnSourceEvent, *, on_text: Callable[[ScreenText], None] | None = None) -> None:
        """`on_text`, if there is one, is called for each text instead of `on_event`."""
        self._on_event = on_event
        self._on_text = on_text or self._tell_text
        self._dialogs = Dialogs(SOURCE)
        self._taken: list[str] = []
        self._pending: tuple[tuple[str, ...], int, float] | None = None
        self._last: tuple[tuple[str, ...], int, bool] | None = None
        self._busy_at: float | None = None
        self._size: tuple[int, int] | None = None
        self._resized_at: float | None = None
        self._is_busy = False
        self._has_input_box = False
        self._is_live = False
        self._blocks = 0
        self._turns = 0
        self._block: str | None = None
        self._block_has_text = False
        self._turn: str | None = None

    @property
    def is_live(self) -> bool:
        """True once Claude was seen at work; before, nothing is given."""
        return self._is_live

    def feed(
        self,
        rows: Sequence[str],
        now: float,
        *,
        cols: int,
        cursor_row: int | None = None,
        is_held: bool = False,
        is_alternate: bool = True,
    ) -> None:
        """Take the screen after a repaint: `rows` from top to bottom, `now` seconds of `time.monotonic()`.

        `cursor_row` tells complete repaints from parts of one: Claude leaves the cursor in the input box. `is_held`:
        the program is in the middle of a synchronized update, so nothing is read. `is_alternate` is not needed to
        read Claude's screen, which looks the same in both renderers. Never raises on any text.
        """
        if is_held:
            return
        screen = (tuple(rows), cols)
        if self._size not in (None, (cols, len(rows))):
            self._resized_at = now
        self._size = (cols, len(rows))
        if self._pending is None or self._pending[:2] != screen:
            self._pending = (*screen, now)
        is_prompt = cursor_row is not None and 0 <= cursor_row < len(rows) and is_prompt_row(rows[cursor_row])
        if is_prompt and not self._is_resizing(now):
            self._read(now)
        else:
            self.tick(now)

    @property
    def due_at(self) -> float | None:
        """When time alone changes what is known of the screen, so that `tick` has something to do; None for never."""
        if self._pending is not None:
            settled_at = self._pending[2] + SETTLE_S
            return settled_at if self._resized_at is None else max(settled_at, self._resized_at + RESIZE_S)
        if self._last is None or self._last[2] or self._busy_at is None or self._is_busy or not self._has_input_box:
            return None
        return self._busy_at + IDLE_S

    def tick(self, now: float) -> None:
        """Let time pass; call it at `due_at`, or every 50 ms or so."""
        if self._pending is not None:
            if now - self._pending[2] >= SETTLE_S and not self._is_resizing(now):
                self._read(now)
        elif self._last is not None and self._is_idle(now) and not self._last[2]:
            rows, cols, _ = self._last
            self._pending = (rows, cols, now)
            self._read(now)

    def close(self, now: float) -> None:
        """The program has ended: what is left on the screen is all there will be."""
        if self._last is not None and self._is_live:
            rows, cols, _ = self._last
            self._take(rows, cols, now, is_all=True)
        for event in self._dialogs.end(now):
            self._on_event(event)
        self._end_turn(now, aborted=False)

    def _is_resizing(self, now: float) -> bool:
        return self._resized_at is not None and now - self._resized_at < RESIZE_S

    def _is_idle(self, now: float) -> bool:
        if self._is_busy or not self._has_input_box or self._busy_at is None:
            return False
        return now - self._busy_at >= IDLE_S

    def _read(self, now: float) -> None:
        if self._pending is None:
            return
        (rows, cols, _), self._pending = self._pending, None
        is_idle = self._is_idle(now)
        if self._last == (rows, cols, is_idle):
            return
        self._last = (rows, cols, is_idle)
        self._take(rows, cols, now, is_all=is_idle)
        if is_idle and not self._is_busy:
            self._end_turn(now, aborted=False)

    def _take(self, rows: tuple[str, ...], cols: int, now: float, *, is_all: bool) -> None:
        layout = read_layout(rows)
        if layout.is_busy or self._is_busy:
            self._busy_at = now
        self._is_busy = layout.is_busy
        self._has_input_box = layout.has_input_box
        units = _units(layout.items, cols, is_all=is_all and not layout.is_busy)
        shown = _words_of(units)
        keys = [word.key for word in shown]
        if not self._is_live:
            if not layout.is_busy:
                self._taken = keys
                return
            self._begin(now)
            start = first_new(self._taken, keys)
            prompts = [index for index, word in enumerate(shown) if units[word.unit].kind is Kind.PROMPT]
            # Only what follows the latest prompt is certainly not from an earlier conversation.
            start = max(start, prompts[-1] if prompts else len(keys))
            self._taken = keys[:start]
        self._tell_dialog(layout, rows, cols, now)
        start = first_new(self._taken, keys)
        if start == len(keys):
            self._taken[:0] = older_words(self._taken, keys)
            return
        if not self._may_be_new(layout.is_busy, now):
            return
        self._give(units, shown, start, now)
        self._remember(keys[start:])

    def _tell_dialog(self, layout: Layout, rows: Sequence[str], cols: int, now: float) -> None:
        is_over = layout.is_busy or layout.has_input_box
        for event in self._dialogs.take(rows, cols, now, is_over=is_over):
            self._on_event(event)

    def _begin(self, now: float) -> None:
        self._is_live = True
        self._on_event(SourceStatus(SOURCE, True))

    def _may_be_new(self, is_busy: bool, now: float) -> bool:
        """Without Claude at work the screen changes only because the user looks around."""
        return is_busy or self._turn is not None or (self._busy_at is not None and now - self._busy_at < 3 * IDLE_S)

    def _remember(self, keys: Sequence[str]) -> None:
        self._taken += keys
        if len(self._taken) > MOST_WORDS:
            del self._taken[:-_KEPT_WORDS]

    def _give(self, units: Sequence[_Unit], shown: Sequence[_Word], start: int, now: float) -> None:
        """Tell all from word `start` on."""
        unit_index, offset = shown[start].unit, 0
        if start and shown[start - 1].unit == unit_index:
            paragraph = units[unit_index].paragraph
            offset = word_end(paragraph.markdown, shown[start - 1].end) if paragraph else 0
        elif start:
            unit_index = shown[start - 1].unit + 1
        for index in range(unit_index, len(units)):
            self._give_unit(units[index], offset, now)
            offset = 0

    def _give_unit(self, unit: _Unit, offset: int, now: float) -> None:
        match unit.kind:
            case Kind.PROMPT:
                self._end_turn(now, aborted=False)
                self._begin_turn(unit.prompt, now)
            case Kind.BULLET | Kind.TOOL:
                self._end_block(now)
            case Kind.END | Kind.ABORTED:
                self._end_turn(now, aborted=unit.kind is Kind.ABORTED)
            case Kind.TEXT if unit.paragraph is not None:
                self._give_text(unit.paragraph, offset, unit.is_whole, now)

    def _give_text(self, paragraph: Paragraph, offset: int, is_whole: bool, now: float) -> None:
        end = len(paragraph.markdown) if is_whole else paragraph.certain_end
        text = paragraph.rest(offset, end)
        if not text.strip():
            return
        if self._turn is None:
            self._begin_turn("", now)
        if self._block is None:
            self._blocks += 1
            self._block, self._block_has_text = f"{SOURCE}-{self._blocks}", False
        if self._block_has_text and offset == 0:
            text = "\n\n" + text
        self._block_has_text = True
        self._on_text(ScreenText(self._block, text, now, paragraph.is_exact(end)))

    def _tell_text(self, text: ScreenText) -> None:
        self._on_event(TextDelta(text.block, text.text, text.received_at))

    def _begin_turn(self, prompt: str, now: float) -> None:
        self._turns += 1
        self._turn = f"{SOURCE}-turn-{self._turns}"
        self._on_event(TurnStart(self._turn, now, prompt))

    def _end_block(self, now: float) -> None:
        block, self._block = self._block, None
        if block is not None:
            self._on_event(BlockEnd(block, now))

    def _end_turn(self, now: float, *, aborted: bool) -> None:
        self._end_block(now)
        turn, self._turn = self._turn, None
        if turn is not None:
            self._on_event(TurnEnd(turn, now, aborted))


def _units(items: Sequence[Item], cols: int, *, is_all: bool) -> list[_Unit]:
    """What of a screen is certain. The last paragraph may still grow, unless `is_all`."""
    units: list[_Unit] = []
    for index, item in enumerate(items):
        is_last = index == len(items) - 1
        if item.kind is Kind.TEXT:
            paragraph = read_paragraph(item.rows, cols)
            above = units[-1].paragraph if units else None
            if above is not None and above.form is paragraph.form is Form.CODE:
                paragraph = above.joined(paragraph)
                units.pop()
            units.append(_Unit("", Kind.TEXT, paragraph=paragraph, is_whole=is_all or not is_last))
        elif item.kind is Kind.PROMPT:
            prompt = " ".join(row.strip() for row in item.rows).strip()
            units.append(_Unit("❯" + "".join(key for key, _, _ in words(prompt)), Kind.PROMPT, prompt))
        elif item.kind is Kind.BULLET:
            units.append(_Unit("●", Kind.BULLET))
        elif item.kind is Kind.TOOL:
            units.append(_Unit("", Kind.TOOL))
        else:
            units.append(_Unit("■", item.kind))
    return units


def _words_of(units: Sequence[_Unit]) -> list[_Word]:
    found: list[_Word] = []
    bullet: list[_Word] = []
    for index, unit in enumerate(units):
        if unit.kind is Kind.BULLET:
            # A bullet without certain text may be a tool's, which blinks and goes away.
            bullet = [_Word(unit.key, index, 0)]
        elif unit.paragraph is not None:
            text = unit.paragraph.markdown
            end = len(text) if unit.is_whole else unit.paragraph.certain_end
            of_text = [_Word(key, index, stop) for key, _, stop in words(text[:end])]
            if not of_text and unit.is_whole:
                of_text = [_Word(text, index, end)]
            if of_text:
                found += bullet + of_text
                bullet = []
        elif unit.key:
            found.append(_Word(unit.key, index, 0))
            bullet = []
    return found
