"""The clients of one of our small HTTP servers: each request is answered first and handled afterwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from http import HTTPStatus

from engine.capture.http_request import BadRequestError, HttpRequest, read_request, response

MOST_CLIENTS = 16

Judge = Callable[[HttpRequest], HTTPStatus]
"""Says from method and path alone with which status a request is answered."""
TakeBody = Callable[[bytes, float], None]
"""Called with a body that was answered with 200, and the `time.monotonic()` at which it had arrived."""


class HttpClients:
    """Serves connections; give `serve` to asyncio's start_server or start_unix_server, with MOST_HEADER_BYTES as limit.

    `body` is the JSON of every good reply.
    """

    def __init__(self, judge: Judge, take: TakeBody, *, body: bytes = b"") -> None:
        self._judge = judge
        self._take = take
        self._body = body
        self._tasks: set[asyncio.Task[None]] = set()
        self.requests = 0
        self.refused = 0
        """Requests that got an error status."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client to its end; one too many is turned away."""
        task = asyncio.current_task()
        if task is None or len(self._tasks) >= MOST_CLIENTS:
            writer.close()
            return
        self._tasks.add(task)
        try:
            while await self._serve_request(reader, writer):
                pass
        except (ConnectionError, asyncio.CancelledError):
            # The peer went away, or `close` ends us: nothing is left to do for this client.
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def close(self) -> None:
        """Drop every client."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve_request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; False when the connection is to be closed."""
        try:
            request = await read_request(reader)
        except BadRequestError as error:
            self.refused += 1
            await _reply(writer, error.status, keep_alive=False)
            return False
        if request is None:
            return False
        received_at = time.monotonic()
        self.requests += 1
        status = self._judge(request)
        is_good = status is HTTPStatus.OK
        self.refused += not is_good
        # The reply goes first: whoever sent this waits for it before going on.
        await _reply(writer, status, self._body if is_good else b"", keep_alive=request.keep_alive)
        if is_good:
            self._take(request.body, received_at)
        return request.keep_alive


async def _reply(writer: asyncio.StreamWriter, status: HTTPStatus, body: bytes = b"", *, keep_alive: bool) -> None:
    writer.write(response(status, body, keep_alive=keep_alive))
    await writer.drain()
