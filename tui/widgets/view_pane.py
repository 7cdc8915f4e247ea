"""The bilingual view with the search line that comes up at its bottom."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message

from tui.searching import Searching
from tui.widgets.bilingual import BilingualView
from tui.widgets.kept_lines import KeptLines
from tui.widgets.spans import Line, Span

if TYPE_CHECKING:
    from textual.worker import WorkType

    from tui.widgets.search_prompt import SearchPrompt


class ViewPane(KeptLines, Container):
    """Shows the prompt while one types, and hands what is typed to the search."""

    class SearchMoved(Message):
        """There is something else to say of the search."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view = BilingualView(id="bilingual")
        self.searching = Searching(self.view)
        self._prompt: SearchPrompt | None = None

    def compose(self) -> ComposeResult:
        """The view; the prompt comes when it is wanted."""
        yield self.view

    @property
    def is_typing(self) -> bool:
        """Whether the prompt has the keyboard."""
        return self._prompt is not None and self._prompt.has_focus_within

    def open_search(self) -> bool:
        """Let the user type what to search for, once the prompt has the keyboard; False when it is there already."""
        from tui.widgets.search_prompt import SearchPrompt

        if self._prompt is not None:
            return False
        self.searching.begin()
        self._prompt = SearchPrompt(self.searching.pattern.typed)
        self.mount(self._prompt)
        self.post_message(self.SearchMoved())
        return True

    def end_search(self) -> None:
        """Take the marks away."""
        if self.searching.is_on:
            self.searching.end()

    @property
    def is_searching(self) -> bool:
        """Whether there is something to say of a search."""
        return self._prompt is not None or self.searching.is_on

    def told(self, next_key: str, previous_key: str, end_key: str) -> Line:
        """Where the search stands, and which keys go on."""
        count = self.searching.told()
        if self._prompt is not None:
            self._prompt.show_count(count)
            return (Span("Enter keeps the matches marked; ↑ and ↓ go to others; Esc ends the search", "dim"),)
        keys = f"{next_key} next, {previous_key} previous, {end_key} ends the search"
        return (Span(f"/{self.searching.pattern.typed}", "key"), *count, Span(keys, "dim"))

    def on_search_prompt_typed(self, message: SearchPrompt.Typed) -> None:
        """Search for it."""
        if self._prompt is not None and message.text.strip() != self.searching.pattern.typed:
            self.searching.look_for(message.text)
            self.post_message(self.SearchMoved())
            # The function, not its coroutine: one that the next letter stops before it begins is awaited by nobody.
            look: WorkType[None] = self._look_in_archive
            self.run_worker(look, group="search", exclusive=True, exit_on_error=False)

    async def _look_in_archive(self) -> None:
        """Search what has gone from memory, too, page by page, on a thread."""
        archive, older, pattern = self.view.older.archive, self.searching.older(), self.searching.pattern
        if archive is None or older is None:
            return
        from tui.archive_search import PAGE, found_in

        languages = self.view.look.languages
        for first in range(older[0], older[1] + 1, PAGE):
            last = min(first + PAGE - 1, older[1])
            found = await asyncio.to_thread(found_in, archive, first, last, pattern, languages)
            self.searching.take_older(pattern, found)
        self.post_message(self.SearchMoved())

    def on_search_prompt_moved(self, message: SearchPrompt.Moved) -> None:
        """Go to another match."""
        self.searching.move(message.step)
        self.post_message(self.SearchMoved())

    def on_search_prompt_ended(self, message: SearchPrompt.Ended) -> None:
        """Take the prompt away; where one looks stays."""
        prompt, self._prompt = self._prompt, None
        if prompt is None:
            return
        if not message.is_kept:
            self.end_search()
        prompt.remove()
        self.post_message(self.SearchMoved())
        if not message.is_left:
            self.screen.set_focus(self.view)
