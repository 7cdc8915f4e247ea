"""Every runtime with a model in it, in a whole engine with a voice: killed, stopped, and given damaged weights."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine import models
from engine.events import Event, TranslationChanged
from engine.pipeline import Engine
from engine.pipeline.translator_hosts import Deadlines
from engine.settings import Settings
from engine.translate import guard
from tests.engine.pipeline.conftest import MakeEngine, say
from tests.support import gguf_file, held_translator
from tests.support.mock_translator import japanese_for
from tests.support.weights import MODEL, needs_weights

MOCK = "mock:echo"
HELD, NEXT = SENTENCES = ("Please restart the server.", "The tests passed.")
LOADING_S = 240.0
"""Others may have every core."""
RUNTIMES = ("torch", "ct2", pytest.param("llama", marks=needs_weights))

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Real:
    """A translator that runs here."""

    id: str
    known: dict[str, str]
    """what it says, where that is known to the letter"""

    def is_right(self, english: str, japanese: str) -> bool:
        return japanese == self.known[english] if self.known else guard.judge(english, japanese) is None


@pytest.fixture
def real(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Real:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    if request.param == "llama":
        models.ensure(MODEL, lambda _: None)
        return Real(MODEL, {})
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    folder, pairs = request.getfixturevalue("tiny_nllb" if request.param == "torch" else "tiny_marian")
    if request.param == "ct2":
        folder = request.getfixturevalue("ready_marian")
    return Real(f"{request.param}:{folder}", pairs)


def settings(fallback: str = "") -> Settings:
    made = Settings()
    for key, value in (("device", "cpu"), ("threads", 1), ("fallback", fallback)):
        made = made.replace("translate", **{key: value})
    return made


@pytest.fixture
def harm() -> Iterator[Callable[[Engine, Path, signal.Signals], list[int]]]:
    """Sends a signal to the translator's process in the middle of the sentence `HELD`; returns to whom."""
    stopped: list[int] = []

    def make(engine: Engine, go: Path, number: signal.Signals) -> list[int]:
        struck: list[int] = []

        def strike(event: Event) -> None:
            # Called on the engine's thread: nothing more of the sentence is taken before the signal is sent.
            if isinstance(event, TranslationChanged) and event.id == 1 and not (event.final or struck):
                pid = engine.translator_pid
                assert pid is not None
                os.kill(pid, number)
                struck.append(pid)
                if number == signal.SIGSTOP:
                    stopped.append(pid)
                go.touch()

        engine.subscribe(strike)
        return struck

    yield make
    for pid in stopped:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


Harm = Callable[[Engine, Path, signal.Signals], list[int]]


