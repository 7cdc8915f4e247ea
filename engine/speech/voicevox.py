"""VOICEVOX, and AivisSpeech, which speaks the same protocol: a server on this machine or another one.

Protocol: https://voicevox.github.io/voicevox_engine/api/ (`/speakers`, `/audio_query`, `/synthesis`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import cached_property
from typing import Any

import msgspec

from engine.protocols import AudioChunk, SpeechEngineInfo, SpeechError, Voice
from engine.settings import Speech
from engine.speech.clean import clean, is_speakable
from engine.speech.http_voice import HttpVoice, answers, is_this_machine
from engine.speech.trim import trim_heard
from engine.speech.wav_stream import decode_wav_stream

_LICENCE = "each character's own terms; name the character as VOICEVOX:NAME where the sound is published"
_LIST_S = 0.5
_LEAST_SPEED, _MOST_SPEED = 0.5, 2.0
STREAMING = "/streaming_synthesis"


class _Style(msgspec.Struct):
    name: str
    id: int
    type: str = "talk"


class _Speaker(msgspec.Struct):
    name: str
    styles: list[_Style]


class Voicevox:
    """Speaks a phrase a request; sentence by sentence as a stream where the server can."""

    def __init__(self, settings: Speech) -> None:
        self._server = HttpVoice("VOICEVOX", settings.voicevox_url)
        self._ready: set[str] = set()
        self._streams: bool | None = None

    @property
    def info(self) -> SpeechEngineInfo:
        """Who speaks, and whether the server answers: it is asked, for half a second at most."""
        offline = is_this_machine(self._server.url)
        return SpeechEngineInfo("voicevox", offline=offline, licence=_LICENCE, unavailable=self._listing[1])

    def voices(self) -> Sequence[Voice]:
        """The speakers that the server has; empty when it does not answer."""
        return self._listing[0]

    def voice(self, name: str) -> Voice | None:
        """The voice with this number, without asking the server; None when it is no number."""
        return _voice(name, name, self._server.url) if name.isdecimal() else None

    async def synthesize(self, japanese: str, voice: Voice, rate: float) -> AsyncGenerator[AudioChunk, None]:
        """Yield mono sound at the server's own rate; nothing when the text holds nothing to say.

        Raises SpeechError: `offline`, `slow`, `service`, `bad_audio`, `bad_answer`, `no_audio`.
        """
        text = clean(japanese)
        if not is_speakable(text):
            return
        speaker = voice.id.partition(":")[2]
        await self._prepare(speaker)
        query = await self._server.post_json("/audio_query", params={"text": text, "speaker": speaker})
        if not isinstance(query, dict):
            raise SpeechError("bad_answer", f"VOICEVOX at {self._server.url} answers something unknown")
        path = STREAMING if self._streams else "/synthesis"
        body = self._server.post_bytes(path, params={"speaker": speaker}, json=query | _wishes(rate))
        silence = SpeechError("no_audio", f"VOICEVOX's voice {voice.id} gave no sound; choose another voice")
        async with aclosing(trim_heard(decode_wav_stream(body), silence)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def _prepare(self, speaker: str) -> None:
        """The first sentence of a speaker would wait while the server loads it."""
        if speaker in self._ready:
            return
        if self._streams is None:
            self._streams = await self._server.has_path(STREAMING)
        await self._server.post_quietly("/initialize_speaker", params={"speaker": speaker, "skip_reinit": "true"})
        self._ready.add(speaker)

    @cached_property
    def _listing(self) -> tuple[list[Voice], str | None]:
        url = self._server.url
        silent = f"no server answers at {url}; start VOICEVOX or AivisSpeech, or set speech.voicevox_url"
        if not answers(url, _LIST_S):
            return [], silent
        import httpx

        try:
            answer = httpx.get(f"{url}/speakers", timeout=_LIST_S, trust_env=not is_this_machine(url))
            speakers = msgspec.json.decode(answer.content, type=list[_Speaker])
        except (httpx.HTTPError, httpx.InvalidURL):
            return [], silent
        except msgspec.MsgspecError:
            return [], f"what answers at {url} is no VOICEVOX; set speech.voicevox_url"
        return [
            _voice(str(style.id), f"{speaker.name} {style.name}", url)
            for speaker in speakers
            for style in speaker.styles
            if style.type == "talk"
        ], None


def _voice(number: str, name: str, url: str) -> Voice:
    return Voice(f"voicevox:{number}", "voicevox", name, offline=is_this_machine(url), licence=_LICENCE)


def _wishes(rate: float) -> dict[str, Any]:
    """What is asked for beside the text: our own silence stands between sentences, so the server leaves its out."""
    speed = min(_MOST_SPEED, max(_LEAST_SPEED, rate))
    return {"speedScale": speed, "prePhonemeLength": 0.02, "postPhonemeLength": 0.03, "outputStereo": False}
