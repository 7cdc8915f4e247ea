"""The mod as a capture source: the primary one, two or three milliseconds behind Claude."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.capture.handshake import TIMEOUT_S, Handshake
from engine.capture.mod_files import ModFiles
from engine.capture.mod_order import SOURCE, ModEvent
from engine.capture.mod_server import ModServer, ModServerStats
from engine.source import SourceEvent, SourceStatus

if TYPE_CHECKING:
    from engine.capture.mod_decoder import ModDecoder

NO_HANDSHAKE = (
    "Claude Code has not connected to streamtts, so what it writes cannot be translated. Its version may be older than "
    "2.1.287 (run `claude --version`; `claude update` brings a newer one), or mods are turned off by --safe-mode, by "
    "disableAllHooks in its settings, or by your organisation."
)

OnSourceEvent = Callable[[SourceEvent], None]


class ModSource:
    """Listens to one session of Claude Code. All of it runs on the loop that `start` is called on."""

    def __init__(
        self, on_event: OnSourceEvent, *, include_subagents: bool = False, has_session_mod: bool = True
    ) -> None:
        """Without the session mod only text and turns are told."""
        self._on_event = on_event
        self._include_subagents = include_subagents
        self._made: ModDecoder | None = None
        self._has_session_mod = has_session_mod
        self._files: ModFiles | None = None
        self._server: ModServer | None = None
        self._handshake = Handshake(SOURCE, NO_HANDSHAKE, on_event)
        self._lost = 0

    @property
    def plugin_dir(self) -> Path:
        """The session's private copy of the mod. Raises RuntimeError before `start`."""
        if self._files is None:
            raise RuntimeError("ModSource is not started")
        return self._files.plugin_dir

    @property
    def claude_arguments(self) -> list[str]:
        """What `claude` must be given to load the mods."""
        if self._files is None:
            raise RuntimeError("ModSource is not started")
        folders = [self._files.plugin_dir, self._files.session_plugin_dir][: 1 + self._has_session_mod]
        return [word for folder in folders for word in ("--plugin-dir", str(folder))]

    def arguments(self, arguments: Sequence[str], cwd: str) -> list[str]:
        """Claude's arguments with what loads the mods."""
        return [*self.claude_arguments, *arguments]

    @property
    def connected(self) -> bool:
        """True once the mod has been heard."""
        return self._handshake.is_made

    @property
    def stats(self) -> ModServerStats:
        """Counters of the socket's server."""
        return self._server.stats if self._server else ModServerStats()

    async def start(self) -> None:
        """Make the private copy and listen. Raises ModFilesError or OSError where that cannot be done."""
        self._files = await asyncio.to_thread(ModFiles.create)
        self._server = ModServer(self._files.socket_path, self._take)
        try:
            await self._server.start()
        except OSError:
            await self.close()
            raise

    def expect_handshake(self, timeout_s: float = TIMEOUT_S) -> None:
        """Say that the mod is missing if nothing is heard within `timeout_s`; call it when Claude shows its prompt."""
        self._handshake.expect(timeout_s)

    async def close(self) -> None:
        """Stop listening and remove the private copy; safe to call twice."""
        self._handshake.cancel()
        server, self._server = self._server, None
        files, self._files = self._files, None
        if server is not None:
            await server.close()
        if files is not None:
            await asyncio.to_thread(files.remove)

    @property
    def _decoder(self) -> ModDecoder:
        if self._made is None:
            # Its code is imported when Claude speaks: Claude's start waits for everything before.
            from engine.capture.mod_decoder import ModDecoder

            self._made = ModDecoder(include_subagents=self._include_subagents)
        return self._made

    def _take(self, event: ModEvent, received_at: float) -> None:
        decoded = self._decoder.decode(event, received_at)
        if not self._handshake.is_made:
            # Any event shows that the mod works, even if its first one was lost.
            self._handshake.make()
            decoded = [out for out in decoded if not isinstance(out, SourceStatus)]
        self._report_loss()
        for out in decoded:
            self._on_event(out)

    def _report_loss(self) -> None:
        lost = self.stats.lost
        if lost > self._lost:
            self._on_event(SourceStatus(SOURCE, True, f"{lost - self._lost} pieces of text were lost on the way."))
            self._lost = lost
