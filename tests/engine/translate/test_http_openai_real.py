"""The translator of servers against a real one: llama.cpp's own HTTP server with the real weights."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from engine import models
from engine.settings import Translate
from engine.translate import guard
from engine.translate.http_openai import OpenAiTranslator
from engine.translate.http_openai_connection import Patience
from tests.support import llama_server
from tests.support.weights import MODEL, needs_weights

pytestmark = [*needs_weights, pytest.mark.timeout(900)]
PATIENT = Patience(first_s=240, next_s=240, whole_s=240, load_s=240)
"""Other tests may have both cores: nothing here is about speed."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    weights = models.ensure(MODEL, lambda _: None)
    command = [sys.executable, str(Path(llama_server.__file__)), str(weights)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


async def test_llama_cpp_as_a_server_translates_streams_and_is_stopped(address: str) -> None:
    translator = OpenAiTranslator(Translate(http_url=f"{address}/v1"), {}, PATIENT)
    await translator.load(lambda _: None)
    english = "The tests failed because `config.toml` was missing."
    pieces = [piece async for piece in translator.translate(english, (), False)]
    assert len(pieces) > 3
    assert guard.judge(english, "".join(pieces)) is None
    async with aclosing(translator.translate(english, (), True)) as stopped:
        await anext(stopped)
    # A request that was not ended would keep the server's only slot.
    short = [piece async for piece in translator.translate("Restart the server.", (), False)]
    assert guard.judge("Restart the server.", "".join(short)) is None
    await translator.close()
