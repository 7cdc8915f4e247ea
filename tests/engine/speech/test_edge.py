"""Edge's voice: the real edge-tts speaks its real protocol with a server on the loopback.

The real service was not called: no network. That its answers look as the server here makes them is taken from
edge-tts's own parser.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import edge_tts.communicate
import pytest
from aiohttp import WSMsgType, web

from engine.protocols import AudioChunk, SpeechError, Voice
from engine.speech.edge import Edge
from tests.engine.speech.conftest import Sound

NANAMI = Voice("edge:ja-JP-NanamiNeural", "edge", "ja-JP-NanamiNeural")
AUDIO_HEADERS = b"X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n"

pytestmark = pytest.mark.usefixtures("only_loopback")


@dataclass
class EdgeServer:
    """Answers like the service; `status` other than 101 refuses the connection."""

    audio: bytes
    status: int = 101
    hold_back: asyncio.Event | None = None
    """Set it to have the second half of the sound sent."""
    drop_after: int | None = None
    """Break the connection after so many bytes of sound."""
    received: list[str] = field(default_factory=list)
    connections: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.connections += 1
        if self.status != 101:
            return web.Response(status=self.status)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        try:
            for _ in range(2):
                message = await socket.receive()
                assert message.type is WSMsgType.TEXT
                self.received.append(message.data)
            await self._speak(socket)
        finally:
            self.closed.set()
        return socket

    async def _speak(self, socket: web.WebSocketResponse) -> None:
        await socket.send_str("X-RequestId:1\r\nPath:turn.start\r\n\r\n{}")
        for start in range(0, len(self.audio), 720):
            if self.hold_back and start > len(self.audio) / 2:
                await self.hold_back.wait()
            if self.drop_after is not None and start > self.drop_after:
                assert socket._req
                assert socket._req.transport
                socket._req.transport.abort()
                return
            header = len(AUDIO_HEADERS).to_bytes(2, "big") + AUDIO_HEADERS
            await socket.send_bytes(header + self.audio[start : start + 720])
        await socket.send_str("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}")


@asynccontextmanager
async def serving(server: EdgeServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EdgeServer]:
    app = web.Application()
    app.router.add_get("/edge", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    monkeypatch.setattr(edge_tts.communicate, "WSS_URL", f"ws://{host}:{port}/edge?token=x")
    try:
        yield server
    finally:
        await runner.cleanup()


async def speak(text: str = "テストが成功しました。", rate: float = 1.0) -> list[AudioChunk]:
    return [chunk async for chunk in Edge().synthesize(text, NANAMI, rate)]


async def failure() -> SpeechError:
    with pytest.raises(SpeechError) as caught:
        await speak()
    return caught.value


async def test_it_speaks_and_trims(tones: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(EdgeServer(tones), monkeypatch) as server:
        sound = Sound(await speak("**テスト**です。", rate=1.25))
    sound.assert_is_speech(1.5, 1.6)
    assert sound.sample_rate == 24_000
    ssml = server.received[1]
    assert "テストです。" in ssml
    assert "rate='+25%'" in ssml
    assert "(ja-JP, NanamiNeural)" in ssml


async def test_sound_is_heard_before_the_last_byte_was_sent(tones: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    hold_back = asyncio.Event()
    async with serving(EdgeServer(tones, hold_back=hold_back), monkeypatch):
        chunks = []
        async for chunk in Edge().synthesize("テスト", NANAMI, 1.0):
            hold_back.set()
            chunks.append(chunk)
    assert Sound(chunks).duration_s > 1.5


async def test_closing_it_closes_the_connection(tones: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(EdgeServer(tones, hold_back=asyncio.Event()), monkeypatch) as server:
        async with aclosing(Edge().synthesize("テスト", NANAMI, 1.0)) as chunks:
            await anext(chunks)
        assert server.hold_back
        server.hold_back.set()
        await asyncio.wait_for(server.closed.wait(), 10)


@pytest.mark.parametrize(
    ("status", "code"), [(403, "forbidden"), (429, "throttled"), (503, "throttled"), (500, "service")]
)
async def test_a_refusal_says_what_it_means(status: int, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_tts.drm.DRM.clock_skew_seconds", 0.0)
    async with serving(EdgeServer(b"", status=status), monkeypatch):
        error = await failure()
    assert error.code == code
    assert str(status) in str(error)


async def test_no_sound_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(EdgeServer(b""), monkeypatch):
        assert (await failure()).code == "no_audio"


async def test_rubbish_instead_of_sound_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(EdgeServer(b"this is no MP3" * 200), monkeypatch):
        assert (await failure()).code == "bad_audio"


async def test_without_a_network_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        monkeypatch.setattr(edge_tts.communicate, "WSS_URL", f"ws://127.0.0.1:{port}/edge?token=x")
        error = await failure()
    assert error.code == "offline"
    assert "openjtalk" in str(error)


async def test_a_silent_server_is_not_waited_for_for_ever(tones: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.speech.edge.RECEIVE_TIMEOUT_S", 1)
    async with serving(EdgeServer(tones, hold_back=asyncio.Event()), monkeypatch) as server:
        assert (await failure()).code == "offline"
        assert server.hold_back
        server.hold_back.set()


async def test_nothing_to_say_asks_nobody(tones: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(EdgeServer(tones), monkeypatch) as server:
        assert await speak("…🎉") == []
    assert server.connections == 0
