"""One session of the real `claude`, answered by the loopback API, and what is heard of it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

from engine.source import SourceEvent, SourceStatus, TurnEnd, TurnStart
from tests.support.claude import COLUMNS, ROWS, ClaudeHome, ClaudeTerminal
from tests.support.loopback_api import LoopbackApi, Script
from tests.support.recordings import heard

PATIENCE_S = 120.0
"""Far more than anything takes on a busy machine."""
GONE_S = 0.3
"""A dialog that is drawn anew is not there for a moment."""

T = TypeVar("T")


class ClaudeSession(ABC):
    """`async with … as session: await session.ask("…")`; a subclass says which source listens."""

    def __init__(
        self,
        claude: Path,
        home: ClaudeHome,
        script: Script,
        *,
        arguments: Sequence[str] = (),
        extra_environment: Mapping[str, str] | None = None,
        first_delay_s: float = 0.1,
    ) -> None:
        self.events: list[SourceEvent] = []
        self.api = LoopbackApi(script, first_delay_s=first_delay_s)
        self.home = home
        self._claude = claude
        self._arguments = list(arguments)
        self._extra_environment = dict(extra_environment or {})
        self._left_out: set[str] = set()
        self._terminal: ClaudeTerminal | None = None

    @abstractmethod
    async def start_listening(self, arguments: Sequence[str]) -> list[str]:
        """Start what listens; return Claude's arguments with what that needs."""

    @abstractmethod
    async def stop_listening(self) -> None:
        """Stop it."""

    @abstractmethod
    def has_asked(self) -> None:
        """A prompt was submitted: from now on Claude should be heard."""

    @property
    def environment(self) -> dict[str, str]:
        """What Claude gets."""
        variables = self.home.environment(self.api.url) | self._extra_environment
        return {name: value for name, value in variables.items() if name not in self._left_out}

    def add(self, variables: Mapping[str, str]) -> None:
        """Start Claude with these variables too."""
        self._extra_environment |= variables

    def leave_out(self, name: str) -> None:
        """Start Claude without this variable."""
        self._left_out.add(name)

    async def __aenter__(self) -> Self:
        self.api.__enter__()
        try:
            arguments = await self.start_listening(self._arguments)
            self._terminal = ClaudeTerminal(
                self._claude,
                self.home,
                self.api.url,
                arguments=arguments,
                columns=COLUMNS,
                rows=ROWS,
                environment=self.environment,
            )
        except BaseException:
            self.api.__exit__(None, None, None)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.terminal.close)
        await self.stop_listening()
        self.api.__exit__(None, None, None)

    @property
    def terminal(self) -> ClaudeTerminal:
        """Where Claude runs."""
        assert self._terminal is not None
        return self._terminal

    # -- what a person does ----------------------------------------------------------------------------------------

    async def ask(self, prompt: str) -> None:
        """Type a prompt into the empty input box and submit it."""
        await asyncio.to_thread(self.terminal.ask, prompt, timeout_s=PATIENCE_S)
        self.has_asked()

    async def answer(self, keys: str, dialog: str) -> None:
        """Answer a dialog; it takes no keys in its first moments, so they are pressed until it is gone."""
        while not await self._is_gone(dialog):
            self.terminal.press(keys)
            await asyncio.sleep(0.5)

    async def _is_gone(self, text: str) -> bool:
        for _ in range(2):
            if text in self.terminal.screen():
                return False
            await asyncio.sleep(GONE_S)
        return text not in self.terminal.screen()

    # -- what is waited for ----------------------------------------------------------------------------------------

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Return when `condition` holds. Raises AssertionError with `what` and the screen otherwise."""
        await asyncio.to_thread(self.terminal.wait_until, condition, what, PATIENCE_S)

    async def until_shown(self, text: str) -> None:
        """Return when `text` is on the screen."""
        await self.until(lambda: text in self.terminal.screen(), repr(text))

    async def until_box_is_empty(self) -> None:
        """Return when Claude has taken what was typed."""
        await asyncio.to_thread(self.terminal.wait_until_ready, PATIENCE_S)

    async def until_turns_end(self, count: int) -> None:
        """Return when so many turns have begun and the last one is over."""
        await self.until(lambda: self._are_over(count), f"the end of turn {count}")

    def _are_over(self, count: int) -> bool:
        turns = [event for event in list(self.events) if isinstance(event, TurnStart | TurnEnd)]
        begun = sum(isinstance(event, TurnStart) for event in turns)
        return begun >= count and isinstance(turns[-1], TurnEnd)

    # -- what was heard --------------------------------------------------------------------------------------------

    def of(self, kind: type[T]) -> list[T]:
        """The events of one kind."""
        return [event for event in list(self.events) if isinstance(event, kind)]

    @property
    def heard(self) -> list[str]:
        """The blocks of text."""
        return heard(list(self.events))

    @property
    def text(self) -> str:
        """The blocks below one another."""
        return "\n".join(block.strip() for block in self.heard)

    @property
    def prompts(self) -> list[str]:
        """What the turns began with."""
        return [turn.prompt.strip() for turn in self.of(TurnStart)]

    @property
    def sources(self) -> list[str]:
        """The sources that were followed, each once."""
        return list(dict.fromkeys(status.source for status in self.of(SourceStatus)))
