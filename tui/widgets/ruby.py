"""Japanese with readings above it, as lines of exact width: a long reading moves apart what stands below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rich.cells import cell_len

from engine.text.ruby import Ruby
from tui.widgets.wrap import may_break, phrases, wrap_places

GAP = 1
"""Cells between two readings, so that they are not read as one."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text that nothing parts, and what stands above it."""

    start: int
    """place of its first character in the text"""
    text: str
    above: str = ""


@dataclass(slots=True)
class RubyLine:
    """A line and the readings above it."""

    above: str = ""
    """as wide as it needs to be; empty where nothing is read"""
    pieces: list[tuple[int, str]] = field(default_factory=list)
    """(place in the text, characters), in order; place -1 is a gap of blanks"""
    width: int = 0
    """cells of the pieces"""

    @property
    def total(self) -> int:
        """Cells of the wider one of the two lines; blanks at the end do not count."""
        blanks = len(self.pieces[-1][1]) - len(self.pieces[-1][1].rstrip()) if self.pieces else 0
        return max(self.width - blanks, cell_len(self.above))

    def copy(self) -> RubyLine:
        """A line that can be tried on."""
        return replace(self, pieces=list(self.pieces))

    def add(self, token: Token) -> None:
        """Append a token. A reading stands over the middle of its word, or as near as the one before it lets it."""
        below = cell_len(token.text)
        if token.above:
            wide, used = cell_len(token.above), cell_len(self.above)
            first_free = used + GAP if used else 0
            start = max(self.width + (below - wide) // 2, first_free)
            self._shift_to(start if wide >= below else start - (below - wide))
            self.above += " " * (start - used) + token.above
        self.pieces.append((token.start, token.text))
        self.width += below

    def _shift_to(self, cell: int) -> None:
        if cell > self.width:
            self.pieces.append((-1, " " * (cell - self.width)))
            self.width = cell


def ruby_lines(text: str, rubies: Sequence[Ruby], width: int) -> list[RubyLine]:
    """Cut cleaned text into lines at most `width` cells wide, readings and all; at least one line."""
    return _filled(_phrases(text, rubies), width, _broken)


def _filled(
    units: Iterable[Sequence[Token]], width: int, broken: Callable[[Sequence[Token], int], list[RubyLine]]
) -> list[RubyLine]:
    """Lines of whole units; one that is wider than a line is cut by `broken`, and its last line goes on."""
    lines: list[RubyLine] = []
    line = RubyLine()
    for unit in units:
        tried = _with(line, unit)
        if tried.total <= width:
            line = tried
            continue
        if line.pieces:
            lines.append(line)
        line = _with(RubyLine(), unit)
        if line.total > width:
            *full, line = broken(unit, width)
            lines.extend(full)
    return [*lines, line]


def _with(line: RubyLine, tokens: Iterable[Token]) -> RubyLine:
    longer = line.copy()
    for token in tokens:
        longer.add(token)
    return longer


def _phrases(text: str, rubies: Sequence[Ruby]) -> Iterator[list[Token]]:
    """The phrases that stay together, each in tokens. A break inside of what has one reading is none."""
    inside = {place for ruby in rubies for place in range(ruby.start + 1, ruby.end)}
    start = end = 0
    for phrase in phrases(text):
        end += len(phrase)
        if end in inside:
            continue
        yield list(_tokens(text, start, end, rubies))
        start = end
    if start < end:
        yield list(_tokens(text, start, end, rubies))


def _tokens(text: str, start: int, end: int, rubies: Sequence[Ruby]) -> Iterator[Token]:
    for ruby in rubies:
        if start <= ruby.start and ruby.end <= end:
            if start < ruby.start:
                yield Token(start, text[start : ruby.start])
            yield Token(ruby.start, text[ruby.start : ruby.end], ruby.text)
            start = ruby.end
    if start < end:
        yield Token(start, text[start:end])


def _broken(phrase: Sequence[Token], width: int) -> list[RubyLine]:
    """A phrase wider than a line, cut between its words where that is allowed. What is still too wide is not read."""
    return _filled(_units(phrase), width, _without_readings)


def _units(phrase: Sequence[Token]) -> list[list[Token]]:
    units: list[list[Token]] = []
    for token in phrase:
        if units and not may_break(units[-1][-1].text, token.text):
            units[-1].append(token)
        else:
            units.append([token])
    return units


def _without_readings(unit: Sequence[Token], width: int) -> list[RubyLine]:
    text = "".join(token.text for token in unit)
    return [_with(RubyLine(), [Token(unit[0].start + place, part)]) for place, part in wrap_places(text, width)]
