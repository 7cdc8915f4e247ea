"""The main screen: Claude's terminal, the bilingual view, and the lines of state below them."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen

from engine.events import Level, Loading, Notice
from engine.settings import Screen as ScreenSettings
from engine.settings import Settings, log_folder
from tui.actions import Action
from tui.barge_in import BargeIn
from tui.control import EngineControl
from tui.copying import Copier
from tui.exporting import ExportDesk
from tui.figures import Figures
from tui.key_hold import KeyHold
from tui.key_router import Act, KeyRouter, Outcome, Pass, SendLeader
from tui.keymap import chosen_keymap, leader_bytes
from tui.layouts import Layout, effective, fits, following
from tui.messages import EngineEvents, Mailbox
from tui.pace import Pace
from tui.presenter import Presenter
from tui.reading_desk import ReadingDesk
from tui.screens.prompt_frames import PromptFrames
from tui.split import Split
from tui.translator_control import TranslatorControl
from tui.voice_control import VoiceControl
from tui.widgets.action_bar import ActionBar, LeaderHint
from tui.widgets.bilingual import BilingualView
from tui.widgets.divider import Divider
from tui.widgets.gauges import Gauges
from tui.widgets.kept_lines import KeptLines, Room
from tui.widgets.look import Above, Languages
from tui.widgets.panes import Panes
from tui.widgets.spans import Line, Span
from tui.widgets.status_line import StatusLine
from tui.widgets.timeline import Timeline
from tui.widgets.too_small import TooSmall
from tui.widgets.view_pane import ViewPane

if TYPE_CHECKING:
    from tui.app import StreamttsApp
    from tui.handlers import Handler
    from tui.widgets.terminal import TerminalView

MOST_EARLY_KEYS = 4096
TERMINAL_MODULE = "tui.widgets.terminal"


class MainScreen(PromptFrames, KeptLines, Screen[None], inherit_bindings=False):
    """Takes keys and events; `tui.handlers` has what each action of the registry does."""

    def __init__(
        self,
        engine: EngineControl,
        settings: Settings,
        *,
        leave: Callable[[], None],
        next_theme: Callable[[], str],
        split: Split,
        clock: Callable[[], str] | None = None,
        is_demo: bool = False,
    ) -> None:
        """`leave` ends the app; `next_theme` changes the theme and names it; `split` says where the divider is.

        `clock` gives the time of a prompt.
        """
        super().__init__()
        self.engine = engine
        self.voice = VoiceControl.of(engine, settings.speech)
        self.voice.device = settings.audio.device
        self.translator = TranslatorControl(engine, settings.translate.translator)
        self.exports = ExportDesk(log_folder)
        self.barge_in: BargeIn = BargeIn(self.voice, settings.speech.barge_in, self.set_timer)
        self.is_child_running = False
        self.child_name = "Claude"
        self.is_ready = asyncio.Event()
        """set when the engine has loaded its models, or cannot"""
        self._has_live_terminal = not is_demo
        """while it has one, plain keys in it are Claude's; before Claude is up, too"""
        self.keymap, self._key_problems = chosen_keymap(settings)
        self.router = KeyRouter(self.keymap)
        self._screen_settings = settings.screen
        self._layout = Layout(settings.screen.layout)
        self._split = split
        self._clock = clock
        self._leave = leave
        self._next_theme = next_theme
        self._wants_to_quit = False
        self._is_view_wanted = False
        """which pane is to have the keyboard, also while the terminal is not there yet"""
        self._terminal: TerminalView | None = None
        self.has_typed = False
        """whether Claude was typed to"""
        self.key_hold = KeyHold(lambda key: self.app.post_message(key), self.set_timer)
        self._focus_arrives: list[Callable[[], None]] = []
        """called when something has got the keyboard"""
        self._early_keys: list[events.Key] = []
        """typed before there was a program to take them"""
        self.mailbox = Mailbox(self._wake)
        self._pace = Pace(self._show_events)
        self.presenter: Presenter
        """made with the widgets"""

    def compose(self) -> ComposeResult:
        """Lay out the panes and the lines below them."""
        # Before there are widgets: each change of a class later has every one of them look up its style anew.
        self.update_classes(self._classes_at(*self.app.size), update=False)
        with Panes(self._split, id="panes"):
            yield Room(id="claude-pane")
            yield Divider("English → 日本語")
            yield ViewPane(id="view-pane")
        with Room(id="status-room"):
            yield StatusLine()
        yield Timeline()
        yield Gauges()
        yield ActionBar(self.keymap)
        yield LeaderHint(self.keymap)
        yield TooSmall()

    def on_mount(self) -> None:
        """Arrange the panes and give the keyboard to one."""
        self.bilingual = self.query_one(BilingualView)
        self.view_pane = self.query_one(ViewPane)
        self.status = self.query_one(StatusLine)
        self.figures = Figures(self.query_one(Timeline), self.query_one(Gauges))
        self.presenter = Presenter(
            self.bilingual, self.figures, self.status, self.voice, self.is_ready.set, self._clock
        )
        self.reading_desk = ReadingDesk(self.bilingual.read_anew, partial(self.say, Level.WARNING))
        self._copier = Copier(self.app)
        self.presenter.learners = (self.translator.learn,)
        self.exports.listen(self._show_export)
        self.set_look(self._screen_settings)
        self._arrange(self.app.size.width, self.app.size.height)
        self._focus_pane(to_view=self._layout is Layout.BILINGUAL)
        self.watch(self.bilingual, "selected", self.figures.select, init=False)
        self._show_idle()
        for problem in self._key_problems:
            self.say(Level.WARNING, "keys_invalid", problem)

    async def on_unmount(self) -> None:
        """Ask for no more readings; what is being copied is copied."""
        self._pace.cancel()
        await self.reading_desk.close()
        await self._copier.finish()

    def set_look(self, screen: ScreenSettings) -> None:
        """Show the rows as the settings say."""
        look = replace(
            self.bilingual.look,
            languages=Languages(screen.languages),
            above=Above(screen.readings),
            readings=self.reading_desk.of,
            fold_key=self.keymap.hint("fold", in_view=True),
        )
        self.bilingual.show_as(look)

    @property
    def terminal(self) -> TerminalView:
        """Claude's terminal. Raises RuntimeError before `show_terminal`."""
        if self._terminal is None:
            raise RuntimeError("the terminal is not there yet")
        return self._terminal

    @property
    def has_terminal(self) -> bool:
        """Whether `show_terminal` is done."""
        return self._terminal is not None

    @property
    def is_terminal_loaded(self) -> bool:
        """Whether the terminal's code is in memory."""
        return TERMINAL_MODULE in sys.modules

    async def load_terminal(self) -> None:
        """Import the terminal on a thread, so that the screen answers meanwhile.

        The emulator's library takes longer to import than all the rest of the screen: it comes after the first paint.
        """
        await asyncio.to_thread(importlib.import_module, TERMINAL_MODULE)

    async def show_terminal(self) -> None:
        """Put the terminal in its place, which was blank up to now."""
        from tui.widgets.terminal import TerminalView

        terminal = TerminalView(id="claude", offer_key=self.take_key)
        await self.query_one("#claude-pane").mount(terminal)
        self._terminal = terminal
        self._focus_pane(self._is_view_wanted)

    def begin_child(self, name: str) -> None:
        """The program runs: it gets the keys that were typed before."""
        self.is_child_running, self.child_name = True, name
        early, self._early_keys = self._early_keys, []
        for key in early:
            self.terminal.post_message(key)

    def say(self, level: Level, code: str, message: str) -> None:
        """Show a notice of our own."""
        self.status.show_notice(Notice(level, code, message))

    def type_to_claude(self, key: events.Key) -> None:
        """Pass a key on that was typed where Claude does not take it."""
        if self.is_child_running:
            self.terminal.post_message(key)
        elif self._awaits_child:
            self._early_keys.append(key)

    def show_end(self, what: str) -> None:
        """Claude is gone: the view stays, and plain keys are ours everywhere."""
        self.is_child_running = False
        self._has_live_terminal = False
        self._update_bar()
        self.say(Level.INFO, "claude_ended", f"{what}. Press {self.keys_of('quit')} to leave.")

    @property
    def had_turns(self) -> bool:
        """Whether Claude was asked anything."""
        return self.presenter.turn is not None

    # Events

    def _wake(self) -> None:
        self.post_message(EngineEvents())

    @on(EngineEvents)
    def _take_events(self) -> None:
        self._pace.request()

    def _show_events(self) -> None:
        self.presenter.apply(self.mailbox.take())
        self._show_idle()

    @on(BilingualView.FollowChanged)
    @on(ViewPane.SearchMoved)
    def _show_idle(self) -> None:
        self.status.show_idle(self._idle_line())

    def on_terminal_view_marking_changed(self) -> None:
        """Say which keys mark, or no more. By its name: the terminal's code may not be in memory yet."""
        self._show_idle()

    def _idle_line(self) -> Line:
        """What is being said where its row is out of view; else what one can do."""
        if self._terminal is not None and self._terminal.is_marking:
            return self._terminal.marking_keys
        if self.view_pane.is_searching:
            return self.view_pane.told(*map(self.keys_of, ("next_match", "previous_match", "dismiss")))
        view = self.bilingual
        row = view.rows.row(view.sounding) if view.sounding is not None else None
        if row is not None and not view.is_in_view(row.sentence.id):
            return (Span(f"{row.mark} ", "state-speaking"), Span(row.sentence.ja or row.sentence.en, "japanese"))
        follow = self.keymap.hint("follow", in_view=True)
        if view.selected is not None:
            again = self.keymap.hint("replay_selected", in_view=True)
            return (Span(f"{again} says the selected sentence again; {follow} follows what is new", "dim"),)
        if not view.is_following:
            return (Span(f"{view.lines_below} lines below; {follow} follows what is new", "dim"),)
        return (Span("Following what is new", "dim"),)

    @on(Timeline.Chosen)
    def _select(self, message: Timeline.Chosen) -> None:
        self.bilingual.select(message.sentence_id)

    # Keys

    def take_key(self, event: events.Key) -> bool:
        """Act on a key that is ours while Claude has the keyboard; False leaves it to Claude."""
        if self.key_hold.keep(event):
            return True
        is_ours = self.router.takes(event.key)
        if is_ours:
            self._act_on(self.router.route(event.key, in_view=False))
        else:
            self.has_typed = True
            self.barge_in.typed()
        self._show_hint()
        return is_ours

    def on_key(self, event: events.Key) -> None:
        """Take the keys that are ours while the bilingual view has the keyboard, or no program is left."""
        if self.key_hold.keep(event):
            event.stop()
            event.prevent_default()
            return
        outcome = self.router.route(event.key, in_view=self.takes_plain_keys)
        self._show_hint()
        if isinstance(outcome, Pass):
            if self._awaits_child:
                self.has_typed = True
                self._early_keys.append(events.Key(event.key, event.character))
            elif event.key == "ctrl+c":
                there = f"{self.keys_of('focus')} goes there. {self.keys_of('quit')} leaves streamtts."
                self.say(Level.INFO, "ctrl_c", f"Ctrl+C is Claude's, in its pane: {there}")
            return
        event.stop()
        event.prevent_default()
        self._act_on(outcome)

    @property
    def _awaits_child(self) -> bool:
        is_starting = self._has_live_terminal and not self.is_child_running
        is_for_it = self.focused is not self.bilingual and not self.view_pane.is_typing
        return is_starting and is_for_it and len(self._early_keys) < MOST_EARLY_KEYS

    def _act_on(self, outcome: Outcome) -> None:
        if isinstance(outcome, Act):
            self.carry_out(outcome.action)
        elif isinstance(outcome, SendLeader) and self.has_terminal:
            self.terminal.write(leader_bytes(self.keymap.leader))

    @on(ActionBar.Chosen)
    def _clicked(self, message: ActionBar.Chosen) -> None:
        self.carry_out(message.action)

    def carry_out(self, action: Action) -> None:
        """Do what the action says."""
        if action.id != "quit" and self._wants_to_quit:
            self._wants_to_quit = False
            self.status.dismiss("quit_asked")
        before = self.app.screen
        self._do[action.id]()
        if (opened := self.app.screen) is not before:
            opened.call_after_refresh(self.key_hold.begin())
        self._show_idle()

    def _show_hint(self) -> None:
        self.query_one(LeaderHint).show(self.router.is_pending)
        # It lies over everything, also over the hint's first line.
        self.status.visible = not self.router.is_pending

    def on_descendant_focus(self) -> None:
        """Show which pane has the keyboard now, and the keys that work there."""
        self.query_one(Divider).is_lit = self.focused is self.bilingual
        self._update_bar()
        while self._focus_arrives:
            self._focus_arrives.pop()()

    def keys_of(self, action_id: str) -> str:
        """The key that carries the action out where the keyboard is now, for a sentence."""
        return self.keymap.hint(action_id, self.takes_plain_keys)

    @property
    def takes_plain_keys(self) -> bool:
        """Whether the keys of the view work now."""
        is_ours = self.focused is self.bilingual or not self._has_live_terminal
        return is_ours and not self.view_pane.is_typing

    def _update_bar(self) -> None:
        self.query_one(ActionBar).in_view = self.takes_plain_keys

    # Actions

    def prepare_actions(self) -> None:
        """Be ready for the first key: after the first paint, which does not wait for what keys do."""
        self._do  # noqa: B018

    @cached_property
    def _do(self) -> dict[str, Handler]:
        """What carries out each action, by its id; imported when it is first needed."""
        from tui.handlers import collect
        from tui.handlers.configuring import SettingsHandlers
        from tui.handlers.figures import FigureHandlers
        from tui.handlers.finding import FindingHandlers
        from tui.handlers.opening import OpeningHandlers
        from tui.handlers.panes import PaneHandlers
        from tui.handlers.reading import ReadingHandlers
        from tui.handlers.records import RecordHandlers
        from tui.handlers.search import SearchHandlers
        from tui.handlers.sound import SoundHandlers
        from tui.handlers.translators import TranslatorHandlers
        from tui.handlers.view import ViewHandlers
        from tui.handlers.window import WindowHandlers

        say = partial(self.say, Level.INFO)
        in_view, notices = lambda: self.takes_plain_keys, lambda: list(self.status.notices)
        opening = OpeningHandlers(self.app, self.engine, self.voice, say, self._selected)
        translators = TranslatorHandlers(self.app, self.translator, self._settings_now, say)
        return collect(
            SoundHandlers(self.engine, self.voice, self._selected),
            ViewHandlers(self.bilingual),
            ReadingHandlers(self.bilingual, say, self._selected, self._copier.copy, self._rest_readings),
            SearchHandlers(self.view_pane.searching, self._open_search, say),
            FigureHandlers(self.bilingual, self.figures),
            PaneHandlers(self.query_one(Panes), say),
            FindingHandlers(
                self.app,
                self.keymap,
                self.engine,
                in_view,
                notices,
                self.carry_out,
                opening.choose_voice,
                translators.choose,
            ),
            opening,
            translators,
            RecordHandlers(self.app, self.engine, self.voice, self.exports, self._settings_now, self._session_id, say),
            SettingsHandlers(self.app),
            WindowHandlers(
                self._switch_pane,
                self._follow_layout,
                self._mark_text,
                self._show_next_theme,
                self._dismiss,
                self._ask_quit,
            ),
        )

    def _settings_now(self) -> Settings:
        return cast("StreamttsApp", self.app).settings

    def _session_id(self) -> int | None:
        """The session of the history that the last sentence is in."""
        archive, last = self.bilingual.older.archive, self.bilingual.rows.neighbour(None, -1)
        return archive.session_of(last) if archive is not None and last is not None else None

    def _show_export(self, news: Loading | Notice) -> None:
        if isinstance(news, Loading):
            self.status.show_loading(news)
        else:
            self.status.show_notice(news)

    def _selected(self) -> int | None:
        """The selected sentence; says what to do when there is none."""
        if self.bilingual.selected is None:
            down, up = (self.keymap.hint(name, in_view=True) for name in ("select_next", "select_previous"))
            self.say(Level.INFO, "nothing_selected", f"Select a sentence first: {down}, {up}, the arrows or a click.")
        return self.bilingual.selected

    def _open_search(self) -> None:
        if not self.view_pane.display:
            self._switch_pane()
        if self.view_pane.open_search():
            self._focus_arrives.append(self.key_hold.begin())

    def _rest_readings(self) -> None:
        self.run_worker(self.reading_desk.close(), exit_on_error=False)

    def _follow_layout(self) -> None:
        size = self.app.size
        self._layout = following(effective(self._layout, size.width))
        self._arrange(size.width, size.height)

    def set_layout(self, layout: Layout) -> None:
        """Arrange the panes otherwise."""
        self._layout = layout
        self._arrange(self.app.size.width, self.app.size.height)

    def _switch_pane(self) -> None:
        to_view = self.focused is not self.bilingual
        only = {Layout.CLAUDE: Layout.BILINGUAL, Layout.BILINGUAL: Layout.CLAUDE}
        if self._layout in only:  # the other pane is hidden: it comes in this one's place
            self._layout = only[self._layout]
            self._arrange(self.app.size.width, self.app.size.height)
        self._focus_pane(to_view)

    def _mark_text(self) -> None:
        if not self.has_terminal:
            self.say(Level.INFO, "nothing_to_mark", f"{self.child_name}'s pane is not there yet.")
            return
        if self.focused is not self.terminal:
            self._switch_pane()
        self.terminal.begin_marking()

    def _show_next_theme(self) -> None:
        self.say(Level.INFO, "theme", f"Theme: {self._next_theme()}")

    def _dismiss(self) -> None:
        self.status.dismiss()
        self.view_pane.end_search()
        self.bilingual.select(None)

    def _ask_quit(self) -> None:
        if self.is_child_running and not self._wants_to_quit:
            self._wants_to_quit = True
            keys = self.keys_of("quit")
            question = f"{self.child_name} is still running. Press {keys} again to end it and leave."
            self.say(Level.WARNING, "quit_asked", question)
        else:
            self._leave()

    # Layout

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the new size."""
        self._arrange(event.size.width, event.size.height)

    def _arrange(self, width: int, height: int) -> None:
        shown = effective(self._layout, width)
        self.update_classes(self._classes_at(width, height))
        self.query_one(Panes).show(shown)
        self.figures.fit_window(width, height)
        if shown in (Layout.BILINGUAL, Layout.CLAUDE):
            self._focus_pane(to_view=shown is Layout.BILINGUAL)

    def _classes_at(self, width: int, height: int) -> dict[str, bool]:
        shown = effective(self._layout, width)
        return {f"-{layout}": layout is shown for layout in Layout} | {"-too-small": not fits(width, height)}

    def _focus_pane(self, to_view: bool) -> None:
        self._is_view_wanted = to_view
        pane = self.bilingual if to_view else self._terminal
        arrive = self.key_hold.begin()

        def take_keyboard() -> None:
            self.set_focus(pane)
            arrive()

        # After the layout: a pane that is still hidden cannot take the focus.
        self.call_after_refresh(take_keyboard)
