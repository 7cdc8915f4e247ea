"""Google's voice: gTTS's own requests go to a server on the loopback that answers in the service's shape.

The real service was not called: no network. The shape is taken from gTTS's own parser.
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import urllib.parse
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import gtts.tts
import pytest
from aiohttp import web

from engine.protocols import AudioChunk, SpeechError, Voice
from engine.speech.gtts import GoogleTranslate
from tests.engine.speech.conftest import Sound

JA = Voice("gtts:ja", "gtts", "ja")
LONG = "一つ目の長い文です。" * 9 + "二つ目の短い文です。" * 3

pytestmark = pytest.mark.usefixtures("only_loopback")


@dataclass
class TranslateServer:
    """Answers each part with `audio`, or with the audio of the first key that the part holds."""

    audio: bytes = b""
    by_text: dict[str, bytes] = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    together: int = 1
    """Answer nobody until so many parts have been asked for."""
    texts: list[str] = field(default_factory=list)
    transports: set[int] = field(default_factory=set)
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        self.transports.add(id(request.transport))
        form = urllib.parse.parse_qs(await request.text())
        text = json.loads(json.loads(form["f.req"][0])[0][0][1])[0]
        self.texts.append(text)
        if len(self.texts) >= self.together:
            self.enough.set()
        await self.enough.wait()
        if self.status != 200:
            return web.Response(status=self.status, headers=self.headers)
        audio = next((audio for key, audio in self.by_text.items() if key in text), self.audio)
        if not audio:
            return web.Response(text=')]}\'\n[["wrb.fr","jQ1olc",null,null]]')
        inner = json.dumps([base64.b64encode(audio).decode()])
        return web.Response(text=")]}'\n\n" + json.dumps([["wrb.fr", "jQ1olc", inner, None]], separators=(",", ":")))


@asynccontextmanager
async def serving(server: TranslateServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TranslateServer]:
    app = web.Application()
    app.router.add_post("/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    point_at(runner.addresses[0][1], monkeypatch)
    try:
        yield server
    finally:
        await runner.cleanup()


def point_at(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gtts.tts, "_translate_url", lambda tld, path="": f"http://127.0.0.1:{port}/{path}")


async def speak(text: str, rate: float = 1.0, engine: GoogleTranslate | None = None) -> list[AudioChunk]:
    own = engine or GoogleTranslate()
    try:
        return [chunk async for chunk in own.synthesize(text, JA, rate)]
    finally:
        if engine is None:
            await own.close()


async def failure() -> SpeechError:
    with pytest.raises(SpeechError) as caught:
        await speak("テスト")
    return caught.value


async def test_it_speaks_and_trims(tones: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(TranslateServer(tones), monkeypatch) as server:
        sound = Sound(await speak("**テスト**です。"))
    sound.assert_is_speech(1.5, 1.6)
    assert sound.sample_rate == 24_000
    assert server.texts == ["テストです。"]


async def test_parts_are_fetched_together_and_spoken_in_order(
    tones: bytes, short_tone: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = TranslateServer(tones, by_text={"一つ目": short_tone}, together=2)
    async with serving(server, monkeypatch):
        chunks = await speak(LONG)
    assert len(server.texts) >= 2
    assert all(len(text) <= 100 for text in server.texts)
    durations = [chunk.duration_s for chunk in chunks]
    assert durations[0] == pytest.approx(0.45, abs=0.05)
    assert durations[-1] == pytest.approx(1.55, abs=0.05)


async def test_one_connection_serves_sentence_after_sentence(tones: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = GoogleTranslate()
    async with serving(TranslateServer(tones), monkeypatch) as server:
        for text in ("一", "二", "三"):
            await speak(text, engine=engine)
        await engine.close()
    assert server.texts == ["一", "二", "三"]
    assert len(server.transports) == 1


async def test_after_closing_it_can_speak_again(tones: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = GoogleTranslate()
    async with serving(TranslateServer(tones), monkeypatch):
        await speak("一", engine=engine)
        await engine.close()
        assert await speak("二", engine=engine)
        await engine.close()


async def test_rate_changes_the_length(tones: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(TranslateServer(tones), monkeypatch):
        assert Sound(await speak("テスト", rate=2.0)).duration_s == pytest.approx(0.78, abs=0.06)


@pytest.mark.parametrize(
    ("status", "headers", "code"),
    [
        (429, {}, "throttled"),
        (302, {"Location": "https://www.google.com/sorry/index"}, "throttled"),
        (403, {}, "forbidden"),
        (500, {}, "service"),
    ],
)
async def test_a_refusal_says_what_it_means(
    status: int, headers: dict[str, str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(TranslateServer(status=status, headers=headers), monkeypatch):
        assert (await failure()).code == code


async def test_no_sound_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(TranslateServer(), monkeypatch):
        assert (await failure()).code == "no_audio"


async def test_rubbish_instead_of_sound_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(TranslateServer(b"no MP3" * 100), monkeypatch):
        assert (await failure()).code == "bad_audio"


async def test_without_a_network_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        point_at(unused.getsockname()[1], monkeypatch)
        error = await failure()
    assert error.code == "offline"
    assert "openjtalk" in str(error)


async def test_closing_it_early_leaves_nothing_behind(tones: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = GoogleTranslate()
    async with serving(TranslateServer(tones), monkeypatch):
        before = asyncio.all_tasks()
        async with aclosing(engine.synthesize(LONG, JA, 1.0)) as chunks:
            await anext(chunks)
        ours = {task for task in asyncio.all_tasks() - before if "_fetch" in repr(task)}
        assert not ours
        await engine.close()


async def test_nothing_to_say_asks_nobody(tones: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(TranslateServer(tones), monkeypatch) as server:
        assert await speak("…🎉") == []
    assert server.texts == []
