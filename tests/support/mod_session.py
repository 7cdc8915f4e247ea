"""A session of the real `claude` with the real mods, answered by the loopback API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from engine.capture.mod import ModSource
from engine.source import SourceEvent, TurnEnd
from tests.support.claude import ClaudeHome, ClaudeTerminal
from tests.support.loopback_api import LoopbackApi, Script
from tests.support.recordings import heard

T = TypeVar("T")


class Session:
    """One session of the real CLI and what the source says of it."""

    def __init__(
        self,
        claude: Path,
        home: ClaudeHome,
        script: Script,
        *,
        arguments: Sequence[str] = (),
        include_subagents: bool = False,
    ) -> None:
        self.events: list[SourceEvent] = []
        self.api = LoopbackApi(script)
        self._claude = claude
        self._home = home
        self._arguments = arguments
        self.source = ModSource(self.events.append, include_subagents=include_subagents)
        self.terminal: ClaudeTerminal

    async def __aenter__(self) -> Session:
        self.api.__enter__()
        await self.source.start()
        arguments = [*self.source.claude_arguments, *self._arguments]
        self.terminal = ClaudeTerminal(self._claude, self._home, self.api.url, arguments=arguments)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.terminal.close)
        await self.source.close()
        self.api.__exit__(None, None, None)

    async def ask(self, prompt: str) -> None:
        await asyncio.to_thread(self.terminal.ask, prompt)

    async def answer(self, keys: str, dialog: str) -> None:
        """Answer a dialog; it takes no keys in its first moments, so they are pressed until it is gone."""
        while dialog in self.terminal.screen():
            self.terminal.press(keys)
            await asyncio.sleep(0.5)

    async def until(self, condition: Callable[[], object], what: str) -> None:
        await asyncio.to_thread(self.terminal.wait_until, condition, what, 60.0)

    async def until_turns_end(self, count: int) -> None:
        await self.until(lambda: len(self.of(TurnEnd)) >= count, f"the end of {count} turns")

    async def until_the_turn_ends(self) -> TurnEnd:
        await self.until(lambda: any(isinstance(event, TurnEnd) for event in self.events), "the end of the turn")
        return next(event for event in self.events if isinstance(event, TurnEnd))

    def of(self, kind: type[T]) -> list[T]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def heard(self) -> list[str]:
        return heard(self.events)
