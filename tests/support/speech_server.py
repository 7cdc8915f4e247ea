"""A speech server on the loopback that a test scripts: what it answers where, and what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class SpeechServer:
    """Answers `POST path` by `answers`; notes every request with its query and body."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], Any, dict[str, str]]] = field(default_factory=list)
    """path, query, JSON body, headers"""
    url: str = ""

    def to(self, path: str) -> list[Any]:
        """The bodies that were sent to a path."""
        return [body for asked, _, body, _ in self.asked if asked == path]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        self.asked.append((request.path, dict(request.query), body, dict(request.headers)))
        answer = self.answers.get(request.path)
        return await answer(request) if answer else web.Response(status=404, text="not found")


@asynccontextmanager
async def serving(server: SpeechServer) -> AsyncIterator[SpeechServer]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()


def json_answer(value: Any) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(value)

    return answer


def status(code: int, text: str = "no", **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=code, text=text, headers=headers)

    return answer


def sound(
    data: bytes,
    *,
    hold_back: asyncio.Event | None = None,
    drop_after: int | None = None,
    content_type: str = "application/octet-stream",
) -> Answer:
    """Send the bytes in small pieces; the second half only when told to, or break off after so many."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": content_type})
        response.enable_chunked_encoding()
        await response.prepare(request)
        for start in range(0, len(data), 1001):
            if hold_back and start > len(data) / 2:
                await hold_back.wait()
            if drop_after is not None and start > drop_after:
                assert request.transport
                request.transport.abort()
                return response
            await response.write(data[start : start + 1001])
        await response.write_eof()
        return response

    return answer
