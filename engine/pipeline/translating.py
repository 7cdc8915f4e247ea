"""The translation stage: one sentence at a time, streamed, judged by the guard, tried again when it must be."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import aclosing

from engine.events import Level, Notice, SpeechPhase, TranslationChanged
from engine.pipeline.job import Job
from engine.pipeline.tally import Tally
from engine.pipeline.translators import Translating, TranslatorUnavailable
from engine.protocols import Pair
from engine.sentence import Guard, State
from engine.text.phrases import PhraseSplitter
from engine.translate import guard
from engine.worker import WorkerDied, WorkerError

WORDS_AHEAD = 4
"""So many new words are worth a read-ahead: each costs the translator a pass."""
LIVES = 3
"""How often a sentence is given to a translator that dies under it."""


class Rejected(Exception):  # noqa: N818  (a verdict, not an error)
    """The guard does not accept this Japanese; the message is its reason."""


class TranslateStage:
    """Takes jobs in order; fills their Japanese and their phrases."""

    def __init__(self, tally: Tally, translator: Translating, context: int) -> None:
        self.context = context
        self._tally = tally
        self._translator = translator
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._current: tuple[Job, asyncio.Task[None]] | None = None
        self._recent: deque[Pair] = deque(maxlen=8)
        self._ahead: asyncio.Task[None] | None = None
        self._words_ahead = 0

    def put(self, job: Job) -> None:
        """Queue a job."""
        self._queue.put_nowait(job)

    def take_back(self, job: Job) -> None:
        """Stop work on a job that is no sentence."""
        if self._current and self._current[0] is job:
            self._current[1].cancel()

    def look_at_draft(self, english: str) -> None:
        """Let an idle translator take in the words of the sentence being written, a few at a time."""
        words = english.count(" ")
        if words < self._words_ahead:
            self._words_ahead = 0
        is_busy = self._current or not self._queue.empty() or (self._ahead and not self._ahead.done())
        if is_busy or words < self._words_ahead + WORDS_AHEAD or not self._translator.reads_ahead:
            return
        self._words_ahead = words
        self._ahead = asyncio.create_task(self._translator.read_ahead(english, self._context_pairs()))

    async def run(self) -> None:
        """Translate for ever."""
        while True:
            job = await self._queue.get()
            if job.is_taken_back:
                continue
            task = asyncio.create_task(self._process(job))
            self._current = (job, task)
            try:
                # wait(), not await: taking a job back cancels its task, and that must not look like our own end.
                await asyncio.wait({task})
            except asyncio.CancelledError:
                task.cancel()
                raise
            self._current = None
            if not task.cancelled() and (error := task.exception()):
                await self._give_up(job, f"{type(error).__name__}: {error}")
                self._tally.translated(job)

    async def _process(self, job: Job) -> None:
        if job.handling.translate:
            job.sentence.state = State.TRANSLATING
            await self._translate(job)
        else:
            job.sentence.ja = job.handling.ja or ""
            if job.sentence.ja and job.handling.speak:
                job.phrases.add(job.sentence.ja)
            self._close(job, job.sentence.ja, Guard.OK, "none")
        await job.confirmed.wait()
        if not job.is_taken_back:
            self._tally.translated(job)

    async def _translate(self, job: Job) -> None:
        reason = ""
        for verdict in (Guard.OK, Guard.RETRIED):
            try:
                ja = await self._attempt(job, again=verdict is Guard.RETRIED)
            except Rejected as rejected:
                reason = f"translation rejected: {rejected}"
                job.phrases.forget_unread()
            except (WorkerError, TranslatorUnavailable) as error:
                reason = str(error)
                break
            else:
                self._recent.append(Pair(job.sentence.en, ja))
                self._close(job, ja, verdict, self._translator.id)
                return
        await self._give_up(job, reason)

    async def _attempt(self, job: Job, *, again: bool) -> str:
        for life in range(1, LIVES + 1):
            try:
                return await self._stream(job, again=again)
            except WorkerDied:
                if life == LIVES:
                    raise
        raise AssertionError("unreachable")

    async def _stream(self, job: Job, *, again: bool) -> str:
        """Translate once. Phrases handed over in an earlier life are not handed over twice."""
        splitter = PhraseSplitter()
        already, produced, ja = len(job.phrases), 0, ""
        may_speak = not (again and job.phrases.was_read)
        context = self._context_pairs()

        def hand_over(phrases: list[str]) -> None:
            nonlocal produced
            for phrase in phrases:
                produced += 1
                if produced > already and may_speak:
                    self._note_first(job)
                    job.phrases.add(phrase)

        async with aclosing(self._translator.translate(job.sentence.en, context, again)) as pieces:
            async for piece in pieces:
                piece = piece if ja else piece.lstrip()
                ja += piece
                if reason := guard.judge_growing(job.sentence.en, ja):
                    raise Rejected(reason)
                hand_over(splitter.feed(piece))
                job.sentence.ja = ja
                self._tally.tell(
                    job, TranslationChanged(job.sentence.id, ja, False, job.sentence.timings.translate_first_ms)
                )
        ja = guard.clean(ja)
        if reason := guard.judge(job.sentence.en, ja):
            raise Rejected(reason)
        hand_over(splitter.end())
        return ja

    def _context_pairs(self) -> list[Pair]:
        return list(self._recent)[-self.context :] if self.context else []

    def _note_first(self, job: Job) -> None:
        timings = job.sentence.timings
        if timings.translate_first_ms is None:
            timings.translate_first_ms = (time.monotonic() - job.committed_at) * 1000

    async def _give_up(self, job: Job, reason: str) -> None:
        job.failure = reason
        self._close(job, job.sentence.en, Guard.ENGLISH, self._translator.id)
        self._tally.tell(job, Notice(Level.WARNING, "not_translated", f"Shown in English: {reason}"))
        if not job.phrases.was_read:
            await job.confirmed.wait()
            if not job.is_taken_back:
                self._tally.finish(job, SpeechPhase.FAILED, reason)

    def _close(self, job: Job, ja: str, verdict: Guard, translator: str) -> None:
        sentence = job.sentence
        sentence.ja, sentence.guard, sentence.translator = ja, verdict, translator
        sentence.timings.translate_ms = (time.monotonic() - job.committed_at) * 1000
        if not sentence.state.is_final:
            sentence.state = State.TRANSLATED
        job.phrases.complete()
        self._tally.tell(
            job,
            TranslationChanged(
                sentence.id,
                ja,
                final=True,
                translate_first_ms=sentence.timings.translate_first_ms,
                translate_ms=sentence.timings.translate_ms,
                translator=translator,
                guard=verdict,
            ),
        )
