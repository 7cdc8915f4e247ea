"""What the history screen lists: the sentences of a session, read page by page, or those that a search has found."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.history.records import SentenceRecord, SessionRecord

PAGE = 100
"""Sentences read at once."""
MOST_PAGES = 20
"""Pages kept in memory."""


Prompts = Mapping[int, tuple[str, float]]
"""each turn's prompt, and when it was asked, seconds since 1970"""


@dataclass(frozen=True, slots=True)
class Item:
    """One sentence, and what stands above it."""

    sentence: SentenceRecord
    heading: str = ""
    """a prompt, or the session where another one begins"""
    heading_time: str = ""


class Items(Protocol):
    """Sentences by their place, counted from 0."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def get(self, place: int) -> Item | None:
        """The sentence at a place; None while it is still being read."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found, in memory."""

    items: Sequence[Item]

    def __len__(self) -> int:
        """How many were found."""
        return len(self.items)

    def get(self, place: int) -> Item | None:
        """One of them."""
        return self.items[place]

    @classmethod
    def of(cls, sentences: Sequence[SentenceRecord], sessions: Mapping[int, SessionRecord]) -> Found:
        """The sentences with their session above the first of each run."""
        items, before = [], None
        for sentence in sentences:
            session = sessions.get(sentence.session_id)
            is_new = sentence.session_id != before and session is not None
            before = sentence.session_id
            items.append(Item(sentence, title_of(session), when(session)) if is_new and session else Item(sentence))
        return cls(items)

    def first_of(self, session_id: int) -> int | None:
        """The place of a session's first one; None when it has none."""
        places = (place for place, item in enumerate(self.items) if item.sentence.session_id == session_id)
        return next(places, None)


@dataclass(slots=True)
class Paged:
    """A session of any length: pages are asked for when they are looked at, and the oldest are let go."""

    count: int
    ask: Callable[[int], None]
    """is told the number of a page that is wanted; `put` is called when it is there"""
    _pages: OrderedDict[int, Sequence[Item]] = field(default_factory=OrderedDict)
    _asked: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        """How many sentences the session has."""
        return self.count

    def get(self, place: int) -> Item | None:
        """The sentence at a place; asks for its page where that is not here."""
        number, within = divmod(place, PAGE)
        page = self._pages.get(number)
        if page is None:
            if number not in self._asked:
                self._asked.add(number)
                self.ask(number)
            return None
        self._pages.move_to_end(number)
        return page[within] if within < len(page) else None

    def put(self, number: int, page: Sequence[Item]) -> None:
        """Take a page that has been read."""
        self._asked.discard(number)
        self._pages[number] = page
        while len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)


def page_items(sentences: Sequence[SentenceRecord], prompts: Prompts, first: int) -> list[Item]:
    """A page's sentences from `first` on, each turn's prompt above its first; those before `first` tell the turn."""
    items, turn = [], sentences[0].turn if first else None
    for sentence in sentences[first:]:
        prompt, asked_at = prompts.get(sentence.turn, ("", 0.0))
        is_new = sentence.turn != turn and bool(prompt)
        turn = sentence.turn
        items.append(Item(sentence, prompt, _clock(asked_at)) if is_new else Item(sentence))
    return items


def title_of(session: SessionRecord) -> str:
    """The session in one line: its first prompt, else its first sentence."""
    return " ".join(session.title.split()) or f"session {session.id}"


def when(session: SessionRecord) -> str:
    """Day and time of its begin, local time."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(session.started_at))


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M", time.localtime(seconds))
