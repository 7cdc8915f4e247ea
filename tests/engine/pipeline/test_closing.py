"""An engine that is closed while it still loads leaves nothing behind."""

from __future__ import annotations

import gc
import sys
import time
from contextlib import suppress
from typing import Any

import psutil
import pytest

from engine.worker import WorkerSpec
from tests.engine.pipeline.conftest import MakeEngine


def workers(factory: str) -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if factory in child.cmdline():
                found.append(child)
    return found


def test_a_voice_that_is_still_loading_is_ended_with_its_pipes(
    make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    unraisable: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda error: unraisable.append(error.exc_value))
    spec = WorkerSpec("speech", "tests.engine.worker.hosted_objects:create", {"load_s": 3600.0})
    engine, _ = make_engine(make_speech=lambda _: spec)
    deadline = time.monotonic() + 60
    while not workers(spec.factory):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    engine.close(60)
    assert workers(spec.factory) == []
    gc.collect()
    assert unraisable == []
