"""What is said beside the live sentences, and before them: replays, previews of a voice, announcements."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from engine.events import Level, Notice
from engine.pipeline.job import Job, Phrases
from engine.pipeline.pronouncing import Pronouncer
from engine.pipeline.sounding import Sounding
from engine.pipeline.tally import Tally
from engine.pipeline.utterance import Purpose, Utterance
from engine.protocols import SpeechError
from engine.text.phrases import PhraseSplitter
from engine.worker import WorkerError


@dataclass(frozen=True, slots=True)
class Aside:
    """An utterance that is not a live sentence, and the task that makes its sound."""

    utterance: Utterance
    task: asyncio.Task[None]
    sounding: Sounding

    @property
    def is_waiting(self) -> bool:
        """True until it begins to sound or is dropped."""
        if self.utterance.is_started or self.task.cancelled():
            return False
        return self.utterance.is_begun or not self.task.done()

    def withdraw(self) -> None:
        """Do not say it, unless it sounds already."""
        if self.utterance.is_started:
            return
        self.task.cancel()
        if self.utterance.is_begun:
            self.sounding.drop(self.utterance, "withdrawn")


class Asides:
    """Says things at once, each in a task of its own."""

    def __init__(self, tally: Tally, pronouncer: Pronouncer, sounding: Sounding) -> None:
        self._tally = tally
        self._pronouncer = pronouncer
        self._sounding = sounding
        self._tasks: set[asyncio.Task[None]] = set()

    def replay(self, job: Job, voice: str, rate: float) -> Aside:
        """Say a sentence again."""
        return self._say(job, job.phrases, voice, Purpose.REPLAY, rate)

    def say(self, text: str, voice: str, purpose: Purpose, rate: float) -> Aside:
        """Say a text, phrase by phrase."""
        phrases, splitter = Phrases(), PhraseSplitter()
        for phrase in (*splitter.feed(text), *splitter.end()):
            phrases.add(phrase)
        phrases.complete()
        return self._say(None, phrases, voice, purpose, rate)

    def cancel(self) -> None:
        """Make no more sound; what the player has is the player's."""
        for task in self._tasks:
            task.cancel()

    def _say(self, job: Job | None, phrases: Phrases, voice: str, purpose: Purpose, rate: float) -> Aside:
        utterance = self._sounding.utterance(job, phrases, voice, purpose)
        task = asyncio.create_task(self._pronounce(utterance, rate))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return Aside(utterance, task, self._sounding)

    async def _pronounce(self, utterance: Utterance, rate: float) -> None:
        try:
            await self._pronouncer.pronounce(utterance, rate)
        except (SpeechError, WorkerError) as error:
            self._tally.emit(Notice(Level.ERROR, "speech_failed", str(error)))
