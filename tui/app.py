"""The app: wires engine, capture, terminal and screens. It computes nothing."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.filter import LineFilter, Monochrome

from engine.events import Level
from engine.settings import Settings
from tui.ambiguous import NarrowFilter
from tui.control import Demo, EngineControl, Launch
from tui.early import Prepared, prepare
from tui.remembered import Remembered
from tui.screens.main import MainScreen
from tui.session import CaptureSession, resume_command
from tui.split import Split
from tui.still import StillFilter
from tui.terminal.pty import PtyError
from tui.theme_control import ThemeControl
from tui.themes import Themes, load_themes

if TYPE_CHECKING:
    from tui.recorder import SessionRecorder
    from tui.widgets.older_rows import Archive
    from tui.widgets.terminal import TerminalView

CLAUDE_MISSING_STATUS = 127
LOOK_AT_THEMES_EVERY_S = 1.0


class StreamttsApp(App[int], inherit_bindings=False):
    """`run()` returns Claude's exit status; `has_left` tells an orderly end from a crash."""

    CSS_PATH = "app.tcss"
    TITLE = "streamtts"
    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE: ClassVar[bool] = False

    def __init__(
        self,
        engine: EngineControl,
        settings: Settings,
        start: Launch | Demo,
        *,
        capture: CaptureSession | None = None,
        prepared: Prepared | None = None,
        clock: Callable[[], str] | None = None,
        before_engine: Callable[[], Archive | None] | None = None,
        session_recorder: SessionRecorder | None = None,
        themes: Themes | None = None,
        remembered: Remembered | None = None,
        flags: Mapping[str, Any] | None = None,
        may_welcome: bool = False,
        wrong_settings: Sequence[str] = (),
    ) -> None:
        """`capture` is None where there is nothing to listen to; `clock` gives the time shown with a prompt.

        `may_welcome` lets somebody who is new here be welcomed, once Claude and the engine start.
        `flags` are the settings of the command line, by `section.key`, as `engine.settings.load` takes them.
        `prepared` is the program where it was started before the screen; it listens through `capture` already.
        `before_engine` is called on a thread before the engine starts; it gives what older rows can be read from.
        """
        self._themes = ThemeControl(settings.screen.theme, themes or load_themes())
        self._monochrome = Monochrome()
        self._narrow, self._still = NarrowFilter(), StillFilter()
        super().__init__()
        self.engine = engine
        self.settings = settings
        if self._is_still:
            self.animation_level = "none"
        self.start = start
        self.flags = flags or {}
        self._may_welcome = may_welcome
        self.remembered = remembered or Remembered()
        """what is kept from one start to the next and is no setting"""
        self.has_left = False
        self.claude_status = 0
        self._capture = capture
        self._prepared = prepared
        self._before_engine = before_engine
        self._session_recorder = session_recorder
        self._wrong_settings = wrong_settings
        self._first_title: str | None = None
        self._demo: asyncio.Task[None] | None = None
        self._theme_files: asyncio.Task[None] | None = None
        self.main: MainScreen = MainScreen(
            engine,
            settings,
            leave=self.leave,
            next_theme=self.next_theme,
            split=Split(self.remembered),
            clock=clock,
            is_demo=isinstance(start, Demo),
        )
        self._unsubscribe = engine.subscribe(self.main.mailbox.put)
        self._register_themes()
        self.theme = self._themes.name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Greys alone where the theme says so; narrow characters, and nothing that blinks, where the settings do."""
        # Textual takes the colours away wherever NO_COLOR is set, also where a theme was chosen in spite of it.
        filters = [line_filter for line_filter in super().get_line_filters() if not isinstance(line_filter, Monochrome)]
        screen = self.settings.screen
        own = ((self._narrow, screen.ambiguous_wide), (self._still, self._is_still))
        greys = [self._monochrome] if self._themes.shown.monochrome else []
        return [*filters, *greys, *(line_filter for line_filter, is_wanted in own if is_wanted)]

    @property
    def _is_still(self) -> bool:
        return self.settings.screen.motion == "reduced"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Textual parses the CSS before our theme is set, and needs our variables then too."""
        return self._themes.shown.variables()

    async def on_event(self, event: events.Event) -> None:
        """Let keys wait while the keyboard is on its way to where they belong."""
        if isinstance(event, events.Key) and not event.is_forwarded and self.main.key_hold.keep(event):
            return
        await super().on_event(event)

    async def on_mount(self) -> None:
        """Show the main screen, and begin after its first paint."""
        await self.push_screen(self.main)
        self._leave_on_signals()
        if self.main.is_terminal_loaded:
            self.call_after_refresh(self._begin)
        else:
            self.call_after_refresh(self.run_worker, self._load(), exit_on_error=True)

    async def _load(self) -> None:
        # A worker: while it waits, the app takes keys.
        await self.main.load_terminal()
        self.call_later(self._begin)

    async def _begin(self) -> None:
        """After the first paint: Claude first, then the engine with its models."""
        self._report_themes()
        self._report_settings()
        self._theme_files = asyncio.create_task(self._follow_theme_files())
        await self.main.show_terminal()
        self._paint_terminal()
        if isinstance(self.start, Launch):
            await self._launch(self.start)
        self.main.prepare_actions()
        if self._before_engine is not None:
            self.main.bilingual.keep_in(await asyncio.to_thread(self._before_engine))
        self.engine.start()
        if self._may_welcome:
            self.run_worker(self._welcome(), exit_on_error=False)
        if isinstance(self.start, Demo):
            self._demo = asyncio.create_task(self._play(self.start))

    async def _welcome(self) -> None:
        from tui.welcome import welcome  # Not before the first paint.

        await welcome(self)

    async def _launch(self, launch: Launch) -> None:
        prepared = self._prepared or await prepare(launch, self._capture)
        if self._capture is None:
            self.main.say(Level.INFO, "no_capture", f"{launch.name} is not Claude Code: nothing will be translated.")
        elif prepared.capture_problem:
            self.main.say(Level.WARNING, "capture_unavailable", prepared.capture_problem)
        if self._session_recorder is not None:
            self._session_recorder.on_trouble = lambda message: self.main.say(Level.WARNING, "record", message)
            self._session_recorder.watch(self.main.terminal)
        try:
            if prepared.process is not None:
                self.main.terminal.adopt(prepared.process)
            else:
                self.main.terminal.start(prepared.argv, launch.env, launch.cwd or os.getcwd())
                if self._capture is not None and self.main.terminal.process is not None:
                    self._capture.started(self.main.terminal.process.pid)
            self.main.begin_child(launch.name)
            if self._capture is not None:
                self.main.terminal.show_to(self._capture.screen)
        except PtyError as error:
            self._ended(CLAUDE_MISSING_STATUS, f"{launch.name} could not be started: {error}")

    async def _play(self, demo: Demo) -> None:
        from tui.demo import play_demo

        self.main.bilingual.empty_text = "The recorded session begins when translator and voice are ready."
        await self.main.is_ready.wait()
        try:
            await play_demo(demo, self.main.terminal, self.engine.feed)
        except Exception as error:
            self.main.say(Level.ERROR, "demo_failed", f"The recorded session stopped: {error}")
        else:
            keys = self.main.keys_of("quit")
            self.main.say(Level.INFO, "demo_ended", f"The recorded session has ended. Press {keys} to leave.")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Where nothing may move by itself, the cursor of what is typed into does not blink."""
        if self._is_still and hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False

    # What Claude does

    def on_terminal_view_title_changed(self, message: TerminalView.TitleChanged) -> None:
        """Expect to hear from Claude once it answers."""
        # The title says "Claude Code" from the start, dialogs included; it moves once a prompt is being answered.
        if self._first_title is None:
            self._first_title = message.title
        elif message.title != self._first_title and self._capture is not None:
            self._capture.expect_handshake()

    def on_terminal_view_exited(self, message: TerminalView.Exited) -> None:
        """Say how the program has ended."""
        name = self.start.name if isinstance(self.start, Launch) else "The program"
        self._ended(message.status, f"{name} has ended (status {message.status})")

    def _ended(self, status: int, what: str) -> None:
        self.claude_status = status
        self.main.show_end(what)

    # Leaving

    def leave(self) -> None:
        """Silence at once and end the app with Claude's status."""
        self.has_left = True
        self.engine.stop()
        self.exit(self.claude_status, return_code=self.claude_status)

    def _leave_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            # Only the main thread may; tests run elsewhere too.
            with suppress(ValueError, RuntimeError, NotImplementedError):
                loop.add_signal_handler(number, self.leave)

    async def on_unmount(self) -> None:
        """Take no more events, and stop listening to Claude."""
        self.main.mailbox.close()
        self._unsubscribe()
        await self.main.exports.close()
        for task in (self._demo, self._theme_files):
            if task is not None:
                task.cancel()
        if self._capture is not None:
            await self._capture.close()

    @property
    def resume_line(self) -> str | None:
        """How to go on with the conversation, where there can be one."""
        if isinstance(self.start, Launch) and self.start.is_claude and self._capture is not None:
            return resume_command(self.start.session_id)
        return None

    def pop_screen(self) -> AwaitComplete:
        """The main screen stays: of two keys in one burst, the second may find that its screen is gone already."""
        return super().pop_screen() if self.screen is not self.main else AwaitComplete()

    # Themes

    def next_theme(self) -> str:
        """Change to the next theme; returns its name."""
        self.theme = self._themes.show_next()
        self._paint_terminal()
        return self.theme

    def show_theme(self, name: str) -> None:
        """Change to a theme; one that does not exist is a notice."""
        if problem := self._themes.show(name):
            self.main.say(Level.WARNING, "theme_unknown", problem)
            return
        self.theme = self._themes.name
        self._paint_terminal()

    @property
    def theme_names(self) -> list[str]:
        """The themes that there are."""
        return self._themes.themes.names()

    def draw_anew(self) -> None:
        """Draw everything as the settings are now: widths, and whether anything moves by itself."""
        self.animation_level = "none" if self._is_still else "full"
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                widget.refresh()

    def look_at_themes(self) -> None:
        """Where a theme's file has changed, show it as it is now; where it is wrong, keep the old one and say so."""
        before = self._themes.shown
        problems = self._themes.look()
        if problems is None:
            return
        self.main.status.dismiss("theme_invalid")
        for problem in problems:
            self.main.say(Level.WARNING, "theme_invalid", problem)
        self._register_themes()
        if self._themes.shown == before:
            return
        if self.theme == self._themes.name:
            self.mutate_reactive(StreamttsApp.theme)  # The name is the same, the colours are not.
        else:
            self.theme = self._themes.name
        self._paint_terminal()

    async def _follow_theme_files(self) -> None:
        # No timer of Textual's: each tick of one is a message, after which it looks for something to draw.
        while True:
            await asyncio.sleep(LOOK_AT_THEMES_EVERY_S)
            self.look_at_themes()

    def _register_themes(self) -> None:
        for theme in self._themes.themes.by_name.values():
            self.register_theme(theme.to_textual())

    def _paint_terminal(self) -> None:
        if self.main.has_terminal:
            self.main.terminal.set_palette(self._themes.shown.terminal.colors)

    def _report_settings(self) -> None:
        # The first one stays on the screen.
        for problem in reversed(self._wrong_settings):
            self.main.say(Level.WARNING, "settings_wrong", f"{problem}. The default is used.")

    def _report_themes(self) -> None:
        for code, problem in self._themes.first_problems():
            self.main.say(Level.WARNING, code, problem)
