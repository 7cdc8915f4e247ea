"""A Messages API on this machine that always gives the same short answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from aiohttp import web

SENTENCE = "The doctor hears you."


class LoopbackMessages:
    """`async with` it: gives the address that ANTHROPIC_BASE_URL takes."""

    async def __aenter__(self) -> str:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{tail:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if not request.path.endswith("/messages"):
            return web.json_response({"input_tokens": 10})
        body = await request.json()
        if not body.get("stream"):
            return web.json_response(_message([{"type": "text", "text": SENTENCE}], "end_turn"))
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for kind, data in _events():
            await response.write(f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n".encode())
        await response.write_eof()
        return response


def _events() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "message_start", {"message": _message([], None)}
    yield "content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}
    for word in SENTENCE.split(" "):
        text = word if word.endswith(".") else word + " "
        yield "content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": text}}
    yield "content_block_stop", {"index": 0}
    delta = {"stop_reason": "end_turn", "stop_sequence": None}
    yield "message_delta", {"delta": delta, "usage": {"output_tokens": 8}}
    yield "message_stop", {}


def _message(content: list[dict[str, Any]], stop_reason: str | None) -> dict[str, Any]:
    return {
        "id": "msg_doctor",
        "type": "message",
        "role": "assistant",
        "model": "made-up",
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 8},
    }
