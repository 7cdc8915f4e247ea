"""Brings rows that were released back from the history, on a thread: the screen never waits for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from engine.sentence import Sentence
from tui.widgets.entries import Page
from tui.widgets.rows import Rows

News = TypeVar("News")


class Archive(Protocol):
    """Where rows can be read back from."""

    @property
    def is_recording(self) -> bool:
        """Whether what is said now will be found there."""
        ...

    def sentences(self, first: int, last: int) -> list[Sentence]:
        """Sentences by their numbers, in order. Waits for the disk. Raises HistoryError."""
        ...

    def session_of(self, number: int) -> int | None:
        """The session of the history that a sentence is in; None when it is in none."""
        ...


class OlderRows(Generic[News]):
    """Fetches one page after the other, and only what is still wanted.

    `restored` is called in the app's loop after each, with what `keep` was given meanwhile: what is read may be older.
    """

    def __init__(self, rows: Rows, restored: Callable[[Sequence[News]], None]) -> None:
        self.archive: Archive | None = None
        """None: there is nothing to read from"""
        self._rows = rows
        self._restored = restored
        self._wanted: list[Page] = []
        self._news: list[News] = []
        self._task: asyncio.Task[None] | None = None

    def want(self, pages: list[Page]) -> None:
        """Fetch these pages; forget what was wanted before and is not fetched yet."""
        self._wanted = pages
        if pages and self.archive is not None and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._fetch(self.archive))

    def keep(self, news: News) -> None:
        """Something happened to a row that is not in memory."""
        if self._task is not None and not self._task.done():
            self._news.append(news)

    def close(self) -> None:
        """Fetch nothing more."""
        if self._task is not None:
            self._task.cancel()

    async def _fetch(self, archive: Archive) -> None:
        from engine.history.database import HistoryError  # SQLite is not wanted before the first paint.

        while self._wanted:
            page, ids = self._wanted[0], self._wanted[0].sentence_ids
            try:
                sentences = await asyncio.to_thread(archive.sentences, ids[0], ids[-1])
            except HistoryError as error:
                self._rows.restore(page, [], f"— what was said here cannot be read: {error} —")
            else:
                self._rows.restore(page, sentences)
            self._wanted = [wanted for wanted in self._wanted if wanted.is_released]
            news, self._news = self._news, []
            self._restored(news)
