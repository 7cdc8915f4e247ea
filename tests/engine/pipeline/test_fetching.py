"""Weights are brought in beside the engine, by a process that can be ended at any moment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from engine.events import Notice
from engine.pipeline.fetching import fetch
from engine.protocols import Progress
from engine.worker import WorkerError
from tests.engine.pipeline.conftest import MakeEngine, say
from tests.support.loopback_hub import LoopbackHub, serve
from tests.support.translation_rig import until

NAME = "tiny.Q4_K_M.gguf"
MODEL = "llama:owner/tiny"


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LoopbackHub]:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    with serve(LoopbackHub(files={NAME: b"weights " * 1000}), monkeypatch, str(tmp_path / "hub")) as hub:
        # The process that fetches is another one.
        monkeypatch.setenv("HF_ENDPOINT", constants.ENDPOINT)
        monkeypatch.setenv("HF_HUB_OFFLINE", "0")
        yield hub


async def test_they_come_with_progress_and_are_checked(remote: LoopbackHub, tmp_path: Path) -> None:
    steps: list[Progress] = []
    await fetch(MODEL, tmp_path, steps.append)
    path = tmp_path / "cache" / "models" / "llama-owner--tiny" / NAME
    assert path.read_bytes() == remote.files[NAME]
    assert any(step.what == f"Fetching {NAME}" and step.total == 8000 for step in steps)


async def test_what_cannot_be_had_says_why(remote: LoopbackHub, tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="There are no weights called piper:nobody"):
        await fetch("piper:nobody", tmp_path, lambda _: None)


def test_a_voice_whose_weights_cannot_be_had_is_a_notice_and_the_old_one_goes_on(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    heard.wait_until_ready()
    engine.set_voice("piper:nobody", fetch=True)
    heard.wait_for(lambda event: isinstance(event, Notice) and "no weights called piper:nobody" in event.message)
    say(engine, "The build is green.\n\n")
    engine.drain(240)
    assert heard.finals() == {1: ("finished", None)}


async def test_cancelled_it_ends_and_goes_on_later(remote: LoopbackHub, tmp_path: Path) -> None:
    remote.stand = threading.Event()
    steps: list[Progress] = []
    task = asyncio.create_task(fetch(MODEL, tmp_path, steps.append))
    await until(lambda: any(step.what.startswith("Fetching") for step in steps))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    remote.stand.set()
    await fetch(MODEL, tmp_path, steps.append)
    path = tmp_path / "cache" / "models" / "llama-owner--tiny" / NAME
    assert path.read_bytes() == remote.files[NAME]
