"""The MessageDisplay hook as a capture source: for versions of Claude Code without mods, a paragraph at a time."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.capture.handshake import TIMEOUT_S, Handshake
from engine.capture.hook_decoder import SOURCE, HookDecoder
from engine.capture.hook_order import HookCall, HookOrder, Ordered
from engine.capture.hook_server import HookServer
from engine.capture.hook_settings import hook_entry, with_settings
from engine.capture.private_folder import PrivateFolder
from engine.source import SourceEvent, SourceStatus

GAP_WAIT_S = 0.15
"""How long a missing piece, or a message without an end, holds back what came after it."""
NO_HANDSHAKE = (
    "Claude Code has not called streamtts' hooks. They may be turned off by --safe-mode, by disableAllHooks in its "
    "settings, or by your organisation."
)
DEFAULT_HOOKS = ("MessageDisplay", "UserPromptSubmit", "Stop")

OnSourceEvent = Callable[[SourceEvent], None]


class HookSource:
    """Listens to one session of Claude Code. All of it runs on the loop that `start` is called on.

    `hooks` are the names to register: only ones that this version of Claude Code knows, as an unknown one opens a
    dialog at its start.
    """

    name = SOURCE

    def __init__(self, on_event: OnSourceEvent, *, hooks: Sequence[str] = DEFAULT_HOOKS) -> None:
        self._on_event = on_event
        self._hooks = tuple(hooks)
        self._server = HookServer(self._take)
        self._order = HookOrder()
        self._decoder = HookDecoder()
        self._folder: PrivateFolder | None = None
        self._gap_timer: asyncio.TimerHandle | None = None
        self._handshake = Handshake(SOURCE, NO_HANDSHAKE, on_event)
        self._lost = 0

    @property
    def url(self) -> str:
        """Where the hooks must post to. Raises RuntimeError before `start`."""
        return self._server.url

    @property
    def connected(self) -> bool:
        """True once a hook was called."""
        return self._handshake.is_made

    @property
    def refused(self) -> int:
        """Calls without the secret."""
        return self._server.refused

    async def start(self) -> None:
        """Listen, and make the private folder. Raises OSError where that cannot be done."""
        await self._server.start()
        try:
            self._folder = await asyncio.to_thread(PrivateFolder.create, Path(tempfile.gettempdir()))
        except OSError:
            await self.close()
            raise

    def arguments(self, arguments: Sequence[str], cwd: str) -> list[str]:
        """Claude's arguments with the hooks among its settings; call it once.

        Raises HookSettingsError where the user's own `--settings` cannot be read, OSError where ours cannot be written.
        """
        if self._folder is None:
            raise RuntimeError("HookSource is not started")
        return with_settings(arguments, hook_entry(self.url, self._hooks), self._folder.path / "settings.json", cwd)

    def expect_handshake(self, timeout_s: float = TIMEOUT_S) -> None:
        """Say that the hooks are not called if nothing is heard within `timeout_s`; call it when Claude is at work."""
        self._handshake.expect(timeout_s)

    async def close(self) -> None:
        """Stop listening, pass on what was held back, and remove the private folder; safe to call twice."""
        self._handshake.cancel()
        self._cancel_gap()
        await self._server.close()
        self._pass_on(self._order.give_up(), time.monotonic())
        folder, self._folder = self._folder, None
        if folder is not None:
            await asyncio.to_thread(folder.remove)

    def _take(self, call: HookCall, received_at: float) -> None:
        self._handshake.make()
        self._pass_on(self._order.push(call), received_at)
        self._watch_gap()

    def _watch_gap(self) -> None:
        if not self._order.is_waiting:
            self._cancel_gap()
        elif self._gap_timer is None:
            self._gap_timer = asyncio.get_running_loop().call_later(GAP_WAIT_S, self._give_up_gap)

    def _give_up_gap(self) -> None:
        self._gap_timer = None
        self._pass_on(self._order.give_up(), time.monotonic())

    def _pass_on(self, items: list[Ordered], received_at: float) -> None:
        if self._order.lost > self._lost:
            lost, self._lost = self._order.lost - self._lost, self._order.lost
            self._on_event(SourceStatus(SOURCE, True, f"{lost} pieces of text were lost on the way."))
        for item in items:
            for event in self._decoder.decode(item, received_at):
                self._on_event(event)

    def _cancel_gap(self) -> None:
        if self._gap_timer is not None:
            self._gap_timer.cancel()
            self._gap_timer = None
