"""A session of the real `claude` that only the real mods listen to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.capture.mod import ModSource
from tests.support.claude import ClaudeHome
from tests.support.claude_session import ClaudeSession
from tests.support.loopback_api import Script


class ModSession(ClaudeSession):
    """One session of the real CLI and what the mod says of it."""

    def __init__(
        self,
        claude: Path,
        home: ClaudeHome,
        script: Script,
        *,
        arguments: Sequence[str] = (),
        include_subagents: bool = False,
    ) -> None:
        super().__init__(claude, home, script, arguments=arguments)
        self.source = ModSource(self.events.append, include_subagents=include_subagents)

    async def start_listening(self, arguments: Sequence[str]) -> list[str]:
        """Make the mods known to Claude."""
        await self.source.start()
        return self.source.arguments(arguments, str(self.home.project))

    async def stop_listening(self) -> None:
        """Remove them."""
        await self.source.close()

    def has_asked(self) -> None:
        """Say so if the mod is not there."""
        self.source.expect_handshake()
