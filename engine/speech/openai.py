"""Any server with `/v1/audio/speech`: kokoro-fastapi, LocalAI, or the service that gave the protocol its name.

Protocol: https://platform.openai.com/docs/api-reference/audio/createSpeech (`pcm` is 24 kHz, 16 bits, mono).
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

import numpy as np

from engine.protocols import AudioChunk, SpeechEngineInfo, SpeechError, Voice
from engine.settings import Speech
from engine.speech.clean import clean, is_speakable
from engine.speech.decode import decode_mp3_stream
from engine.speech.http_voice import HttpVoice, is_this_machine
from engine.speech.mp3 import parse_header
from engine.speech.trim import trim_heard
from engine.speech.wav_stream import bad_audio, decode_wav_stream, gather

PCM_RATE = 24_000
_CHUNK_BYTES = 2_400
_LICENCE = "the server's"
_LEAST_SPEED, _MOST_SPEED = 0.25, 4.0


class OpenAiSpeech:
    """Asks for raw samples, which play as they arrive; takes a WAV or MP3 where the server sends one all the same."""

    def __init__(self, settings: Speech) -> None:
        self._server = HttpVoice("The speech server", settings.openai_url)
        self._model = settings.openai_model
        self._key = os.environ.get(settings.openai_key_env, "")
        self._names = [name.strip() for name in settings.openai_voices.split(",") if name.strip()]

    @property
    def info(self) -> SpeechEngineInfo:
        """Who speaks; the server is not tried, as it cannot be asked what it has."""
        offline = is_this_machine(self._server.url)
        unavailable = None if self._server.url else "no server is set; set speech.openai_url (…/v1)"
        return SpeechEngineInfo("openai", offline=offline, licence=_LICENCE, unavailable=unavailable)

    def voices(self) -> Sequence[Voice]:
        """The voices named in the settings, none without a server: the protocol has no list."""
        return [self._voice(name) for name in self._names] if self._server.url else []

    def voice(self, name: str) -> Voice | None:
        """Any name may be asked for; None without a server."""
        return self._voice(name) if name and self._server.url else None

    async def synthesize(self, japanese: str, voice: Voice, rate: float) -> AsyncGenerator[AudioChunk, None]:
        """Yield mono sound as it arrives; nothing when the text holds nothing to say.

        Raises SpeechError: `offline`, `slow`, `refused`, `throttled`, `service`, `bad_audio`, `no_audio`.
        """
        text = clean(japanese)
        if not is_speakable(text):
            return
        request = {
            "model": self._model,
            "voice": voice.name,
            "input": text,
            "response_format": "pcm",
            "speed": min(_MOST_SPEED, max(_LEAST_SPEED, rate)),
        }
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        body = self._server.post_bytes("/audio/speech", json=request, headers=headers)
        silence = SpeechError("no_audio", f"The speech server gave no sound for {voice.id}; choose another voice")
        async with aclosing(trim_heard(_decode(body), silence)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    def _voice(self, name: str) -> Voice:
        offline = is_this_machine(self._server.url)
        return Voice(f"openai:{name}", "openai", name, offline=offline, licence=_LICENCE)


async def _decode(body: AsyncGenerator[bytes, None]) -> AsyncGenerator[AudioChunk, None]:
    """Decode by the first bytes: not every server heeds the format that it was asked for."""
    async with aclosing(gather(body, _CHUNK_BYTES)) as pieces:
        first = await anext(pieces, b"")
        async with aclosing(_decoder(first)(_joined(first, pieces))) as chunks:
            async for chunk in chunks:
                yield chunk


def _decoder(first: bytes) -> Callable[[AsyncGenerator[bytes, None]], AsyncGenerator[AudioChunk, None]]:
    if first.startswith(b"RIFF"):
        return decode_wav_stream
    if first.startswith((b"<!", b"<h", b"{")):
        raise bad_audio("a page of text")
    return decode_mp3_stream if _is_mp3(first) else _decode_pcm


def _is_mp3(first: bytes) -> bool:
    """A tag, or two frames in a row: samples may look like the head of one frame."""
    if first.startswith(b"ID3"):
        return True
    header = parse_header(first)
    return header is not None and parse_header(first[header.length :]) is not None


async def _joined(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    yield first
    async for piece in rest:
        yield piece


async def _decode_pcm(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[AudioChunk, None]:
    held = b""
    async for piece in pieces:
        held += piece
        whole = len(held) // 2 * 2
        samples = (np.frombuffer(held[:whole], "<i2") / 32768.0).astype(np.float32)
        held = held[whole:]
        if len(samples):
            yield AudioChunk(samples, PCM_RATE)
