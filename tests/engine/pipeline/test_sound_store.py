"""Which sound is the same sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.pipeline.sound_store import SoundStore
from engine.protocols import AudioChunk
from engine.settings import Speech

SOUND = [AudioChunk(np.full(100, 0.5, dtype=np.float32), 24_000)]


async def keep(folder: Path, settings: Speech, voice: str = "openai:alloy") -> None:
    store = SoundStore(folder, 1, settings)
    store.put(voice, 1.0, "はい。", SOUND)
    await store.close()


async def test_a_new_run_finds_it(tmp_path: Path) -> None:
    await keep(tmp_path, Speech())
    store = SoundStore(tmp_path, 1, Speech())
    assert await store.get("openai:alloy", 1.0, "はい。") is not None
    assert await store.get("openai:alloy", 1.1, "はい。") is None
    assert await store.get("openai:echo", 1.0, "はい。") is None
    assert await store.get("openai:alloy", 1.0, "いいえ。") is None


async def test_another_server_or_model_has_another_sound(tmp_path: Path) -> None:
    await keep(tmp_path, Speech())
    for settings in (Speech(openai_model="other"), Speech(openai_url="http://127.0.0.1:9/v1")):
        assert await SoundStore(tmp_path, 1, settings).get("openai:alloy", 1.0, "はい。") is None


async def test_without_room_on_disk_it_is_kept_in_memory_alone(tmp_path: Path) -> None:
    store = SoundStore(tmp_path / "sounds", 0, Speech())
    store.put("openjtalk:mei", 1.0, "はい。", SOUND)
    assert await store.get("openjtalk:mei", 1.0, "はい。") is not None
    await store.close()
    assert not (tmp_path / "sounds").exists()
