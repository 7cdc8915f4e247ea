"""A Messages API on the loopback address with scripted answers, for tests that run the real `claude`.

It runs on a thread of its own, so that blocking tests and asyncio tests can both use it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.support.answers import Answer, Frame, Framer, Refuse, Text, content, stop_reason

MOST_HELD_S = 60.0
DEFAULT_ANSWER: Answer = [Text("All done.")]


@dataclass(frozen=True)
class Request:
    """A question of the main loop or a subagent, as a script sees it."""

    prompt: str
    """The text of the last user message that has any."""
    tool_results: int
    """How many results of tools the conversation holds."""
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Delta:
    """A piece of text that left the server at `at`, seconds of `time.monotonic()`."""

    at: float
    answer: int
    """Which answer of the server, from 0."""
    block: int
    text: str


Script = Callable[[Request], Answer]


def in_order(*answers: Answer) -> Script:
    """A script that gives `answers` one after the other and then says that it is done."""
    left = list(answers)
    return lambda request: left.pop(0) if left else DEFAULT_ANSWER


class LoopbackApi:
    """`with LoopbackApi(in_order([Text("Hello.")])) as api:` … `api.url` is what ANTHROPIC_BASE_URL takes.

    Side requests (those without tools, such as the session's title) are answered by themselves and not logged.
    """

    def __init__(self, script: Script, *, first_delay_s: float = 0.1, title: str = "A test session") -> None:
        self._script = script
        self._title = json.dumps({"title": title, "isNewTopic": True})
        self._first_delay_s = first_delay_s
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="loopback-api", daemon=True)
        self._runner: web.AppRunner | None = None
        self._count = 0
        self.url = ""
        self.deltas: list[Delta] = []
        """Every piece of text sent, in order of time."""
        self.requests: list[Request] = []
        self.finished = 0
        """How many answers were sent to their end."""

    def text(self, answer: int = 0) -> str:
        """All text that was sent in one answer."""
        return "".join(delta.text for delta in self.deltas if delta.answer == answer)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/v1/messages", self._messages)
        app.router.add_post("/v1/messages/count_tokens", _count_tokens)
        app.router.add_route("*", "/{tail:.*}", _anything_else)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _messages(self, http: web.Request) -> web.StreamResponse:
        body = await http.json()
        framer = Framer(body.get("model", "claude-test"))
        if not body.get("tools") or (body.get("output_config") or {}).get("format"):
            return await self._reply(http, body, framer, [Text(self._title, delay_s=0)], answer=None)
        request = Request(_last_prompt(body), json.dumps(body["messages"]).count('"tool_result"'), body)
        self.requests.append(request)
        scripted = self._script(request)
        if isinstance(scripted, Refuse):
            error = {"type": scripted.kind, "message": scripted.message}
            return web.json_response({"type": "error", "error": error}, status=scripted.status)
        number = self._count
        self._count += 1
        await asyncio.sleep(self._first_delay_s)
        return await self._reply(http, body, framer, scripted, answer=number)

    async def _reply(
        self, http: web.Request, body: dict[str, Any], framer: Framer, parts: Sequence[Any], *, answer: int | None
    ) -> web.StreamResponse:
        if not body.get("stream"):
            return web.json_response(framer.message(content(parts)) | {"stop_reason": stop_reason(parts)})
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        # A peer that leaves in the middle (Esc, the end of a test) is no error of the server.
        with contextlib.suppress(ConnectionResetError):
            await self._stream(http, response, framer.frames(parts), answer)
        return response

    async def _stream(
        self, http: web.Request, response: web.StreamResponse, frames: Iterator[Frame | None], answer: int | None
    ) -> None:
        await response.prepare(http)
        for frame in frames:
            if frame is None:
                if http.transport is not None:
                    http.transport.abort()
                return
            self._log(frame, answer)
            await response.write(frame.encode())
            if frame.wait_s:
                await asyncio.sleep(frame.wait_s)
            if frame.held_by is not None:
                await asyncio.to_thread(frame.held_by.wait, MOST_HELD_S)
        await response.write_eof()
        self.finished += answer is not None

    def _log(self, frame: Frame, answer: int | None) -> None:
        if frame.text and answer is not None:
            self.deltas.append(Delta(time.monotonic(), answer, frame.block, frame.text))


def _last_prompt(body: dict[str, Any]) -> str:
    for message in reversed(body["messages"]):
        if message["role"] != "user":
            continue
        parts = message["content"]
        if isinstance(parts, str):
            return parts
        text = "\n".join(part["text"] for part in parts if part.get("type") == "text")
        if text:
            return text
    return ""


async def _count_tokens(http: web.Request) -> web.Response:
    return web.json_response({"input_tokens": 100})


async def _anything_else(http: web.Request) -> web.Response:
    if http.method == "HEAD" or http.path == "/":
        return web.Response()
    error = {"type": "not_found_error", "message": "not found"}
    return web.json_response({"type": "error", "error": error}, status=404)
