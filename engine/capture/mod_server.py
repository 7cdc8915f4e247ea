"""The Unix-socket server that the mod posts its events to."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from engine.capture.http_clients import HttpClients
from engine.capture.http_request import MOST_HEADER_BYTES, HttpRequest
from engine.capture.mod_order import EventOrder, ModEvent

GAP_WAIT_S = 0.05
"""How long a missing event holds back those after it."""

OnModEvent = Callable[[ModEvent, float], None]
"""Called with an event and the `time.monotonic()` at which it arrived."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class ModServerStats:
    """What the server has seen, for `doctor` and tests."""

    requests: int = 0
    refused: int = 0
    """Requests that got an error status."""
    broken: int = 0
    """Bodies that were not a JSON array of objects."""
    lost: int = 0
    """Events whose numbers never came."""
    duplicates: int = 0


class ModServer:
    """Receives batches of events, answers at once, and passes the events on in order, once each.

    Runs on the asyncio loop that `start` is called on; `on_event` is called there.
    """

    def __init__(self, socket_path: Path, on_event: OnModEvent) -> None:
        self._socket_path = socket_path
        self._on_event = on_event
        self._order = EventOrder()
        self._gap_timer: asyncio.TimerHandle | None = None
        self._server: asyncio.Server | None = None
        self._clients = HttpClients(_status_for, self._take)
        self._stats = ModServerStats()

    @property
    def stats(self) -> ModServerStats:
        """Counters up to now."""
        self._stats.requests, self._stats.refused = self._clients.requests, self._clients.refused
        self._stats.lost, self._stats.duplicates = self._order.lost, self._order.duplicates
        return self._stats

    async def start(self) -> None:
        """Listen. The socket's mode is 0600. Raises OSError where the path cannot be bound."""
        self._server = await asyncio.start_unix_server(
            self._clients.serve, path=self._socket_path, limit=MOST_HEADER_BYTES
        )
        os.chmod(self._socket_path, 0o600)

    async def close(self) -> None:
        """Stop listening, drop the clients and pass on what was held back."""
        if self._server is not None:
            self._server.close()
        await self._clients.close()
        self._give_up_gap()
        with contextlib.suppress(FileNotFoundError):
            self._socket_path.unlink()

    def _take(self, body: bytes, received_at: float) -> None:
        events = _parse(body)
        if events is None:
            self._stats.broken += 1
            log.warning("The mod sent %d bytes that are not a list of events.", len(body))
            return
        for event in events:
            self._pass_on(self._order.push(event), received_at)
        self._watch_gap()

    def _watch_gap(self) -> None:
        if not self._order.is_waiting:
            if self._gap_timer is not None:
                self._gap_timer.cancel()
                self._gap_timer = None
        elif self._gap_timer is None:
            self._gap_timer = asyncio.get_running_loop().call_later(GAP_WAIT_S, self._give_up_gap)

    def _give_up_gap(self) -> None:
        self._gap_timer = None
        self._pass_on(self._order.give_up(), time.monotonic())

    def _pass_on(self, events: list[ModEvent], received_at: float) -> None:
        for event in events:
            try:
                self._on_event(event, received_at)
            except Exception:
                # One event that cannot be understood must not cost the others.
                log.exception("An event of the mod could not be handled.")


def _status_for(request: HttpRequest) -> HTTPStatus:
    if request.path != "/ev":
        return HTTPStatus.NOT_FOUND
    if request.method != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED
    return HTTPStatus.OK


def _parse(body: bytes) -> list[ModEvent] | None:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, list) or not all(isinstance(event, dict) for event in parsed):
        return None
    return parsed
