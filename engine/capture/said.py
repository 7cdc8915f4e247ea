"""What was passed on, as letters and digits alone: so sources that write markdown differently can be compared."""

from __future__ import annotations

from bisect import bisect_left

TURN_START = "\x01"
TURN_END = "\x02"
_SIGNS = (TURN_START, TURN_END)
MOST_LETTERS = 64 * 1024
"""What is older is forgotten."""
TELLING_LETTERS = 24
"""So many letters in a row tell their place by themselves; fewer only where a line begins."""
TELLING_OVERLAP = 12
_MARKERS = frozenset("*_`#>~|-[]()! \t\r\n")


def letters(text: str) -> str:
    """The letters and digits of `text`: markdown's markers, spaces and signs are gone."""
    return "".join(character for character in text if character.isalnum())


def after_letters(text: str, count: int) -> int:
    """The place in `text` after its first `count` letters."""
    for place, character in enumerate(text):
        if count == 0:
            return place
        count -= character.isalnum()
    return len(text)


class Said:
    """Grows at its end. Places are counted from the beginning of the session, whatever was forgotten."""

    def __init__(self) -> None:
        self._text = ""
        self._new: list[str] = []
        self._base = 0
        self._starts: list[int] = []
        self._is_line_start = True
        self.length = 0
        self.tail = ""
        """What followed the last letter, while its block is open."""
        self.open_block: str | None = None
        """The block that was begun and not ended."""
        self.is_bare = False
        """Whether the open block has no letters yet."""

    def append(self, block: str, text: str) -> None:
        """Note that `text` was passed on in `block`."""
        if block != self.open_block:
            self.end_block()
            self.open_block, self.is_bare = block, True
        for line in text.splitlines(keepends=True):
            found = letters(line)
            if found and self._is_line_start:
                self._starts.append(self.length)
            if found:
                self.tail = ""
                self._is_line_start = self.is_bare = False
            self._add(found)
            self.tail = (self.tail + line[after_letters(line, len(found)) :])[-256:]
            self._is_line_start = self._is_line_start or line.endswith("\n")

    def end_block(self) -> None:
        """The block has ended."""
        self.open_block = None
        self.tail = ""
        self._is_line_start = True

    def mark(self, sign: str) -> None:
        """Note the beginning or the end of a turn."""
        self.end_block()
        self._add(sign)

    def find_mark(self, sign: str, start: int, end: int) -> int | None:
        """The place after the next `sign` between two places; None when there is none."""
        found = self._whole().find(sign, max(start - self._base, 0), end - self._base)
        return None if found < 0 else found + 1 + self._base

    def find(self, wanted: str, start: int, end: int, *, is_line: bool = False) -> int | None:
        """The place after `wanted`, if all of it was said between two places; a short one not beyond the next turn.

        With `is_line` it must end where a line ends.
        """
        text, position = self._whole(), max(start - self._base, 0)
        limit, is_telling = end - self._base, len(wanted) >= TELLING_LETTERS
        if not is_telling:
            turn = text.find(TURN_START, position, limit)
            limit = limit if turn < 0 else turn
        found = text.find(wanted, position, limit)
        while found >= 0:
            after = found + len(wanted)
            begins_well = is_telling or found == start - self._base or self._is_start(found)
            if begins_well and (not is_line or after == limit or text[after] in _SIGNS or self._is_start(after)):
                return after + self._base
            found = text.find(wanted, found + 1, limit)
        return None

    def overlap(self, wanted: str, start: int, end: int) -> int:
        """How many letters at the beginning of `wanted` are the last ones before `end`: it was being said there."""
        text, limit = self._whole(), end - self._base
        earliest = max(start, end - len(wanted) + 1, self._base)
        candidates = self._starts[bisect_left(self._starts, earliest) :]
        for place in [start] * (start >= earliest) + candidates:
            said = text[place - self._base : limit]
            if said and wanted.startswith(said) and (self.open_block is not None or len(said) >= TELLING_OVERLAP):
                return len(said)
        return 0

    def has_words(self, text: str, share: float = 0.8) -> bool:
        """Whether most words of `text` were said lately, in whatever order: a table's rows look different on screen."""
        words = [word for part in text.split() if (word := letters(part))]
        recent = self._whole()[-8192:]
        return sum(word in recent for word in words) >= share * len(words)

    def _is_start(self, found: int) -> bool:
        place = found + self._base
        index = bisect_left(self._starts, place)
        return index < len(self._starts) and self._starts[index] == place

    def _add(self, text: str) -> None:
        if text:
            self._new.append(text)
            self.length += len(text)
            if self.length - self._base > 2 * MOST_LETTERS:
                self._forget()

    def _whole(self) -> str:
        if self._new:
            self._text = "".join([self._text, *self._new])
            self._new = []
        return self._text

    def _forget(self) -> None:
        self._text = self._whole()[-MOST_LETTERS:]
        self._base = self.length - len(self._text)
        self._starts = self._starts[bisect_left(self._starts, self._base) :]


def without_repeated_tail(tail: str, text: str) -> tuple[str, str]:
    """What of `text` comes after `tail`, and what of `tail` may still be repeated.

    Markers that `text` lacks are passed over.
    """
    place = 0
    for index, character in enumerate(tail):
        if place == len(text):
            return "", tail[index:]
        if text[place] == character:
            place += 1
        elif character not in _MARKERS:
            break
    return text[place:], ""
