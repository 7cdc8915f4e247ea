"""Reads the history for its screen, on threads: the screen never waits for the disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.history import History
from engine.history.records import SessionRecord
from tui.background import on_own_thread
from tui.screens.history_items import PAGE, Found, Item, Prompts, page_items

SESSIONS_AT_ONCE = 200
MOST_FOUND = 1000


class Sessions:
    """The sessions that were read so far, newest first."""

    def __init__(self, history: History) -> None:
        self.read: list[SessionRecord] = []
        self.are_all = False
        """there are no older ones"""
        self._history = history

    def forget(self) -> None:
        """Begin anew."""
        self.read, self.are_all = [], False

    def index(self, session_id: int) -> int | None:
        """Where a session is in the list; None where it has not been read."""
        return next((index for index, session in enumerate(self.read) if session.id == session_id), None)

    async def read_more(self) -> list[SessionRecord]:
        """Read older ones, and return them. Raises HistoryError."""
        offset = len(self.read)
        more = await on_own_thread(lambda: self._history.sessions(SESSIONS_AT_ONCE, offset))
        self.are_all = len(more) < SESSIONS_AT_ONCE
        self.read += more
        return more


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search has found."""

    found: Found
    sessions: Sequence[SessionRecord]
    """that have something, in the order of what was found"""
    counts: Mapping[int, int]
    """how many sentences of each, by id"""


async def find(history: History, words: str) -> Hits:
    """Search in all sessions. Raises HistoryError."""
    sentences = await on_own_thread(lambda: history.search(words, MOST_FOUND))
    counts = Counter(sentence.session_id for sentence in sentences)
    sessions = await on_own_thread(lambda: {name: history.session(name) for name in counts})
    return Hits(Found.of(sentences, sessions), list(sessions.values()), counts)


async def read_prompts(history: History, session_id: int) -> Prompts:
    """What was asked in a session. Raises HistoryError."""
    turns = await on_own_thread(lambda: history.turns(session_id))
    return {turn.number: (turn.prompt, turn.started_at) for turn in turns}


async def read_page(history: History, session_id: int, prompts: Prompts, number: int) -> list[Item]:
    """Read a page of a session. Raises HistoryError."""
    # The sentence before it, too: its turn tells whether the page begins a new one.
    first = min(number, 1)
    sentences = await on_own_thread(lambda: history.page(session_id, number * PAGE - first, PAGE + first))
    return page_items(sentences, prompts, first) if len(sentences) > first else []
