"""The translation stage: sentence by sentence, tried again when it must be, by another translator when that must be."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from engine.events import Level, Notice, SpeechPhase, TranslationChanged
from engine.glossary import NO_GLOSSARY, Glossary
from engine.pipeline.decoding import DIFFERS, Decoder, Rejected
from engine.pipeline.job import Job
from engine.pipeline.tally import Tally
from engine.pipeline.translator_hosts import CRASHED, LIMIT, UNAVAILABLE, Host, TranslatorFailed
from engine.protocols import Pair
from engine.sentence import Guard, State
from engine.translate.prepare import prepare

WORDS_AHEAD = 4
"""So many new words are worth a read-ahead: each costs the translator a pass."""
LIVES = 2
"""How often a sentence is given to a translator that dies under it."""


class Translating(Protocol):
    """What the translation stage needs of the translators."""

    @property
    def id(self) -> str:
        """The id of the translator at work."""
        ...

    @property
    def failure(self) -> str:
        """Why there is none, when there is none."""
        ...

    @property
    def reads_ahead(self) -> bool:
        """Whether `read_ahead` is of use."""
        ...

    async def read_ahead(self, english_so_far: str, context: list[Pair]) -> None:
        """Take in words of a sentence that is still being written."""
        ...

    async def take(self, tried: Iterable[Host], *, may_load: bool) -> Host | None:
        """A translator that was not tried; None when there is none."""
        ...

    def has_another(self, tried: Iterable[Host]) -> bool:
        """Whether there may be another than these."""
        ...

    def lease(self, host: Host) -> AbstractContextManager[None]:
        """Use a translator for one sentence."""
        ...

    def note_success(self, host: Host, failed: Iterable[Host]) -> None:
        """It did a sentence under which `failed` broke down."""
        ...

    def note_failure(self, host: Host, error: TranslatorFailed) -> None:
        """It broke down."""
        ...

    def note_refusal(self, host: Host) -> None:
        """Both its tries were refused."""
        ...


@dataclass
class Story:
    """What has been tried for one sentence."""

    tried: list[Host] = field(default_factory=list)
    failed: list[Host] = field(default_factory=list)
    """those that crashed, hung or gave an error"""
    fault: str = ""
    """the first thing that went wrong, as a word"""
    reason: str = ""
    """the last, for a person"""
    was_refused: bool = False

    def note(self, fault: str, reason: str) -> None:
        """Something went wrong."""
        self.fault = self.fault or fault
        if fault != DIFFERS:
            self.reason = reason


class TranslateStage:
    """Takes jobs in order; fills their Japanese and their phrases."""

    def __init__(
        self, tally: Tally, translators: Translating, context: int, to: str = "ja", glossary: Glossary = NO_GLOSSARY
    ) -> None:
        self.context = context
        self._tally = tally
        self._translators = translators
        self._decoder = Decoder(tally, to, glossary)
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._current: tuple[Job, asyncio.Task[None]] | None = None
        self._recent: deque[Pair] = deque(maxlen=8)
        self._ahead: asyncio.Task[None] | None = None
        self._words_ahead = 0

    def put(self, job: Job) -> None:
        """Queue a job."""
        self._queue.put_nowait(job)

    def change(self, translators: Translating, to: str, glossary: Glossary) -> asyncio.Task[None] | None:
        """Ask other translators from the next try on; return the sentence in hand, which may still need the old ones.

        `to` is their language, ISO 639; pairs of an earlier one are no context for it.
        """
        self._translators = translators
        if to != self._decoder.to:
            self._recent.clear()
        self._decoder = Decoder(self._tally, to, glossary)
        return self._current[1] if self._current else None

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
        if is_busy or words < self._words_ahead + WORDS_AHEAD or not self._translators.reads_ahead:
            return
        self._words_ahead = words
        self._ahead = asyncio.create_task(self._translators.read_ahead(english, self._context_pairs()))

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
                await self._give_up(job, Story(fault="internal", reason=f"{type(error).__name__}: {error}"))
                self._tally.translated(job)

    # -- one sentence --------------------------------------------------------------------------------------------

    async def _process(self, job: Job) -> None:
        if job.handling.translate:
            if not job.sentence.state.is_final:  # As it is for what was muted or skipped meanwhile.
                job.sentence.state = State.TRANSLATING
            await self._translate(job)
        else:
            self._keep_as_it_is(job)
        await job.confirmed.wait()
        if not job.is_taken_back:
            self._tally.translated(job)

    def _keep_as_it_is(self, job: Job) -> None:
        # What is said in place of code and tables is Japanese: in another language they are passed over.
        ja = job.handling.ja or "" if self._decoder.to == "ja" or job.handling.ja == job.sentence.en else ""
        if ja and job.handling.speak:
            job.phrases.add(job.handling.say or ja)
        self._close(job, ja, Guard.OK, "none")

    async def _translate(self, job: Job) -> None:
        prepared = prepare(job.sentence.en, self._decoder.to, job.sentence.markdown)
        if prepared.verbatim is not None:
            self._decoder.keep(job, prepared.verbatim)
            self._close(job, prepared.verbatim, Guard.OK, "none")
            return
        story = Story()
        while host := await self._take(story):
            story.tried.append(host)
            with self._translators.lease(host):
                ja = await self._try_with(host, job, prepared.english, story)
            if ja is not None:
                self._succeed(job, host, ja, story)
                return
        await self._give_up(job, story)

    async def _take(self, story: Story) -> Host | None:
        while True:
            asked = self._translators
            host = await asked.take(story.tried, may_load=bool(story.failed))
            if asked is self._translators:
                return host
            # Others took their place while the sentence waited for one.

    async def _try_with(self, host: Host, job: Job, english: str, story: Story) -> str | None:
        """Both tries of one translator, each in several lives; None when it comes to nothing."""
        lives = LIVES
        again = was_bad = False
        while True:
            try:
                return await self._decoder.decode(job, host, english, self._context_pairs(), again=again)
            except Rejected as rejected:
                story.note(rejected.reason, str(rejected))
                story.was_refused = True
                was_bad = was_bad or rejected.reason != DIFFERS
                # Who did not begin the sentence has words of its own: asking for others still would be in vain.
                if again or not was_bad:
                    if was_bad:
                        self._translators.note_refusal(host)
                    return None
                again = True
            except TranslatorFailed as error:
                lives -= 1
                if not self._deserves_another_life(error, lives, story):
                    story.note(error.code, str(error))
                    story.failed.append(host)
                    self._translators.note_failure(host, error)
                    return None

    def _deserves_another_life(self, error: TranslatorFailed, lives: int, story: Story) -> bool:
        # A crash may never happen again. After anything else another translator is the better bet, where there is one:
        # a hang has cost its deadline already, and a server that is gone is not back at once.
        is_last_hope = error.code != LIMIT and not self._translators.has_another(story.tried)
        return lives > 0 and (error.code == CRASHED or is_last_hope)

    def _succeed(self, job: Job, host: Host, ja: str, story: Story) -> None:
        self._translators.note_success(host, story.failed)
        if story.was_refused:
            self._tally.count_guard(story.fault, is_english=False)
        self._recent.append(Pair(job.sentence.en, ja))
        self._close(job, ja, Guard.RETRIED if story.was_refused else Guard.OK, host.id)

    def _context_pairs(self) -> list[Pair]:
        return list(self._recent)[-self.context :] if self.context else []

    # -- the end of a sentence -----------------------------------------------------------------------------------

    async def _give_up(self, job: Job, story: Story) -> None:
        """Show the English, after the words that the voice has taken already: those cannot be unsaid."""
        reason = job.failure = story.reason or self._translators.failure
        self._tally.count_guard(story.fault or UNAVAILABLE, is_english=True)
        job.phrases.forget_unread()
        said, english = job.phrases.text, job.sentence.en
        last = story.tried[-1].id if story.tried else self._translators.id
        self._close(job, f"{said}… {english}" if said else english, Guard.ENGLISH, last)
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