@pytest.mark.parametrize("real", RUNTIMES, indirect=True)
def test_one_killed_in_mid_sentence_comes_back_and_does_the_sentence(
    make_engine: MakeEngine, real: Real, harm: Harm, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    engine, heard = make_engine(
        translators=(real.id, MOCK), settings=settings(), make_real=held_translator.make_spec(HELD, go)
    )
    struck = harm(engine, go, signal.SIGKILL)
    heard.wait_until_ready()
    first_pid = engine.translator_pid
    say(engine, " ".join(SENTENCES))
    done = engine.drain(LOADING_S)
    assert struck == [first_pid]
    assert engine.translator_pid not in (None, first_pid)
    assert (done.sentences, done.spoken, done.failed) == (2, 2, 0)
    assert heard.translators() == [(1, real.id), (2, real.id)]
    assert real.is_right(HELD, heard.japanese()[1])
    assert real.is_right(NEXT, heard.japanese()[2])
    assert heard.spoken() == [1, 2]
    assert any(real.id in message for message in heard.notices("translator_restarting"))


@pytest.mark.parametrize("real", RUNTIMES, indirect=True)
def test_one_stopped_in_mid_sentence_is_set_aside_and_the_next_does_the_sentence(
    make_engine: MakeEngine, real: Real, harm: Harm, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    engine, heard = make_engine(
        translators=(real.id, MOCK),
        settings=settings(),
        make_real=held_translator.make_spec(HELD, go),
        deadlines=Deadlines(first_s=LOADING_S, next_s=3.0),
    )
    struck = harm(engine, go, signal.SIGSTOP)
    heard.wait_until_ready()
    say(engine, " ".join(SENTENCES))
    done = engine.drain(LOADING_S)
    assert len(struck) == 1
    assert (done.sentences, done.spoken, done.failed) == (2, 2, 0)
    assert heard.translators() == [(1, MOCK), (2, MOCK)]
    assert heard.japanese()[1] == "".join(japanese_for(HELD))
    assert heard.spoken() == [1, 2]
    [told] = heard.notices("translator_set_aside")
    assert real.id in told
    assert "hung" in told


Damage = Callable[[bytes], bytes]


def cut(weights: bytes) -> bytes:
    return weights[: len(weights) // 2]


def garbled(weights: bytes) -> bytes:
    return bytes(255 - byte for byte in weights)


def damaged(folder: Path, name: str, target: Path, damage: Damage) -> Path:
    """A copy of a model whose weights file is damaged."""
    copied = shutil.copytree(folder, target)
    (copied / name).write_bytes(damage((folder / name).read_bytes()))
    return copied


def takes_over(make_engine: MakeEngine, damaged_id: str) -> str:
    """Run an engine whose chosen translator cannot load; return what is told about that."""
    engine, heard = make_engine(translators=(damaged_id, MOCK), settings=settings(fallback=MOCK))
    heard.wait_until_ready()
    say(engine, NEXT)
    done = engine.drain(LOADING_S)
    assert (done.sentences, done.spoken, done.failed) == (1, 1, 0)
    assert heard.translators() == [(1, MOCK)]
    [told] = heard.notices("translator_failed")
    assert told.startswith(f"{damaged_id} could not start:")
    return told


@pytest.mark.parametrize("damage", [cut, garbled])
def test_a_damaged_file_of_torch(
    make_engine: MakeEngine, tiny_nllb: tuple[Path, dict[str, str]], tmp_path: Path, damage: Damage
) -> None:
    folder = damaged(tiny_nllb[0], "pytorch_model.bin", tmp_path / "own", damage)
    told = takes_over(make_engine, f"torch:{folder}")
    assert f"{folder} cannot be loaded: pytorch_model.bin is damaged" in told
    assert f"Copy {folder} here again" in told


@pytest.mark.parametrize("damage", [cut, garbled])
def test_a_damaged_file_of_ctranslate2(
    make_engine: MakeEngine, ready_marian: Path, tmp_path: Path, damage: Damage
) -> None:
    folder = damaged(ready_marian, "model.bin", tmp_path / "own", damage)
    told = takes_over(make_engine, f"ct2:{folder}")
    assert f"CTranslate2 cannot load {folder}:" in told
    assert f"Copy {folder} here again" in told


@pytest.mark.skipif(not models.is_present(MODEL), reason="the translation weights are not here")
@pytest.mark.weights
def test_a_cut_file_of_llama(make_engine: MakeEngine, tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    with models.ensure(MODEL, lambda _: None).open("rb") as whole:
        # The head says what all the layers are; most of them are missing.
        path.write_bytes(whole.read(20_000_000))
    told = takes_over(make_engine, f"llama:{path}")
    assert f"llama.cpp cannot load {path}:" in told
    assert f"Copy {path} here again" in told


def test_a_garbled_file_of_llama(make_engine: MakeEngine, tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    path = gguf_file.write(tmp_path / "garbled.gguf")
    path.write_bytes(garbled(path.read_bytes()))
    told = takes_over(make_engine, f"llama:{path}")
    assert f"llama.cpp cannot load {path}:" in told
    assert f"Copy {path} here again" in told
