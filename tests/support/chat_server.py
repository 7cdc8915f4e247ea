"""A chat server on the loopback that really speaks OpenAI's API over HTTP, as events or in one piece, well or badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ChatServer:
    """What it has been asked, and how it answers. `chat` and `models` can be replaced by a test."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[dict[str, Any]] = []
        """the bodies of the chat requests"""
        self.headers: list[dict[str, str]] = []
        """of every request"""
        self.connections: set[object] = set()
        self.was_left = asyncio.Event()
        """a client closed its connection before the end of an answer"""
        self.names: Sequence[str] = ("tiny-chat",)
        self.models: Answer = self._list
        self.chat: Answer = events("こん", "にちは", "。")

    async def handle_chat(self, request: web.Request) -> web.StreamResponse:
        self._note(request)
        self.requests.append(await request.json())
        try:
            return await self.chat(request)
        except (asyncio.CancelledError, ConnectionError):
            self.was_left.set()
            raise

    async def handle_models(self, request: web.Request) -> web.StreamResponse:
        self._note(request)
        return await self.models(request)

    async def _list(self, _: web.Request) -> web.StreamResponse:
        return web.json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in self.names]})

    def _note(self, request: web.Request) -> None:
        self.headers.append(dict(request.headers))
        self.connections.add(request.transport)


def events(*pieces: str, end: str = "data: [DONE]\n\n", reason: str | None = "stop", field: str = "content") -> Answer:
    """Answer with one event for each piece."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = await start(request)
        for piece in pieces:
            await send(response, {"choices": [{"index": 0, "delta": {field: piece}, "finish_reason": None}]})
        if reason is not None:
            await send(response, {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        await response.write(end.encode())
        return response

    return answer


def whole(text: str, **more: Any) -> Answer:
    """Answer in one piece, as a server that cannot stream."""

    async def answer(_: web.Request) -> web.StreamResponse:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"} | more
        return web.json_response({"choices": [choice]})

    return answer


def plainly(body: str, status: int = 200, kind: str = "application/json", **headers: str) -> Answer:
    """Answer with this body."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text=body, status=status, content_type=kind, headers=headers)

    return answer


async def start(request: web.Request) -> web.StreamResponse:
    """Begin a stream of events."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response


async def send(response: web.StreamResponse, event: dict[str, Any]) -> None:
    """Send one event."""
    await response.write(f"data: {json.dumps(event)}\n\n".encode())


@asynccontextmanager
async def serving() -> AsyncIterator[ChatServer]:
    """A server on a free port of the loopback."""
    server = ChatServer()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.handle_chat)
    app.router.add_get("/v1/models", server.handle_models)
    # Cancelling the handler is how a test sees that the client has gone.
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
