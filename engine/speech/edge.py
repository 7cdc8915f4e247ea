"""Microsoft Edge's read-aloud voices, over the network: text leaves the machine, MP3 streams back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from engine.protocols import AudioChunk, SpeechEngineInfo, SpeechError, Voice
from engine.speech.availability import missing_module
from engine.speech.clean import clean, is_speakable
from engine.speech.decode import decode_mp3_stream
from engine.speech.trim import trim_heard

CONNECT_TIMEOUT_S = 5
RECEIVE_TIMEOUT_S = 10
_LICENCE = "Microsoft's terms; unofficial interface"
_VOICES = {"ja-JP-NanamiNeural": "female", "ja-JP-KeitaNeural": "male"}
_THROTTLED = (429, 503)


class Edge:
    """Speaks while the sound arrives; each sentence is one connection, as the service wants it."""

    @property
    def info(self) -> SpeechEngineInfo:
        """Who speaks, and whether it can here; the network is not tried."""
        unavailable = missing_module(["edge_tts", "miniaudio"], "edge-tts miniaudio")
        return SpeechEngineInfo("edge", offline=False, licence=_LICENCE, unavailable=unavailable)

    def voices(self) -> Sequence[Voice]:
        """The Japanese voices that the service offers without an account."""
        if self.info.unavailable:
            return []
        return [
            Voice(f"edge:{name}", "edge", name, gender=gender, offline=False, licence=_LICENCE)
            for name, gender in _VOICES.items()
        ]

    async def synthesize(self, japanese: str, voice: Voice, rate: float) -> AsyncGenerator[AudioChunk, None]:
        """Yield 24 kHz sound as it arrives; nothing when the text holds nothing to say.

        Raises SpeechError: `forbidden`, `throttled`, `no_audio`, `offline`, `bad_audio` or `service`.
        """
        text = clean(japanese)
        if not is_speakable(text):
            return
        silence = _no_audio()
        async with aclosing(trim_heard(decode_mp3_stream(_receive(text, voice.name, rate)), silence)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def close(self) -> None:
        """No connection is kept."""


async def _receive(text: str, name: str, rate: float) -> AsyncGenerator[bytes, None]:
    """Yield the MP3 as it arrives. Raises SpeechError."""
    import aiohttp
    import edge_tts
    from edge_tts import exceptions

    # This exact spelling, sign included, is what the service takes.
    percent = f"{round((rate - 1) * 100):+d}%"
    try:
        communicate = edge_tts.Communicate(text, name, rate=percent, connect_timeout=CONNECT_TIMEOUT_S)
        async with aclosing(communicate.stream()) as messages:
            while True:
                # edge-tts's own receive timeout does not hold once the web socket is up.
                async with asyncio.timeout(RECEIVE_TIMEOUT_S):
                    message = await anext(messages, None)
                if message is None:
                    return
                if message["type"] == "audio":
                    yield message["data"]
    except exceptions.NoAudioReceived as error:
        raise _no_audio() from error
    except exceptions.SkewAdjustmentError as error:
        raise _forbidden() from error
    except aiohttp.ClientResponseError as error:
        raise _refused(error.status) from error
    except (aiohttp.ClientConnectionError, TimeoutError, OSError) as error:
        reason = str(error) or type(error).__name__
        raise SpeechError(
            "offline", f"Edge's voice cannot be reached ({reason}); check the network or choose openjtalk:mei"
        ) from error
    except (exceptions.EdgeTTSException, aiohttp.ClientError) as error:
        raise SpeechError(
            "service", f"Edge's voice answered something unknown ({error}); upgrade edge-tts or choose another voice"
        ) from error


def _refused(status: int) -> SpeechError:
    if status == 403:
        return _forbidden()
    if status in _THROTTLED:
        return SpeechError(
            "throttled", f"Edge's voice is busy or takes no more from here (HTTP {status}); wait or choose another"
        )
    return SpeechError("service", f"Edge's voice failed (HTTP {status}); try later or choose another voice")


def _forbidden() -> SpeechError:
    return SpeechError(
        "forbidden",
        "Edge's voice refused us (HTTP 403); set the clock right or upgrade edge-tts",
    )


def _no_audio() -> SpeechError:
    return SpeechError("no_audio", "Edge's voice sent no sound; it may be throttling: wait or choose another voice")
