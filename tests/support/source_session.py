"""One session of a real CLI under a manager of sources, on a terminal that the screen source reads."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable
from pathlib import Path

from engine.capture.screen_view import ScreenView
from engine.capture.source_factories import claude_sources
from engine.capture.sources import Program, SourceManager
from engine.capture.version_cache import Versions
from engine.source import SourceEvent, SourceStatus, TurnEnd, TurnStart
from tests.support.claude import ClaudeHome, ClaudeTerminal
from tests.support.loopback_api import LoopbackApi, Script
from tui.terminal.emulator import Emulator

COLUMNS, ROWS = 100, 40
NO_BACKGROUND = {"CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1"}
"""Newer versions run subagents beside the conversation; so the order of things is the same in all."""


class SourceSession:
    """`async with SourceSession(claude, home, script, wanted="hook") as session: await session.ask("…")`."""

    def __init__(self, claude: Path, home: ClaudeHome, script: Script, *, wanted: str) -> None:
        self.events: list[SourceEvent] = []
        self.api = LoopbackApi(script, first_delay_s=0.02)
        self._claude, self._home, self._wanted = claude, home, wanted
        self._emulator = Emulator(COLUMNS, ROWS)
        self._read = 0
        self._terminal: ClaudeTerminal | None = None
        self.manager: SourceManager

    async def __aenter__(self) -> SourceSession:
        self.api.__enter__()
        session_id = str(uuid.uuid4())
        environment, cwd = self._home.environment(self.api.url), str(self._home.project)
        program = Program([str(self._claude)], environment, cwd)
        versions = Versions(self._home.home / "versions.json")
        # On a busy machine the first answer may take longer than a start waits for it.
        assert await versions.of(program.argv, environment, cwd, patience_s=30.0)
        factories = claude_sources(environment, cwd, session_id, read_screen=self._read_screen)
        self.manager = SourceManager(self.events.append, program, factories, wanted=self._wanted, versions=versions)
        arguments = await self.manager.start(["--session-id", session_id])
        self._terminal = ClaudeTerminal(
            self._claude,
            self._home,
            self.api.url,
            arguments=arguments,
            columns=COLUMNS,
            rows=ROWS,
            extra_environment=NO_BACKGROUND,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.terminal.close)
        await self.manager.close()
        self.api.__exit__(None, None, None)

    @property
    def terminal(self) -> ClaudeTerminal:
        """Where Claude runs."""
        assert self._terminal is not None
        return self._terminal

    async def ask(self, prompt: str) -> None:
        """Type a prompt and submit it."""
        # After an error the box holds a hint instead of nothing, which the first key replaces.
        await self.until(lambda: re.search(r"─\n❯\s*(?:Resend .*)?\n─", self.terminal.screen()), "the input box")
        self.terminal.press(prompt)
        await self.until_shown(prompt)
        self.terminal.press("\r")
        self.manager.expect_handshake()

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Return when `condition` holds. Raises AssertionError with `what` and the screen otherwise."""
        await asyncio.to_thread(self.terminal.wait_until, condition, what, 30.0)

    async def until_shown(self, text: str) -> None:
        """Return when `text` is on the screen."""
        await self.until(lambda: text in self.terminal.screen(), repr(text))

    async def until_turns_end(self, count: int) -> None:
        """Return when so many turns have begun and the last one is over."""
        await self.until(lambda: self._are_over(count), f"the end of turn {count}")

    @property
    def sources(self) -> list[str]:
        """The sources that were followed."""
        return list(dict.fromkeys(event.source for event in self.events if isinstance(event, SourceStatus)))

    def _are_over(self, count: int) -> bool:
        turns = [event for event in list(self.events) if isinstance(event, TurnStart | TurnEnd)]
        begun = sum(isinstance(event, TurnStart) for event in turns)
        return begun >= count and isinstance(turns[-1], TurnEnd)

    def _read_screen(self) -> ScreenView | None:
        """What the app's own emulator shows."""
        if self._terminal is None:
            return None
        reads = self._terminal.reads[self._read :]
        self._read += len(reads)
        screen = self._emulator
        screen.feed(b"".join(read.data for read in reads))
        screen.take_dirty()
        return ScreenView(screen.text(), screen.cols, screen.cursor.y, screen.is_held)
