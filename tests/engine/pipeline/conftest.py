"""An engine on mock translations, the real Open JTalk voice and a sink that is paced by the clock or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from engine.events import Event, Notice, Ready, SentenceAdded, SpeechChanged, SpeechPhase, TranslationChanged
from engine.pipeline import Engine
from engine.pipeline.parts import Parts
from engine.pipeline.translator_hosts import Deadlines, MakeSpec, translator_spec
from engine.pipeline.voices import speech_spec
from engine.settings import Settings
from engine.source import BlockEnd, TextDelta
from engine.translate.load import Choice
from engine.worker import WorkerSpec
from tests.support.mock_translator import make_spec

T = TypeVar("T")


class Listener:
    """Keeps every event, and waits for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    def wait_until_ready(self, timeout_s: float = 240.0) -> None:
        """Others may have every core while a model loads."""
        self.wait_for(lambda event: isinstance(event, Ready), timeout_s)

    def wait_for(self, test: Callable[[Event], bool], timeout_s: float = 60.0) -> Event:
        deadline = time.monotonic() + timeout_s
        seen = 0
        while time.monotonic() < deadline:
            while seen < len(self.events):
                if test(self.events[seen]):
                    return self.events[seen]
                seen += 1
            time.sleep(0.005)
        raise AssertionError(f"no such event; the last were {self.events[-8:]}")

    def finals(self) -> dict[int, tuple[str, str | None]]:
        """Return the final speech state and reason of each sentence."""
        return {
            e.id: (str(e.phase), e.reason) for e in self.of(SpeechChanged) if e.phase != "started" and not e.is_replay
        }

    def japanese(self) -> dict[int, str]:
        return {e.id: e.ja for e in self.of(TranslationChanged) if e.final}

    def english(self) -> list[str]:
        return [e.sentence.en for e in self.of(SentenceAdded)]

    def translators(self) -> list[tuple[int, str | None]]:
        """Return sentence and translator of each translation, in the order in which they were finished."""
        return [(e.id, e.translator) for e in self.of(TranslationChanged) if e.final]

    def notices(self, code: str) -> list[str]:
        return [e.message for e in self.of(Notice) if e.code == code]

    def spoken(self) -> list[int]:
        """Return the sentences as they began to sound; each must have come to its end, by itself, and once."""
        began = [e.id for e in self.of(SpeechChanged) if e.phase is SpeechPhase.STARTED]
        ended = [e.id for e in self.of(SpeechChanged) if e.phase is not SpeechPhase.STARTED]
        assert began == ended == [e.id for e in self.of(SpeechChanged) if e.phase is SpeechPhase.FINISHED]
        return began


MakeEngine = Callable[..., tuple[Engine, Listener]]


@pytest.fixture
def make_engine(tmp_path: Path) -> Iterator[MakeEngine]:
    made: list[Engine] = []

    def make(
        sink: str = "wav",
        delay_s: float = 0.0,
        settings: Settings | None = None,
        translators: Sequence[str] = ("mock:echo",),
        deadlines: Deadlines | None = None,
        make_speech: Callable[[str], WorkerSpec] = speech_spec,
        make_real: MakeSpec = translator_spec,
    ) -> tuple[Engine, Listener]:
        settings = settings or Settings()
        settings = settings.replace("audio", sink=f"wav:{tmp_path}/out.wav" if sink == "wav" else sink)
        settings = settings.replace("translate", translator=translators[0])
        mock_spec = make_spec(tmp_path, delay_s)
        parts = Parts(
            lambda name, chosen: (mock_spec if name.startswith("mock:") else make_real)(name, chosen),
            log_folder=tmp_path,
            candidates=lambda _: [Choice(name, "a mock") for name in translators],
            deadlines=deadlines or Deadlines(),
            make_speech_spec=make_speech,
            sounds_folder=tmp_path / "sounds",
        )
        engine = Engine(settings, parts)
        listener = Listener()
        engine.subscribe(listener)
        engine.start()
        made.append(engine)
        return engine, listener

    yield make
    for engine in made:
        engine.close()


def say(engine: Engine, text: str, block: str = "b") -> None:
    """Feed a whole text as one block."""
    now = time.monotonic()
    engine.feed(TextDelta(block, text, now, now - 0.002))
    engine.feed(BlockEnd(block, now))
