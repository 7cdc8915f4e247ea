"""The text of one paragraph, heading or list item, and the sentences that come out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.text.boundary import find_boundary, find_final_boundary, unsettled_end

_STEP = 512
"""Characters taken in at a time: keeps the work on one long delta linear."""
_CLOSING = ")]}\"'”’»*_~）」』】"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence's source. `end` counts all characters the prose ever had: it tells two stretches apart."""

    source: str
    ended_at: float
    end: int


class Prose:
    """Takes the characters of running text and gives back sentences as soon as they are certain."""

    def __init__(self) -> None:
        self._text = ""
        self._times: list[tuple[int, float]] = []
        self._taken = 0
        self._was_forced = False
        self.count = 0
        """Sentences given since `restart`."""

    @property
    def text(self) -> str:
        """What is not yet a sentence."""
        return self._text

    def restart(self) -> None:
        """A new paragraph begins; the old one must have been flushed."""
        self.count = 0
        self._was_forced = False

    def append(self, text: str, now: float) -> Iterator[Stretch]:
        """Take in text that was had at `now`; yield each sentence that it finished."""
        for start in range(0, len(text), _STEP):
            self._add(text[start : start + _STEP], now)
            while (end := find_boundary(self._text)) is not None:
                yield from self._take(end)

    def flush(self) -> Iterator[Stretch]:
        """The paragraph is over: yield all that is left."""
        while (end := find_final_boundary(self._text)) is not None:
            yield from self._take(end)
        yield from self._take(len(self._text))

    def take_last_line(self) -> tuple[str, float]:
        """Remove and return the last line, with the time of its end."""
        body = self._text.rstrip()
        start = body.rfind("\n") + 1
        ended_at = self._time_of(max(len(body) - 1, 0))
        self._taken += len(self._text) - start
        self._text = self._text[:start]
        return body[start:], ended_at

    def unsettled(self) -> Stretch | None:
        """The sentence there would be if nothing but white space followed."""
        end = unsettled_end(self._text)
        return self._stretch(end) if end is not None else None

    def has_only_space_after(self, end: int) -> bool:
        """True while nothing but white space has come after the stretch that ended at `end`."""
        start = end - self._taken
        return 0 < start <= len(self._text) and not self._text[start:].strip()

    def force(self, end: int) -> None:
        """The stretch that ended at `end` was a sentence, whatever comes next."""
        self._was_forced = end - self._taken == len(self._text)
        self._drop(end - self._taken)
        self.count += 1

    def _add(self, text: str, now: float) -> None:
        if self._was_forced and not self._text:
            # These close the sentence that was already given.
            kept = text.lstrip(_CLOSING)
            self._taken += len(text) - len(kept)
            text = kept
        if not self._text:
            kept = text.lstrip()
            self._was_forced &= not text
            self._taken += len(text) - len(kept)
            text = kept
        if text:
            self._was_forced = False
            self._text += text
            self._times.append((len(self._text), now))

    def _take(self, end: int) -> Iterator[Stretch]:
        stretch = self._stretch(end)
        self._drop(end)
        if stretch.source:
            self.count += 1
            yield stretch

    def _stretch(self, end: int) -> Stretch:
        source = self._text[:end].rstrip()
        return Stretch(source, self._time_of(max(len(source) - 1, 0)), self._taken + len(source))

    def _drop(self, end: int) -> None:
        rest = self._text[end:]
        kept = rest.lstrip()
        dropped = len(self._text) - len(kept)
        self._taken += dropped
        self._text = kept
        self._times = [(stop - dropped, now) for stop, now in self._times if stop > dropped]

    def _time_of(self, index: int) -> float:
        return next((now for stop, now in self._times if stop > index), 0.0)
