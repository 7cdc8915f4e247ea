"""The `/v1/audio/speech` protocol, spoken with a server on the loopback. No real service was called: no network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import numpy as np
import pytest

from engine.protocols import AudioChunk, SpeechError
from engine.settings import Speech
from engine.speech.openai import OpenAiSpeech
from engine.speech.voices import all_voices, find_voice
from tests.engine.speech.conftest import Sound
from tests.support.sound_bytes import pcm_bytes, tone, wav_bytes
from tests.support.speech_server import SpeechServer, serving, sound, status

pytestmark = pytest.mark.usefixtures("only_loopback")
PATH = "/v1/audio/speech"
SILENCE = np.zeros(6000, np.float32)
SAID = np.concatenate([SILENCE, tone(0.6, 24_000), SILENCE])


@pytest.fixture
async def server() -> AsyncIterator[SpeechServer]:
    async with serving(SpeechServer()) as server:
        server.answers[PATH] = sound(pcm_bytes(SAID))
        yield server


def settings_for(server: SpeechServer) -> Speech:
    return Speech(openai_url=f"{server.url}/v1", openai_voices="alloy, nova", openai_key_env="TEST_SPEECH_KEY")


async def speak(server: SpeechServer, text: str = "テストが成功しました。", rate: float = 1.0) -> list[AudioChunk]:
    settings = settings_for(server)
    engine = OpenAiSpeech(settings)
    try:
        return [chunk async for chunk in engine.synthesize(text, find_voice("openai:nova", settings), rate)]
    finally:
        await engine.close()


async def test_it_asks_for_samples_and_speaks_them(server: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SPEECH_KEY", "sk-of-a-test")
    said = Sound(await speak(server, "`テスト`です。", rate=1.25))
    said.assert_is_speech(0.6, 0.7)
    assert said.sample_rate == 24_000
    ((_, _, body, headers),) = server.asked
    assert body == {"model": "tts-1", "voice": "nova", "input": "テストです。", "response_format": "pcm", "speed": 1.25}
    assert headers["Authorization"] == "Bearer sk-of-a-test"


async def test_without_a_key_none_is_sent(server: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_SPEECH_KEY", raising=False)
    await speak(server)
    assert "Authorization" not in server.asked[0][3]


@pytest.mark.parametrize("kind", ["wav", "mp3"])
async def test_a_server_that_sends_another_format_is_understood(server: SpeechServer, tones: bytes, kind: str) -> None:
    server.answers[PATH] = sound(wav_bytes(SAID, 44_100) if kind == "wav" else tones)
    said = Sound(await speak(server))
    said.assert_is_speech(0.3, 1.6)
    assert said.sample_rate == (44_100 if kind == "wav" else 24_000)


async def test_sound_is_heard_before_the_last_byte_was_sent(server: SpeechServer) -> None:
    go_on = asyncio.Event()
    server.answers[PATH] = sound(pcm_bytes(SAID), hold_back=go_on)
    settings = settings_for(server)
    engine = OpenAiSpeech(settings)
    chunks = []
    async with aclosing(engine.synthesize("テスト", find_voice("openai:nova", settings), 1.0)) as stream:
        async for chunk in stream:
            go_on.set()
            chunks.append(chunk)
    await engine.close()
    Sound(chunks).assert_is_speech(0.6, 0.7)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status(401), "refused"),
        (status(429), "throttled"),
        (status(500, "Traceback: boom"), "service"),
        (status(200, "<html>hello</html>"), "bad_audio"),
        (sound(b"<!doctype html>"), "bad_audio"),
        (sound(b""), "no_audio"),
        (sound(pcm_bytes(SILENCE)), "no_audio"),
        (sound(pcm_bytes(SAID), drop_after=20_000), "offline"),
    ],
)
async def test_a_failure_says_what_it_means(server: SpeechServer, answer: object, code: str) -> None:
    server.answers[PATH] = answer  # type: ignore[assignment]
    with pytest.raises(SpeechError) as caught:
        await speak(server)
    assert caught.value.code == code


async def test_the_key_is_in_no_error(server: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SPEECH_KEY", "sk-of-a-test")
    server.answers[PATH] = status(401)
    with pytest.raises(SpeechError) as caught:
        await speak(server)
    assert "sk-of-a-test" not in str(caught.value)


def test_its_voices_are_those_of_the_settings_and_any_other_may_be_asked_for() -> None:
    settings = Speech(openai_url="http://127.0.0.1:9/v1", openai_voices="alloy, nova,")
    assert [voice.id for voice in all_voices(settings) if voice.engine == "openai"] == ["openai:alloy", "openai:nova"]
    assert find_voice("openai:jf_alpha", settings).name == "jf_alpha"


def test_without_a_server_there_are_no_voices() -> None:
    assert not [voice for voice in all_voices() if voice.engine == "openai"]
    with pytest.raises(SpeechError, match="openai_url"):
        find_voice("openai:alloy")
