"""Google Translate's voice, over the network: text leaves the machine, MP3 comes back."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.protocols import AudioChunk, SpeechEngineInfo, SpeechError, Voice
from engine.speech.availability import missing_module
from engine.speech.clean import clean, is_speakable
from engine.speech.decode import decode_mp3
from engine.speech.stretch import stretch
from engine.speech.trim import trim

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 10.0
MAX_CONNECTIONS = 4
_LICENCE = "Google's terms; unofficial interface"
_AUDIO = re.compile(r'jQ1olc","\[\\"(.*)\\"]')
"""Where the answer holds the MP3, as gTTS looks for it."""


class GoogleTranslate:
    """Speaks in parts of at most 100 characters, all fetched at once over connections that are kept."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    @property
    def info(self) -> SpeechEngineInfo:
        """Who speaks, and whether it can here; the network is not tried."""
        unavailable = missing_module(["gtts", "httpx", "miniaudio"], "gTTS httpx miniaudio")
        return SpeechEngineInfo("gtts", offline=False, licence=_LICENCE, unavailable=unavailable)

    def voices(self) -> Sequence[Voice]:
        """The one Japanese voice."""
        if self.info.unavailable:
            return []
        return [Voice("gtts:ja", "gtts", "ja", gender="female", offline=False, licence=_LICENCE)]

    async def synthesize(self, japanese: str, voice: Voice, rate: float) -> AsyncGenerator[AudioChunk, None]:
        """Yield one chunk a part, 24 kHz; nothing when the text holds nothing to say.

        Raises SpeechError: `forbidden`, `throttled`, `no_audio`, `offline`, `bad_audio` or `service`.
        """
        text = clean(japanese)
        if not is_speakable(text):
            return
        client = self._connect()
        parts = [asyncio.create_task(_fetch(client, request)) for request in _requests(client, text, voice.name)]
        try:
            for part in parts:
                yield await asyncio.to_thread(_to_sound, await part, rate)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client:
            await client.aclose()

    def _connect(self) -> httpx.AsyncClient:
        import httpx

        if self._client is None:
            limits = httpx.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=60.0)
            self._client = httpx.AsyncClient(timeout=TIMEOUT_S, limits=limits)
        return self._client


def _requests(client: httpx.AsyncClient, text: str, language: str) -> list[httpx.Request]:
    """Return what gTTS would send for `text`, to be sent by a client that keeps its connections."""
    from gtts import gTTS

    prepared = gTTS(text, lang=language, lang_check=False)._prepare_requests()
    return [client.build_request(one.method, one.url, content=one.body, headers=dict(one.headers)) for one in prepared]


async def _fetch(client: httpx.AsyncClient, request: httpx.Request) -> bytes:
    """Return the MP3 of one part. Raises SpeechError."""
    import httpx

    try:
        response = await client.send(request)
    except (httpx.TransportError, OSError) as error:
        reason = str(error) or type(error).__name__
        raise SpeechError(
            "offline", f"Google's voice cannot be reached ({reason}); check the network or choose openjtalk:mei"
        ) from error
    if response.status_code != httpx.codes.OK:
        raise _refused(response)
    found = _AUDIO.search(response.text)
    try:
        data = base64.b64decode(found.group(1)) if found else b""
    except binascii.Error:
        data = b""
    if not data:
        raise SpeechError("no_audio", "Google's voice sent no sound; upgrade gTTS or choose another voice")
    return data


def _refused(response: httpx.Response) -> SpeechError:
    status = response.status_code
    # A blocked address is also sent to a page with a riddle for people.
    if status == 429 or "/sorry/" in response.headers.get("location", ""):
        return SpeechError(
            "throttled", "Google blocks this network's address for a while (HTTP 429); choose another voice"
        )
    if status == 403:
        return SpeechError("forbidden", "Google's voice refused us (HTTP 403); upgrade gTTS or choose another voice")
    return SpeechError("service", f"Google's voice failed (HTTP {status}); try later or choose another voice")


def _to_sound(data: bytes, rate: float) -> AudioChunk:
    """Decode one part. The service has no speeds between slow and normal, so the speed is changed here."""
    chunks = list(decode_mp3([data]))
    if not chunks:
        raise SpeechError("no_audio", "Google's voice sent no sound; upgrade gTTS or choose another voice")
    sample_rate = chunks[0].sample_rate
    samples = trim(np.concatenate([chunk.samples for chunk in chunks]), sample_rate)
    return AudioChunk(stretch(samples, sample_rate, rate), sample_rate)
