"""One ordered stream of text from several sources: each sentence once, whichever of them is followed when.

One source is followed; the others stand by, and what they say is held back until the followed one has said it too.
When another is followed, it goes on exactly where the stream was left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.capture.said import (
    TELLING_LETTERS,
    TURN_END,
    TURN_START,
    Said,
    after_letters,
    without_repeated_tail,
)
from engine.capture.track import Heard, Line, Track
from engine.source import Attention, AttentionEnd, BlockEnd, SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart

MOST_ENTRIES = 2048
"""Lines of a source that stands by; the oldest are forgotten."""


class Merger:
    """Takes what every source says; `on_event` gets the one stream. Status events are not its business."""

    def __init__(self, on_event: Callable[[SourceEvent], None]) -> None:
        self._on_event = on_event
        self._said = Said()
        self._tracks: dict[str, Track] = {}
        self._active: Track | None = None
        self._frontier = 0
        """Up to here others have spoken; the followed source may repeat it."""
        self._is_caught_up = False
        self._same_block: dict[str, str] = {}
        """A block of the followed source that another one had begun, and its name then."""
        self._live_block: str | None = None
        """The block in which the followed source is, as it calls it."""
        self._tail = ""
        """What the followed source may still repeat of the end of what was said."""
        self._attentions: dict[str, None] = {}
        """What was told that Claude waits for, and not yet that it ended."""
        self.in_turn = False
        """True between the beginning and the end of a turn."""

    @property
    def active(self) -> str | None:
        """The source that is followed."""
        return self._active.name if self._active else None

    def add(self, name: str, *, is_exact: bool = True) -> None:
        """Make a source known; it stands by."""
        self._tracks[name] = Track(name, is_exact, cursor=self._said.length)

    def take(self, name: str, event: SourceEvent) -> None:
        """Take an event of a source."""
        if isinstance(event, SourceStatus):
            return
        track = self._tracks[name]
        if not isinstance(event, Heard):
            self._take_aside(track, event)
        elif track is self._active and self._is_caught_up:
            track.heard_at = event.received_at
            self._pass_on(event)
        else:
            track.add(event)
            if track is self._active:
                self._drain(track)
            else:
                self._trim(track)

    def follow(self, name: str) -> None:
        """Follow another source from here on: what it has said beyond the stream so far is passed on at once."""
        track = self._tracks[name]
        if track is self._active:
            return
        self._let_go()
        self._trim(track)
        self._active, self._frontier = track, self._said.length
        self._is_caught_up = False
        self._same_block.clear()
        asides = track.asides
        for other in self._tracks.values():
            # Of no use to a source that is followed later: by then it is past.
            other.asides = []
        for event in [*self._end_attentions(track.heard_at), *asides]:
            self._pass_on_aside(event)
        self._drain(track)

    def _let_go(self) -> None:
        """The followed source stands by from here on; all that it has told so far was passed on."""
        track = self._active
        if track is not None and self._is_caught_up:
            track.cursor, track.was_said = self._said.length, True
            track.said_block, track.remainder = self._live_block, self._said.tail
        elif track is not None and track.entries and isinstance(line := track.entries[0], Line):
            line.delta, line.passed_on = replace(line.delta, text=line.delta.text[line.passed_on :]), 0

    def ahead_since(self, name: str) -> float | None:
        """Since when a source that stands by has had text that the stream has not; None when it has none.

        What it has of a turn that the followed source has ended does not count: Claude's own messages, such as those
        of errors, are not told by all.
        """
        track = self._tracks[name]
        if track is self._active:
            return None
        self._trim(track)
        counts = self.in_turn
        for entry in track.entries:
            if isinstance(entry, TurnStart):
                counts = True
            elif counts and isinstance(entry, Line) and self._is_new(track, entry):
                return entry.delta.received_at
        return None

    def heard_at(self, name: str) -> float:
        """When a source last said anything."""
        return self._tracks[name].heard_at

    def _take_aside(self, track: Track, event: SourceEvent) -> None:
        """Only the followed source's count: others would say the same once more."""
        if track is self._active:
            self._pass_on_aside(event)
        elif self._active is None and len(track.asides) < MOST_ENTRIES:
            track.asides.append(event)

    def _pass_on_aside(self, event: SourceEvent) -> None:
        if isinstance(event, Attention):
            self._attentions[event.key] = None
        elif isinstance(event, AttentionEnd):
            self._attentions.pop(event.key, None)
        self._on_event(event)

    def _end_attentions(self, now: float) -> list[SourceEvent]:
        """The source that told of them will not tell of their end; the next one tells of what is still open."""
        return [AttentionEnd(key, now) for key in self._attentions]

    def _is_new(self, track: Track, line: Line) -> bool:
        wanted = line.letters
        if not wanted or self._said.find(wanted, track.cursor, self._said.length) is not None:
            return False
        return track.is_exact or not self._said.has_words(line.delta.text)

    # -- a source that stands by ---------------------------------------------------------------------------------

    def _trim(self, track: Track) -> None:
        """Drop what the stream has too.

        A line that it has shows that those before it were said, or never will be; a short line shows less.
        """
        done, cursor = 0, track.cursor
        for index, entry in enumerate(track.entries):
            found = self._find(track, entry, cursor, self._said.length)
            if found is None:
                if isinstance(entry, TurnStart):
                    break
            elif index == done or self._is_telling(track, entry, track.entries[done:index]):
                done, cursor = index + 1, found
                self._note_said(track, entry)
        del track.entries[: max(done, len(track.entries) - MOST_ENTRIES)]
        track.cursor = cursor
        while track.entries and self._follows(track, track.entries[0]):
            del track.entries[0]

    @staticmethod
    def _is_telling(track: Track, entry: Line | Heard, before: list[Line | Heard]) -> bool:
        """Whether an entry that was said tells that those before it were passed by."""
        if (
            not track.is_exact
            or isinstance(entry, TurnStart)
            or not any(isinstance(e, Line) and e.letters for e in before)
        ):
            return True
        return isinstance(entry, Line) and len(entry.letters) >= TELLING_LETTERS

    def _find(self, track: Track, entry: Line | Heard, start: int, end: int) -> int | None:
        if isinstance(entry, TurnStart):
            return self._said.find_mark(TURN_START, start, end)
        if isinstance(entry, TurnEnd):
            return self._said.find_mark(TURN_END, start, end)
        if isinstance(entry, Line) and entry.is_complete and not entry.passed_on and (wanted := entry.letters):
            return self._said.find(wanted, start, end, is_line=track.is_exact)
        return None

    @staticmethod
    def _note_said(track: Track, entry: Line | Heard) -> None:
        """The stream has this too."""
        track.was_said = True
        if isinstance(entry, Line):
            text = entry.delta.text
            track.said_block, track.remainder = entry.delta.block, text[after_letters(text, len(entry.letters)) :]
        else:
            track.said_block, track.remainder = None, ""

    def _follows(self, track: Track, entry: Line | Heard) -> bool:
        """Whether an entry has no letters and only follows a line that was said: a blank line, the end of a block."""
        if not track.was_said:
            return False
        if isinstance(entry, BlockEnd):
            if track.cursor == self._said.length and self._said.open_block is not None:
                # The line was the last one that was said, and the end of its block was not.
                return False
            track.said_block, track.remainder = None, ""
            return True
        if not isinstance(entry, Line) or not entry.is_complete or entry.passed_on or entry.letters:
            return False
        track.remainder += entry.delta.text
        return True

    # -- the source that is followed -----------------------------------------------------------------------------

    def _drain(self, track: Track) -> None:
        """Pass on what is new, line by line, until nothing that others have said can be repeated any more."""
        while track.entries and not self._is_caught_up:
            if track.cursor >= self._frontier:
                self._catch_up(track)
            elif not self._drain_one(track, track.entries[0]):
                return
        if track.cursor >= self._frontier:
            self._catch_up(track)

    def _drain_one(self, track: Track, entry: Line | Heard) -> bool:
        """Decide on the first entry; False when more of it must come."""
        found = self._find(track, entry, track.cursor, self._frontier)
        if found is not None:
            track.cursor = found
            self._note_said(track, entry)
            del track.entries[0]
        elif isinstance(entry, Line):
            return self._drain_line(track, entry)
        elif self._follows(track, entry):
            del track.entries[0]
        elif isinstance(entry, TurnStart):
            # A turn that nobody has told of: everything in it is new.
            track.cursor = self._frontier
            track.said_block, track.remainder = None, ""
        else:
            del track.entries[0]
            self._pass_on(entry)
        return True

    def _drain_line(self, track: Track, line: Line) -> bool:
        if self._follows(track, line):
            del track.entries[0]
            return True
        wanted, text = line.letters, line.delta.text
        if not line.passed_on:
            if not line.is_complete and (
                not wanted or self._said.find(wanted, track.cursor, self._frontier) is not None
            ):
                return False
            overlap = self._said.overlap(wanted, track.cursor, self._frontier) if wanted else 0
            if overlap:
                self._continue_line(track, line, after_letters(text, overlap))
                return True
            if wanted and not track.is_exact and line.is_complete and self._said.has_words(text):
                track.was_said = True
                del track.entries[0]
                return True
        track.was_said = False
        self._pass_on(replace(line.delta, text=text[line.passed_on :]))
        line.passed_on = len(text)
        if line.is_complete:
            del track.entries[0]
        return line.is_complete

    def _continue_line(self, track: Track, line: Line, place: int) -> None:
        """The stream broke off within this line: go on behind its last letter."""
        track.cursor = self._frontier
        track.said_block, track.remainder = line.delta.block, ""
        line.delta = replace(line.delta, text=line.delta.text[place:])

    def _catch_up(self, track: Track) -> None:
        """From here on everything that the source says is new."""
        self._is_caught_up = True
        entries, track.entries = track.entries, []
        open_block = self._said.open_block
        if track.said_block is None and self._said.is_bare and entries and isinstance(first := entries[0], Line):
            track.said_block = first.delta.block
        if track.said_block is not None and open_block is not None:
            self._same_block[track.said_block] = open_block
            self._tail = self._said.tail
            if track.remainder:
                self._pass_on(TextDelta(track.said_block, track.remainder, track.heard_at))
        track.said_block, track.remainder, track.was_said = None, "", False
        for entry in entries:
            if not isinstance(entry, Line):
                self._pass_on(entry)
            elif rest := entry.delta.text[entry.passed_on :]:
                self._pass_on(replace(entry.delta, text=rest))

    def _pass_on(self, event: Heard) -> None:
        match event:
            case TextDelta(block, text):
                self._live_block = block
                self._pass_on_text(replace(event, block=self._same_block.get(block, block)), text)
                return
            case BlockEnd(block):
                self._live_block = None
                event = replace(event, block=self._same_block.pop(block, block))
                if event.block == self._said.open_block:
                    self._said.end_block()
            case TurnStart():
                self._said.mark(TURN_START)
                self.in_turn = True
            case TurnEnd():
                self._said.mark(TURN_END)
                self.in_turn = False
        self._tail = ""
        self._on_event(event)

    def _pass_on_text(self, delta: TextDelta, text: str) -> None:
        if self._tail:
            text, self._tail = without_repeated_tail(self._tail, text)
        if text:
            self._said.append(delta.block, text)
            self._on_event(replace(delta, text=text))
