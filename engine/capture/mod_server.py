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

from engine.capture.http_request import MOST_HEADER_BYTES, BadRequestError, HttpRequest, read_request, response
from engine.capture.mod_order import EventOrder, ModEvent

GAP_WAIT_S = 0.05
"""How long a missing event holds back those after it."""
MOST_CLIENTS = 16

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
        self._clients: set[asyncio.Task[None]] = set()
        self._stats = ModServerStats()

    @property
    def stats(self) -> ModServerStats:
        """Counters up to now."""
        self._stats.lost, self._stats.duplicates = self._order.lost, self._order.duplicates
        return self._stats

    async def start(self) -> None:
        """Listen. The socket's mode is 0600. Raises OSError where the path cannot be bound."""
        self._server = await asyncio.start_unix_server(
            self._serve_client, path=self._socket_path, limit=MOST_HEADER_BYTES
        )
        os.chmod(self._socket_path, 0o600)

    async def close(self) -> None:
        """Stop listening, drop the clients and pass on what was held back."""
        if self._server is not None:
            self._server.close()
        for client in list(self._clients):
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        self._give_up_gap()
        with contextlib.suppress(FileNotFoundError):
            self._socket_path.unlink()

    async def _serve_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._clients) >= MOST_CLIENTS:
            writer.close()
            return
        self._clients.add(task)
        try:
            while await self._serve_request(reader, writer):
                pass
        except (ConnectionError, asyncio.CancelledError):
            # The peer went away, or `close` ends us: nothing is left to do for this client.
            pass
        finally:
            self._clients.discard(task)
            writer.close()

    async def _serve_request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; False when the connection is to be closed."""
        try:
            request = await read_request(reader)
        except BadRequestError as error:
            self._stats.refused += 1
            await _reply(writer, error.status, keep_alive=False)
            return False
        if request is None:
            return False
        received_at = time.monotonic()
        self._stats.requests += 1
        status = _status_for(request)
        self._stats.refused += status is not HTTPStatus.OK
        # The reply goes first: the mod sends its next batch only when it has this one's.
        await _reply(writer, status, keep_alive=request.keep_alive)
        if status is HTTPStatus.OK:
            self._take(request.body, received_at)
        return request.keep_alive

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


async def _reply(writer: asyncio.StreamWriter, status: HTTPStatus, *, keep_alive: bool) -> None:
    writer.write(response(status, keep_alive=keep_alive))
    await writer.drain()
