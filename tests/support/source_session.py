"""One session of a real CLI under a manager of sources, on a terminal that the screen source reads."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from engine.capture.claude_process import ClaudeProcess
from engine.capture.screen_view import ScreenView, WatchedScreen
from engine.capture.source_factories import claude_sources, screen_sources
from engine.capture.sources import Program, SourceManager
from engine.capture.version_cache import Versions
from tests.support.claude import COLUMNS, ROWS, ClaudeHome
from tests.support.claude_session import PATIENCE_S, ClaudeSession
from tests.support.loopback_api import Script
from tui.session import with_session_id
from tui.terminal.emulator import Emulator

NO_BACKGROUND = {"CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1"}
"""Newer versions run subagents beside the conversation; so the order of things is the same in all."""
FRAME_S = 0.02


class SourceSession(ClaudeSession):
    """The sources as the app starts them; `wanted` is what `--source` takes."""

    def __init__(
        self, claude: Path, home: ClaudeHome, script: Script, *, wanted: str = "auto", arguments: Sequence[str] = ()
    ) -> None:
        super().__init__(claude, home, script, arguments=arguments, extra_environment=NO_BACKGROUND, first_delay_s=0.02)
        self._wanted = wanted
        self._emulator = Emulator(COLUMNS, ROWS)
        self._reads = 0
        self._process = ClaudeProcess()
        self._drawing: asyncio.Task[None] | None = None
        self.screen = WatchedScreen(self._view)
        self.manager: SourceManager

    async def start_listening(self, arguments: Sequence[str]) -> list[str]:
        """Start the manager."""
        given, session_id = with_session_id(arguments)
        self.manager = await self.make_manager(session_id)
        self._drawing = asyncio.create_task(self._draw())
        return await self.manager.start(given)

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._process.pid = self.terminal.child.pid
        return self

    async def make_manager(self, session_id: str | None) -> SourceManager:
        """The manager for Claude Code itself."""
        environment, cwd = self.environment, str(self.home.project)
        program = Program([str(self._claude)], environment, cwd)
        versions = Versions(self.home.home / "versions.json")
        # On a busy machine the first answer may take longer than a start waits for it.
        assert await versions.of(program.argv, environment, cwd, patience_s=PATIENCE_S)
        self._process.session_id = session_id
        factories = claude_sources(environment, cwd, self._process, screen=self.screen)
        return SourceManager(self.events.append, program, factories, wanted=self._wanted, versions=versions)

    async def stop_listening(self) -> None:
        """Stop the manager."""
        if self._drawing is not None:
            self._drawing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._drawing
        self._draw_what_came()
        await self.manager.close()

    def has_asked(self) -> None:
        """Let the manager decide between the sources."""
        self.manager.expect_handshake()

    async def until_followed(self, source: str) -> None:
        """Return when `source` is followed."""
        await self.until(lambda: self.manager.active == source, f"the {source} to be followed")

    async def _draw(self) -> None:
        while True:
            self._draw_what_came()
            await asyncio.sleep(FRAME_S)

    def _draw_what_came(self) -> None:
        """Draw as the app's own terminal does, and say so."""
        reads = self._terminal.reads[self._reads :] if self._terminal is not None else []
        self._reads += len(reads)
        for read in reads:
            if read.size is not None:
                self._emulator.resize(*read.size)
            self._emulator.feed(read.data)
        if reads:
            self._emulator.take_dirty()
            self.screen.drawn()

    def _view(self) -> ScreenView | None:
        screen = self._emulator
        return ScreenView(screen.text(), screen.cols, screen.cursor.y, screen.is_held)


class ScreenOnlySession(SourceSession):
    """As the app does with a program of which it knows nothing but its terminal."""

    async def start_listening(self, arguments: Sequence[str]) -> list[str]:
        """Start the manager; the program gets its own arguments alone."""
        self.manager = await self.make_manager(None)
        self._drawing = asyncio.create_task(self._draw())
        return await self.manager.start(arguments)

    async def make_manager(self, session_id: str | None) -> SourceManager:
        """The manager for other programs."""
        environment, cwd = self.environment, str(self.home.project)
        factories = screen_sources(self.screen, environment, cwd)
        program = Program([str(self._claude)], environment, cwd)
        return SourceManager(self.events.append, program, factories, versions=None)
