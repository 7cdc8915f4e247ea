"""The translation stage without an engine around it: stand-in translators, and a hand that feeds jobs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from engine.events import Event, Notice
from engine.models import ModelError
from engine.pipeline.health import BackOff
from engine.pipeline.job import Job
from engine.pipeline.parts import Parts
from engine.pipeline.tally import Tally
from engine.pipeline.translating import TranslateStage
from engine.pipeline.translator_hosts import Deadlines, Surroundings
from engine.pipeline.translators import Translators
from engine.protocols import Pair, ProgressFn, TranslatorError, TranslatorInfo
from engine.sentence import Kind, Sentence
from engine.settings import Translate
from engine.text.policy import handle
from engine.translate.load import Choice, Plan

T = TypeVar("T")
PATIENCE_S = 30.0

GOOD = ("これは、とても良い文であり、", "内容を確認しました。")
BAD = ("はいはいはいはいはいはいはいはいはいはいはいはい",)
CRASH = TranslatorError("crashed", "it ended while it was working")
OFFLINE = TranslatorError("offline", "nobody answers")
HANG = None

Piece = str | Exception | asyncio.Event | float | None
Answer = Sequence[Piece]
"""Pieces to give; an exception is raised, an event waited for, a number slept, None hangs."""
Script = Callable[[str, bool], Answer]


def always(*pieces: Piece) -> Script:
    """The same answer to everything."""
    return lambda _english, _again: pieces


class StandIn:
    """A translator on the network that does what a script says; `asked` has what it was asked, in order."""

    def __init__(self, name: str, script: Script | None = None) -> None:
        self.info = TranslatorInfo(name, "http", "remote", True, "")
        self.script = script or always(*GOOD)
        self.asked: list[tuple[str, bool]] = []
        self.loads = self.opened = self.closed = 0
        self.cannot_load: ModelError | None = None
        self.may_load = asyncio.Event()
        self.may_load.set()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def load(self, progress: ProgressFn) -> None:
        self.loads += 1
        await self.may_load.wait()
        if self.cannot_load:
            raise self.cannot_load
        self.opened += 1

    async def translate(self, english: str, context: Sequence[Pair], again: bool) -> AsyncGenerator[str, None]:
        self.asked.append((english, again))
        for piece in self.script(english, again):
            await self.may_answer.wait()
            match piece:
                case Exception():
                    raise piece
                case str():
                    yield piece
                case float():
                    await asyncio.sleep(piece)
                case asyncio.Event():
                    await piece.wait()
                case None:
                    await asyncio.Event().wait()

    async def close(self) -> None:
        self.closed += 1


class Rig:
    """Translators and stage on the running loop."""

    def __init__(
        self,
        folder: Path,
        *stand_ins: StandIn,
        deadlines: Deadlines | None = None,
        back_off: BackOff | None = None,
        later: str = "",
        fallback: str = "",
        to: str = "ja",
    ) -> None:
        self.events: list[Event] = []
        self.by_id = {stand_in.info.id: stand_in for stand_in in stand_ins}
        names = list(self.by_id)
        settings = Translate(fallback=fallback, to=to)
        parts = Parts(
            log_folder=folder,
            make_async_translator=lambda name, _settings: self._make(name),
            plan=lambda wanted, _device, _to: Plan(
                Choice(names[0] if wanted == "auto" else wanted, "it is here"),
                Choice(later, "it is better") if later else None,
            ),
            candidates=lambda _settings: [Choice(name, "can start") for name in names],
            translator_back_off=back_off or BackOff(3600.0, 3600.0),
        )
        around = Surroundings(settings, folder, lambda _: None, self.events.append, deadlines or Deadlines())
        self.tally = Tally(self.events.append)
        self.more_translators = partial(Translators, around, parts)
        """makes a second set over the same stand-ins"""
        self.translators = self.more_translators()
        self.stage = TranslateStage(self.tally, self.translators, 0, to)
        self._number = 0
        self._task: asyncio.Task[None] | None = None

    def _make(self, name: str) -> StandIn:
        if name not in self.by_id:
            raise ModelError("unknown_model", f"There is no translator {name}.")
        return self.by_id[name]

    async def start(self, wanted: str = "auto") -> None:
        """Start the stage, then the translators, to the end of the first load."""
        self.run()
        await self.translators.start(wanted)

    def run(self) -> None:
        """Start the stage alone."""
        self._task = asyncio.create_task(self.stage.run())

    def put(self, english: str, *, is_confirmed: bool = True) -> Job:
        """Queue a sentence."""
        self._number += 1
        now = time.monotonic()
        job = Job(Sentence(self._number, Kind.PROSE, english), handle(Kind.PROSE, english), now, now, now)
        if is_confirmed:
            self.confirm(job)
        self.stage.put(job)
        return job

    def confirm(self, job: Job) -> None:
        """The sentence will not be taken back."""
        self.tally.add(job)
        job.confirmed.set()

    async def say(self, english: str) -> Job:
        """Queue a sentence and wait for the end of its translation."""
        job = self.put(english)
        await until(lambda: job.sentence.guard is not None)
        return job

    def notices(self, code: str) -> list[str]:
        """The messages of the notices with this code."""
        return [event.message for event in self.events if isinstance(event, Notice) and event.code == code]

    def of(self, kind: type[T]) -> list[T]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    async def close(self) -> None:
        """End everything."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self.translators.close()


async def until(test: Callable[[], object]) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        if test():
            return
        assert time.monotonic() < deadline, "it did not come to that"
        await asyncio.sleep(0.001)
