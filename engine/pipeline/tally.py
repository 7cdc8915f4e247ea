"""Counts, figures and events: every stage reports here, and nothing is lost silently.

`sentences_in == sentences_final` holds when the work is done.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from engine.audio.player_events import Heard
from engine.events import Done, Event, GuardCount, SentenceAdded, SpeechChanged, SpeechPhase
from engine.latency import LatencyBoard
from engine.pipeline.job import Job
from engine.pipeline.pace import PaceMeter
from engine.sentence import Sentence, State

KEPT_JOBS = 2000
KEPT_CHARACTERS = 8_000_000
"""How many sentences, and how much text, stay at hand for replay; older ones are forgotten."""

_FINAL_STATES = {
    SpeechPhase.FINISHED: State.SPOKEN,
    SpeechPhase.SKIPPED: State.SKIPPED,
    SpeechPhase.MUTED: State.MUTED,
    SpeechPhase.FAILED: State.FAILED,
}


class Tally:
    """The books of one engine. Used on the engine's loop only."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self.emit = emit
        self.latency = LatencyBoard()
        self.pace = PaceMeter()
        self.jobs: OrderedDict[int, Job] = OrderedDict()
        self.counts = dict.fromkeys(_FINAL_STATES.values(), 0)
        self.guard: dict[str, GuardCount] = {}
        """by the first thing that was wrong with a translation"""
        self.sentences_in = 0
        self._untranslated = 0
        self._kept_characters = 0
        self.settled = asyncio.Event()
        """every sentence is in its final state, and nothing more will be written for any"""
        self.settled.set()
        self.all_final = asyncio.Event()
        """every sentence is in its final state"""
        self.all_final.set()

    @property
    def sentences_final(self) -> int:
        """Sentences in a final state."""
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        """Sentences not yet in a final state."""
        return self.sentences_in - self.sentences_final

    @property
    def in_hand(self) -> int:
        """Sentences on which there is still work: what is not spoken is final at once, and translated all the same."""
        return max(self.waiting, self._untranslated)

    def add(self, job: Job) -> None:
        """Book a confirmed sentence and tell what happened to it before."""
        self.sentences_in += 1
        self._untranslated += 1
        self.settled.clear()
        self.all_final.clear()
        self.jobs[job.sentence.id] = job
        self._kept_characters += _length(job)
        self._forget_old()
        for stage in ("capture_ms", "segment_ms", "confirm_ms"):
            self.latency.record(stage, getattr(job.sentence.timings, stage))
        self.emit(SentenceAdded(snapshot(job.sentence)))
        for event in job.held_events:
            self.emit(event)
        job.held_events.clear()

    def has_forgotten(self, sentence_id: int) -> bool:
        """Whether a sentence was here, too long ago to be at hand for replay."""
        return 0 < sentence_id < next(iter(self.jobs), 0)

    def _forget_old(self) -> None:
        # Only what is over may be forgotten: a sentence that still waits must reach its final state.
        while self._are_too_many and next(iter(self.jobs.values())).sentence.state.is_final:
            _, job = self.jobs.popitem(last=False)
            self._kept_characters -= _length(job)

    @property
    def _are_too_many(self) -> bool:
        # A code block may be as long as a file; the newest sentence is kept however long it is.
        return len(self.jobs) > KEPT_JOBS or (len(self.jobs) > 1 and self._kept_characters > KEPT_CHARACTERS)

    def tell(self, job: Job, event: Event) -> None:
        """Emit an event about a job, or hold it until the job is confirmed."""
        if job.confirmed.is_set():
            self.emit(event)
        else:
            job.held_events.append(event)

    def count_guard(self, reason: str, *, is_english: bool) -> None:
        """Book a sentence whose first translation was no good: shown in English, or done by a further try."""
        so_far = self.guard.get(reason, GuardCount())
        self.guard[reason] = GuardCount(so_far.retried + (not is_english), so_far.english + is_english)

    def translated(self, job: Job) -> None:
        """Book that nothing more will be written for this sentence."""
        self._untranslated -= 1
        if job.handling.translate:
            timings = job.sentence.timings
            self.latency.record("translate_first_ms", timings.translate_first_ms)
            self.latency.record("translate_ms", timings.translate_ms)
        self._check_settled()

    def finish(
        self,
        job: Job,
        phase: SpeechPhase,
        reason: str | None = None,
        audio_s: float = 0.0,
        heard: Heard | None = None,
    ) -> None:
        """Put a sentence into its final state; a second call changes nothing."""
        sentence = job.sentence
        if sentence.state.is_final:
            return
        sentence.state, sentence.reason, sentence.audio_s = _FINAL_STATES[phase], reason, audio_s
        self.counts[sentence.state] += 1
        start_s, end_s = (heard.start_s, heard.end_s) if heard else (None, None)
        self.emit(
            SpeechChanged(
                sentence.id, phase, sentence.voice, reason=reason, audio_s=audio_s, start_s=start_s, end_s=end_s
            )
        )
        self._forget_old()
        self._check_settled()

    def done(self) -> Done:
        """Return the closing figures."""
        counts = self.counts
        return Done(
            sentences=self.sentences_in,
            spoken=counts[State.SPOKEN],
            skipped=counts[State.SKIPPED] + counts[State.MUTED],
            failed=counts[State.FAILED],
            stages=self.latency.snapshot(),
        )

    def _check_settled(self) -> None:
        if self.waiting == 0:
            self.all_final.set()
            if self._untranslated == 0:
                self.settled.set()


def _length(job: Job) -> int:
    return len(job.sentence.en) + len(job.sentence.markdown)


def snapshot(sentence: Sentence) -> Sentence:
    """Return a copy that later steps do not change."""
    return replace(sentence, timings=replace(sentence.timings))
