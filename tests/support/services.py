"""A translator and voices on the loopback, as servers with OpenAI's API offer them; on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from aiohttp import web

from tests.support.chat_server import whole
from tests.support.sound_bytes import pcm_bytes, tone
from tests.support.speech_server import SpeechServer, json_answer, serving, sound

PATIENCE_S = 30.0
SOUND_S = 1.0
RATE = 24_000
"""of the protocol's samples"""


def answers(japanese: Mapping[str, str]) -> SpeechServer:
    """A server that knows the Japanese of these sentences (of others it says yes), and speaks a tone of `SOUND_S`."""

    async def translate(request: web.Request) -> web.StreamResponse:
        asked = str((await request.json())["messages"][-1]["content"])
        known = next((ja for english, ja in japanese.items() if english in asked), "はい。")
        return await whole(known)(request)

    return SpeechServer(
        {
            "/v1/chat/completions": translate,
            "/v1/models": json_answer({"object": "list", "data": [{"id": "tiny-chat", "object": "model"}]}),
            "/v1/audio/speech": sound(pcm_bytes(tone(SOUND_S, RATE))),
        }
    )


@contextmanager
def services(server: SpeechServer) -> Iterator[SpeechServer]:
    """Serve while the block lasts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="services", daemon=True)
    thread.start()
    context = serving(server)
    try:
        asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(PATIENCE_S)
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_S)
        loop.close()
