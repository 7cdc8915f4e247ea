"""The HTTP server on the loopback address that Claude Code's hooks post to."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from engine.capture.http_clients import HttpClients
from engine.capture.http_request import MOST_HEADER_BYTES, HttpRequest

HOST = "127.0.0.1"

OnHookCall = Callable[[Mapping[str, Any], float], None]
"""Called with a hook's body and the `time.monotonic()` at which it arrived."""

log = logging.getLogger(__name__)


class HookServer:
    """Answers `{}` at once, as Claude's screen waits for the answer; then passes the body on.

    Any program of this machine can reach the port, so the path holds a secret: a call without it is refused (403) and
    never read. Runs on the loop that `start` is called on.
    """

    def __init__(self, on_call: OnHookCall) -> None:
        self._on_call = on_call
        self._path = f"/{secrets.token_urlsafe(24)}"
        self._clients = HttpClients(self._status_for, self._take, body=b"{}")
        self._server: asyncio.Server | None = None
        self.broken = 0
        """Bodies that were not a JSON object."""

    @property
    def url(self) -> str:
        """Where hooks must post to. Raises RuntimeError before `start`."""
        if self._server is None:
            raise RuntimeError("HookServer is not started")
        return f"http://{HOST}:{self._server.sockets[0].getsockname()[1]}{self._path}"

    @property
    def refused(self) -> int:
        """Requests that got an error status."""
        return self._clients.refused

    async def start(self) -> None:
        """Listen on a free port. Raises OSError where that cannot be done."""
        self._server = await asyncio.start_server(self._clients.serve, HOST, 0, limit=MOST_HEADER_BYTES)

    async def close(self) -> None:
        """Stop listening and drop the clients; safe to call twice."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        await self._clients.close()

    def _status_for(self, request: HttpRequest) -> HTTPStatus:
        if not hmac.compare_digest(request.path.encode(), self._path.encode()):
            return HTTPStatus.FORBIDDEN
        return HTTPStatus.OK if request.method == "POST" else HTTPStatus.METHOD_NOT_ALLOWED

    def _take(self, body: bytes, received_at: float) -> None:
        try:
            call = json.loads(body)
        except (ValueError, RecursionError):
            call = None
        if not isinstance(call, dict):
            self.broken += 1
            log.warning("A hook sent %d bytes that are not a JSON object.", len(body))
            return
        try:
            self._on_call(call, received_at)
        except Exception:
            # One call that cannot be understood must not cost the others.
            log.exception("A hook's call could not be handled.")
