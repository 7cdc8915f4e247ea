"""The history: sessions, what was said in one, and a search in both languages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from engine.events import Loading, Notice
from engine.history import History, HistoryError
from engine.history.records import SessionRecord
from tui.background import on_own_thread
from tui.screens.history_items import PAGE, Found, Item, Paged, Prompts
from tui.screens.history_lists import SentenceList, SessionList
from tui.screens.history_reading import MOST_FOUND, Sessions, find, read_page, read_prompts
from tui.widgets.row_list import RowList
from tui.widgets.wrap import clean

TYPING_PAUSE_S = 0.15
"""So long without another letter, and the search begins."""
MOVING_PAUSE_S = 0.05
"""So long on one session, and it is read."""
SIDE_BY_SIDE_WIDTH = 110
OFF = "The history is off (history.enabled = false): this session is not recorded."
EMPTY = "Nothing was said yet in a session that is recorded."


@dataclass(frozen=True, slots=True)
class HistorySource:
    """Where the screen has its knowledge from, and what it may ask for."""

    history: History
    is_recording: bool
    """whether the history is on"""
    language: str
    """ISO 639 code of what the voice speaks"""
    say_again: Callable[[str], None]
    """says Japanese"""
    export: Callable[[SessionRecord], None]
    """opens the dialog"""
    watch: Callable[[Callable[[Loading | Notice], None]], Callable[[], None]]
    """tells what exports say from now on; what it returns ends that"""


class HistoryScreen(ModalScreen[None]):
    """Sessions on one half, sentences on the other; the database is read on threads."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("ctrl+c", "leave", show=False),
        Binding("q,H", "leave", show=False),
        Binding("slash", "find", show=False),
        Binding("e", "export", show=False),
        Binding("o", "open", show=False),
        Binding("r", "reload", show=False),
        Binding("tab,right", "next_list", show=False),
        Binding("shift+tab,left", "previous_list", show=False),
    ]

    def __init__(self, source: HistorySource) -> None:
        super().__init__()
        self._source = source
        self._history = source.history
        self._all = Sessions(source.history)
        self.words = ""
        """what was searched for, once it is shown"""
        self._found: Found | None = None
        """what the search has found; None while nothing is searched for"""
        self._under_way: dict[str, object] = {"sessions": object()}
        """what is being read, by its kind: the latest of each"""

    def compose(self) -> ComposeResult:
        """Lay out the line for the search, the lists and the message."""
        with Vertical(id="history") as frame:
            frame.border_title = "History"
            frame.border_subtitle = "Enter say · / search · o session · e export · Tab lists · Esc leave"
            yield Input(placeholder="/ searches in English and Japanese", select_on_focus=False, id="history-search")
            with Container(id="history-lists"):
                yield SessionList(id="history-sessions")
                yield SentenceList(id="history-sentences")
            yield Static(id="history-message", markup=False)

    def on_mount(self) -> None:
        """Begin with the sessions; they are read meanwhile."""
        self._search = self.query_one(Input)
        self._sessions = self.query_one(SessionList)
        self._sentences = self.query_one(SentenceList)
        # Kept: news of an export may come while the screen is taken apart.
        self._message = self.query_one("#history-message", Static)
        self._sessions.focus()
        self._unwatch = self._source.watch(self._take)
        self.action_reload()

    def on_unmount(self) -> None:
        """Hear no more of exports."""
        self._unwatch()

    def on_resize(self, event: events.Resize) -> None:
        """Side by side where there is room, else one above the other."""
        self.set_class(event.size.width >= SIDE_BY_SIDE_WIDTH, "-side")

    # Sessions

    def action_reload(self) -> None:
        """Read everything anew: the session that is being recorded has grown."""
        self._all.forget()
        if self._search.value.strip():
            self._search_now()
        else:
            self._run(self._read_sessions, "sessions")

    async def _read_sessions(self) -> None:
        await self._all.read_more()
        self._sessions.put(self._all.read)
        self._say(self._summary())
        self._show_session()

    async def _read_older(self) -> None:
        older = await self._all.read_more()
        if self._found is None:
            self._sessions.more(older)

    @on(RowList.Highlighted)
    def _moved(self, message: RowList.Highlighted) -> None:
        if message.rows is self._sentences:
            self._follow_sentence(message.index)
        elif self._found is not None:
            session = self._sessions.session
            place = self._found.first_of(session.id) if session else None
            if place is not None:
                self._sentences.highlight(place)
        else:
            self._show_session()
            if message.index == len(self._all.read) - 1 and not self._all.are_all:
                self._run(self._read_older, "sessions")

    def _follow_sentence(self, place: int) -> None:
        """In what was found, the sentence's session is the one that is highlighted."""
        if self._found is None:
            return
        session_id = self._found.items[place].sentence.session_id
        ids = [session.id for session in self._sessions.sessions]
        if session_id in ids:
            self._sessions.highlight(ids.index(session_id))

    # The sentences of a session

    def _show_session(self, number: int | None = None) -> None:
        session = self._sessions.session
        if session is None:
            self._sentences.put(None)
            return
        self._run(lambda: self._open(session, number), "sentences")

    async def _open(self, session: SessionRecord, number: int | None) -> None:
        """Show a session, from its sentence `number` on."""
        await asyncio.sleep(MOVING_PAUSE_S)
        history = self._history
        prompts = await read_prompts(history, session.id)
        place = await on_own_thread(lambda: history.place(session.id, number)) if number is not None else 0

        def ask(page: int) -> None:
            self.run_worker(self._bring(paged, session.id, prompts, page), group="pages")

        paged = Paged(session.sentences, ask)
        await self._bring(paged, session.id, prompts, place // PAGE)
        self._sentences.put(paged, highlighted=place)

    async def _bring(self, paged: Paged, session_id: int, prompts: Prompts, number: int) -> None:
        try:
            page = await read_page(self._history, session_id, prompts, number)
        except HistoryError as error:
            self._say(str(error))
            return
        paged.put(number, page)
        if self._sentences.items is paged:
            self._sentences.arrived()

    # Searching

    def action_find(self) -> None:
        """Type what to search for."""
        self._search.focus()

    @on(Input.Changed)
    def _search_now(self) -> None:
        words = self._search.value
        if words.strip():
            self._run(lambda: self._find(words), "sentences")
        elif self._found is not None:
            self._found, self.words = None, ""
            self.action_reload()

    async def _find(self, words: str) -> None:
        await asyncio.sleep(TYPING_PAUSE_S)
        hits = await find(self._history, words)
        self._found, self.words = hits.found, words
        self._sessions.put(hits.sessions, hits.counts)
        self._sentences.put(hits.found, words)
        self._say(_told(len(hits.found), len(hits.sessions)))

    @on(Input.Submitted)
    def _to_sentences(self) -> None:
        self._sentences.focus()

    # What one can do with it

    @on(RowList.Chosen)
    def _chosen(self, message: RowList.Chosen) -> None:
        if message.rows is self._sessions:
            self._sentences.focus()
            return
        item = self._item
        if item is None:
            return
        session = next((one for one in self._sessions.sessions if one.id == item.sentence.session_id), None)
        if not item.sentence.ja.strip():
            self._say("There is no Japanese to say.")
        elif session is not None and session.language != self._source.language:
            self._say(f"This was translated into {session.language!r}; the voice speaks {self._source.language!r} now.")
        else:
            self._source.say_again(item.sentence.ja)

    @property
    def _item(self) -> Item | None:
        place = self._sentences.highlighted
        return self._sentences.items.get(place) if self._sentences.items and place is not None else None

    def action_open(self) -> None:
        """Show the whole session of what was found, at this place."""
        item = self._item
        if self._found is None or item is None:
            return
        with self.prevent(Input.Changed):
            self._search.value = ""
        self._found, self.words = None, ""
        sentence = item.sentence
        self._run(lambda: self._open_whole(sentence.session_id, sentence.number), "sentences")

    async def _open_whole(self, session_id: int, number: int) -> None:
        while self._all.index(session_id) is None and not self._all.are_all:
            await self._all.read_more()
        self._sessions.put(self._all.read)
        if (index := self._all.index(session_id)) is not None:
            self._sessions.highlight(index)
        self._say(self._summary())
        session = await on_own_thread(lambda: self._history.session(session_id))
        await self._open(session, number)
        self._sentences.focus()

    def action_export(self) -> None:
        """Export the session that is highlighted."""
        if (session := self._sessions.session) is not None:
            self._source.export(session)

    # Reading beside the screen

    @property
    def is_reading(self) -> bool:
        """Whether something that was asked for is not there yet."""
        return bool(self._under_way)

    def _run(self, work: Callable[[], Coroutine[Any, Any, None]], what: str) -> None:
        """Begin to read; what was being read of the same kind is no longer wanted."""
        mark = self._under_way[what] = object()
        self.run_worker(self._guarded(work, what, mark), group=what, exclusive=True)

    async def _guarded(self, work: Callable[[], Coroutine[Any, Any, None]], what: str, mark: object) -> None:
        try:
            await work()
        except HistoryError as error:
            self._say(str(error) if self._source.is_recording else f"{OFF} {error}")
        if self._under_way.get(what) is mark:
            del self._under_way[what]

    def _summary(self) -> str:
        if not self._source.is_recording:
            return OFF
        count = len(self._all.read)
        more = "" if self._all.are_all else "at least "
        return f"{more}{_counted(count, 'session')}, the newest first" if count else EMPTY

    def _say(self, message: str) -> None:
        self._message.update(Text(clean(message)))

    def _take(self, event: Loading | Notice) -> None:
        """What an export says."""
        if isinstance(event, Notice):
            self._say(event.message)
        elif event.fraction is not None and event.fraction < 1.0:
            self._say(f"{event.what}: {event.fraction * 100:.0f} %, {event.detail}")

    # Moving about

    def action_next_list(self) -> None:
        """Keyboard to the sentences, and from them back."""
        (self._sessions if self.focused is self._sentences else self._sentences).focus()

    def action_previous_list(self) -> None:
        """Keyboard to the sessions, and from them to the sentences."""
        (self._sentences if self.focused is self._sessions else self._sessions).focus()

    def on_key(self, event: events.Key) -> None:
        """Down leaves the line of the search."""
        if self.focused is self._search and event.key in ("down", "tab"):
            self._sentences.focus()
            event.stop()
            event.prevent_default()

    def action_back(self) -> None:
        """From the search to the sentences; from a search to all sessions; then leave."""
        if self._search.value:
            self._search.value = ""
            self._sessions.focus()
        elif self.focused is self._search:
            self._sessions.focus()
        else:
            self.dismiss()

    def action_leave(self) -> None:
        """Back to the main screen."""
        self.dismiss()


def _told(found: int, sessions: int) -> str:
    if not found:
        return "Nothing was found. Every word has to be in the sentence, in English or in Japanese."
    if found >= MOST_FOUND:
        return f"The newest {found} sentences; another word finds fewer."
    return f"{_counted(found, 'sentence')} in {_counted(sessions, 'session')}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
