from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from engine.protocols import AudioChunk, Progress, SpeechEngine, SpeechError
from engine.speech.host import SpeechHost, create
from engine.speech.voices import create_local
from engine.worker import RemoteError, Worker, WorkerSpec
from tests.engine.speech.conftest import Sound

TEXT = "ファイルを読み、テストを実行して、結果を報告します。"


def test_it_loads_with_progress_and_speaks() -> None:
    steps: list[Progress] = []
    host = create(voice="openjtalk:mei")
    host.load(steps.append)
    assert [step.done for step in steps] == [0.0, 1.0]
    assert "openjtalk:mei" in steps[0].what
    assert host.info.id == "openjtalk"
    Sound(host.synthesize(TEXT, "openjtalk:mei", 1.0)).assert_is_speech(3.0, 6.0)
    host.close()


def test_an_engine_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counting(engine_id: str) -> SpeechEngine:
        made.append(engine_id)
        return create_local(engine_id)

    monkeypatch.setattr("engine.speech.host.create_local", counting)
    host = SpeechHost("none")
    assert made == []
    assert list(host.warm("openjtalk:mei")) == ["openjtalk:mei"]
    for _ in range(2):
        list(host.synthesize("はい。", "openjtalk:mei", 1.0))
    assert made == ["openjtalk"]


def test_silence_is_a_voice_too() -> None:
    host = SpeechHost("none")
    host.load(lambda _: None)
    assert host.info.id == "none"
    assert list(host.synthesize(TEXT, "none", 1.0)) == []
    assert list(host.warm("none")) == ["none"]


@pytest.mark.parametrize(
    ("voice", "code"), [("openjtalk:nobody", "unknown_voice"), ("gtts:ja", "not_local"), ("x", "unknown_voice")]
)
def test_a_voice_that_cannot_be_hosted_is_an_error(voice: str, code: str) -> None:
    with pytest.raises(SpeechError) as caught:
        SpeechHost(voice).load(lambda _: None)
    assert caught.value.code == code
    with pytest.raises(SpeechError):
        list(SpeechHost("none").synthesize(TEXT, voice, 1.0))
    with pytest.raises(SpeechError):
        list(SpeechHost("none").warm(voice))


@pytest.fixture
def spec() -> WorkerSpec:
    return WorkerSpec("speech", "engine.speech.host:create", {"voice": "openjtalk:mei"})


async def test_it_speaks_from_a_worker_process(spec: WorkerSpec, tmp_path: Path) -> None:
    worker = Worker(spec, log_path=tmp_path / "speech.log")
    info = await worker.start()
    try:
        assert info.id == "openjtalk"
        chunks: list[AudioChunk] = [c async for c in worker.stream("synthesize", TEXT, "openjtalk:mei", 1.0)]
        assert len(chunks) == 3
        Sound(chunks).assert_is_speech(3.0, 6.0)
        with pytest.raises(RemoteError) as caught:
            async with aclosing(worker.stream("synthesize", TEXT, "openjtalk:nobody", 1.0)) as items:
                await anext(items)
        assert caught.value.code == "unknown_voice"
    finally:
        await worker.close()


async def test_stopping_early_leaves_the_worker_fit_for_the_next(spec: WorkerSpec, tmp_path: Path) -> None:
    worker = Worker(spec, log_path=tmp_path / "speech.log")
    await worker.start()
    try:
        async with aclosing(worker.stream("synthesize", TEXT * 5, "openjtalk:mei", 1.0)) as items:
            await anext(items)
        async with asyncio.timeout(60):
            again = [c async for c in worker.stream("synthesize", "はい。", "openjtalk:mei", 1.0)]
        assert len(again) == 1
    finally:
        await worker.close()
