"""VOICEVOX's protocol, spoken with a server on the loopback. The real program was not run: it is not on a registry."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import numpy as np
import pytest

from engine.protocols import AudioChunk, SpeechError
from engine.settings import Speech
from engine.speech.voices import create_async, engine_infos, find_voice
from engine.speech.voicevox import STREAMING, Voicevox
from tests.engine.speech.conftest import Sound
from tests.support.sound_bytes import tone, wav_bytes
from tests.support.speech_server import SpeechServer, json_answer, serving, sound, status

pytestmark = pytest.mark.usefixtures("only_loopback")
RATE = 24_000
SILENCE = np.zeros(RATE // 4, np.float32)
SAID = np.concatenate([SILENCE, tone(0.6, RATE), SILENCE])
QUERY = {"accent_phrases": [], "speedScale": 1.0, "outputSamplingRate": RATE, "kana": "テスト"}
SPEAKERS = [
    {
        "name": "ずんだもん",
        "speaker_uuid": "x",
        "styles": [{"name": "ノーマル", "id": 3}, {"name": "あまあま", "id": 1}],
    },
    {"name": "歌う人", "speaker_uuid": "y", "styles": [{"name": "ノーマル", "id": 6000, "type": "singing_teacher"}]},
]


@pytest.fixture
async def server() -> AsyncIterator[SpeechServer]:
    async with serving(SpeechServer()) as server:
        server.answers |= {
            "/speakers": json_answer(SPEAKERS),
            "/audio_query": json_answer(QUERY),
            "/synthesis": sound(wav_bytes(SAID, RATE), content_type="audio/wav"),
            "/initialize_speaker": status(204, ""),
        }
        yield server


async def speak(server: SpeechServer, text: str = "テストが成功しました。", rate: float = 1.0) -> list[AudioChunk]:
    settings = Speech(voicevox_url=server.url + "/")
    engine = create_async("voicevox", settings)
    try:
        return [chunk async for chunk in engine.synthesize(text, find_voice("voicevox:3", settings), rate)]
    finally:
        await engine.close()


async def failure(server: SpeechServer) -> SpeechError:
    with pytest.raises(SpeechError) as caught:
        await speak(server)
    return caught.value


async def test_it_speaks_and_trims(server: SpeechServer) -> None:
    said = Sound(await speak(server, "**テスト**です。", rate=1.5))
    said.assert_is_speech(0.6, 0.7)
    assert said.sample_rate == RATE
    assert [query for path, query, _, _ in server.asked if path == "/audio_query"] == [
        {"text": "テストです。", "speaker": "3"}
    ]
    (wanted,) = server.to("/synthesis")
    assert wanted["speedScale"] == 1.5
    assert wanted["kana"] == "テスト"
    assert wanted["prePhonemeLength"] < 0.05


async def test_the_speaker_is_loaded_once_before_its_first_sentence(server: SpeechServer) -> None:
    engine = Voicevox(Speech(voicevox_url=server.url))
    voice = find_voice("voicevox:3")
    for _ in range(2):
        assert [chunk async for chunk in engine.synthesize("はい。", voice, 1.0)]
    await engine.close()
    paths = [path for path, *_ in server.asked]
    assert paths.count("/initialize_speaker") == 1
    assert paths.index("/initialize_speaker") < paths.index("/audio_query")


async def test_a_server_that_streams_is_heard_before_its_last_byte(server: SpeechServer) -> None:
    go_on = asyncio.Event()
    server.answers["/openapi.json"] = json_answer({"paths": {STREAMING: {}}})
    server.answers[STREAMING] = sound(wav_bytes(SAID, RATE), hold_back=go_on, content_type="audio/wav")
    engine = Voicevox(Speech(voicevox_url=server.url))
    chunks = []
    async with aclosing(engine.synthesize("テスト", find_voice("voicevox:3"), 1.0)) as stream:
        async for chunk in stream:
            go_on.set()
            chunks.append(chunk)
    await engine.close()
    Sound(chunks).assert_is_speech(0.6, 0.7)
    assert not server.to("/synthesis")


async def test_the_speakers_are_listed_from_the_server_but_not_those_that_sing(server: SpeechServer) -> None:
    voices = await asyncio.to_thread(Voicevox(Speech(voicevox_url=server.url)).voices)
    assert [(voice.id, voice.name) for voice in voices] == [
        ("voicevox:3", "ずんだもん ノーマル"),
        ("voicevox:1", "ずんだもん あまあま"),
    ]
    assert all("VOICEVOX" in voice.licence for voice in voices)


@pytest.mark.parametrize("answer", [json_answer({"no": "list"}), status(200, "<html>router</html>")])
async def test_what_is_no_voicevox_is_said(server: SpeechServer, answer: object) -> None:
    server.answers["/speakers"] = answer  # type: ignore[assignment]
    engine = Voicevox(Speech(voicevox_url=server.url))
    assert await asyncio.to_thread(engine.voices) == []
    assert "no VOICEVOX" in (engine.info.unavailable or "")


def test_without_a_server_it_says_what_to_start() -> None:
    (info,) = [info for info in engine_infos(Speech(voicevox_url="http://127.0.0.1:9")) if info.id == "voicevox"]
    assert "start VOICEVOX" in (info.unavailable or "")


@pytest.mark.parametrize(
    ("path", "answer", "code"),
    [
        ("/audio_query", status(422, '{"detail": "speaker"}'), "service"),
        ("/audio_query", status(200, "<html>"), "bad_answer"),
        ("/audio_query", json_answer([]), "bad_answer"),
        ("/synthesis", status(500), "service"),
        ("/synthesis", status(429), "throttled"),
        ("/synthesis", status(302, "", location="http://192.0.2.1/"), "service"),
        ("/synthesis", status(200, "<html>no sound</html>"), "bad_audio"),
        ("/synthesis", sound(b"RIFFnonsense that is no wav at all"), "bad_audio"),
        ("/synthesis", sound(b""), "bad_audio"),
        ("/synthesis", sound(wav_bytes(SILENCE, RATE)), "no_audio"),
        ("/synthesis", sound(wav_bytes(SAID, RATE), drop_after=8000), "offline"),
    ],
)
async def test_a_failure_says_what_it_means(server: SpeechServer, path: str, answer: object, code: str) -> None:
    server.answers[path] = answer  # type: ignore[assignment]
    error = await failure(server)
    assert error.code == code
    assert "VOICEVOX" in str(error) or code == "bad_audio"


async def test_a_server_that_hangs_is_not_waited_for_for_ever(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.speech.http_voice.ANSWER_S", 0.2)
    server.answers["/synthesis"] = sound(wav_bytes(SAID, RATE), hold_back=asyncio.Event())
    assert (await failure(server)).code == "slow"


async def test_a_server_that_is_gone_is_said() -> None:
    gone = SpeechServer(url="http://127.0.0.1:9")
    error = await failure(gone)
    assert error.code == "offline"
    assert "openjtalk" in str(error)


async def test_nothing_to_say_asks_nobody(server: SpeechServer) -> None:
    assert await speak(server, "…🎉") == []
    assert not server.asked
