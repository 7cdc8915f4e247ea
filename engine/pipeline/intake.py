"""Source events in, jobs out: runs the segmenter of the current block and numbers the sentences."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from engine.events import (
    DraftChanged,
    Level,
    Notice,
    OldPromptAdded,
    SeparatorAdded,
    SourceChanged,
    TurnChanged,
)
from engine.pipeline.announcing import Announcer
from engine.pipeline.job import Job
from engine.pipeline.tally import Tally
from engine.sentence import Kind, Sentence, Timings
from engine.settings import Manner
from engine.source import (
    Attention,
    AttentionEnd,
    BlockEnd,
    OldText,
    Remark,
    SessionChanged,
    SourceEvent,
    SourceStatus,
    TextDelta,
    TurnEnd,
    TurnStart,
)
from engine.text.policy import Handling, handle
from engine.text.segmenter import Committed, Confirmed, Draft, Segmenter, SegmentEvent, TakenBack
from engine.text.surrogates import SurrogateJoiner, whole

PAUSE_S = 0.15
"""A stream silent for so long has ended its sentence."""
_OLD = Handling(translate=False, ja=None, speak=False, reason="earlier")


class Intake:
    """Turns what sources say into jobs. `on_job` gets each job as soon as work may begin on it."""

    def __init__(
        self,
        tally: Tally,
        on_job: Callable[[Job], None],
        on_take_back: Callable[[Job], None],
        announcer: Announcer,
    ) -> None:
        self.turn = 0
        self.code_policy: Manner = "name"
        self._tally = tally
        self._on_job = on_job
        self._on_take_back = on_take_back
        self._announcer = announcer
        self._loop = asyncio.get_running_loop()
        self._segmenter: Segmenter | None = None
        self._joiner = SurrogateJoiner()
        self._block = ""
        self._speaker = ""
        self._old: list[OldText] = []
        """waits until the block has ended"""
        self._next_id = 1
        self._provisional: Job | None = None
        self._deltas: deque[TextDelta] = deque(maxlen=256)
        self._pause_timer: asyncio.TimerHandle | None = None
        self._draft = DraftChanged(Kind.PROSE, "")

    def take(self, event: SourceEvent) -> None:
        """Take one source event."""
        match event:
            case TextDelta():
                self._take_text(event)
            case BlockEnd(block, received_at):
                if block == self._block:
                    self._end_block(received_at)
            case TurnStart(_, received_at, prompt):
                self._end_block(received_at)
                self.turn += 1
                self._tally.emit(TurnChanged(self.turn, is_running=True, prompt=whole(prompt)))
            case TurnEnd(_, received_at, aborted):
                self._end_block(received_at)
                self._tally.emit(TurnChanged(self.turn, is_running=False, aborted=aborted))
            case SourceStatus(source, connected, detail):
                self._tally.emit(SourceChanged(source, connected, detail))
            case OldText():
                self._old.append(event)
                if self._segmenter is None:
                    self._add_old()
            case SessionChanged(change, received_at):
                self._end_block(received_at)
                self._tally.emit(SeparatorAdded(change))
            case Remark(code, message, _):
                self._tally.emit(Notice(Level.WARNING, code, message))
            case Attention():
                self._announcer.begin(event)
            case AttentionEnd():
                self._announcer.end(event)

    def _take_text(self, delta: TextDelta) -> None:
        if delta.block != self._block:
            self._end_block(delta.received_at)
            self._block, self._speaker = delta.block, delta.speaker
        if self._segmenter is None:
            self._segmenter, self._joiner = Segmenter(), SurrogateJoiner()
        self._deltas.append(delta)
        self._apply(self._segmenter.feed(self._joiner.feed(delta.text), delta.received_at))
        self._arm_pause()

    def _end_block(self, now: float) -> None:
        self._cancel_pause()
        segmenter, self._segmenter = self._segmenter, None
        if segmenter:
            self._apply(segmenter.end(now))
        self._show_draft(DraftChanged(Kind.PROSE, ""))
        self._deltas.clear()
        self._add_old()

    def _add_old(self) -> None:
        """Show what waits of old text. Its sentences are final at once: nothing of them is translated or spoken."""
        old, self._old = self._old, []
        for text in old:
            if text.is_prompt:
                self._tally.emit(OldPromptAdded(whole(text.text)))
                continue
            segmenter = Segmenter()
            events = segmenter.feed(whole(text.text), text.received_at) + segmenter.end(text.received_at)
            for committed in _kept(events):
                self._add_old_sentence(committed)

    def _add_old_sentence(self, committed: Committed) -> None:
        sentence = self._make_sentence(committed, Timings(), is_old=True)
        ended_at = committed.ended_at
        job = Job(sentence, _OLD, time.monotonic(), ended_at, ended_at)
        self._next_id += 1
        self._tally.add(job)
        job.confirmed.set()
        self._on_job(job)

    def _apply(self, events: list[SegmentEvent]) -> None:
        for event in events:
            match event:
                case Draft(kind, text):
                    self._show_draft(DraftChanged(kind, text))
                case Committed():
                    self._commit(event)
                case Confirmed():
                    self._confirm()
                case TakenBack():
                    self._take_back()

    def _commit(self, committed: Committed) -> None:
        job = self._make_job(committed)
        self._next_id += 1
        if committed.is_provisional:
            self._provisional = job
            self._show_draft(DraftChanged(committed.kind, committed.en))
        else:
            self._settle(job)
        self._on_job(job)

    def _confirm(self) -> None:
        job, self._provisional = self._provisional, None
        if job:
            self._settle(job)

    def _take_back(self) -> None:
        job, self._provisional = self._provisional, None
        if job:
            self._next_id = job.sentence.id
            job.take_back()
            self._on_take_back(job)

    def _settle(self, job: Job) -> None:
        job.sentence.timings.confirm_ms = (time.monotonic() - job.ended_at) * 1000
        self._show_draft(DraftChanged(Kind.PROSE, ""))
        self._tally.add(job)
        job.confirmed.set()

    def _make_job(self, committed: Committed) -> Job:
        now = time.monotonic()
        left_claude_at = self._left_claude_at(committed.ended_at)
        timings = Timings(
            capture_ms=None if left_claude_at is None else (committed.ended_at - left_claude_at) * 1000,
            segment_ms=(now - committed.ended_at) * 1000,
        )
        sentence = self._make_sentence(committed, timings)
        handling = handle(
            committed.kind,
            committed.en,
            language=committed.language,
            lines=committed.lines,
            code=self.code_policy,
        )
        return Job(
            sentence=sentence,
            handling=handling,
            committed_at=now,
            ended_at=committed.ended_at,
            left_claude_at=committed.ended_at if left_claude_at is None else left_claude_at,
        )

    def _make_sentence(self, committed: Committed, timings: Timings, *, is_old: bool = False) -> Sentence:
        return Sentence(
            id=self._next_id,
            kind=committed.kind,
            en=committed.en,
            markdown=committed.markdown,
            turn=self.turn,
            level=committed.level,
            ordinal=committed.ordinal,
            language=committed.language,
            lines=committed.lines,
            speaker="" if is_old else self._speaker,
            is_old=is_old,
            timings=timings,
        )

    def _left_claude_at(self, received_at: float) -> float | None:
        for delta in reversed(self._deltas):
            if delta.received_at == received_at:
                return delta.sent_at
        return None

    def _show_draft(self, draft: DraftChanged) -> None:
        # A provisional sentence stays on show as the draft until it is confirmed: the row must not blink.
        if not draft.text and self._provisional:
            draft = DraftChanged(self._provisional.sentence.kind, self._provisional.sentence.en)
        if draft != self._draft:
            self._draft = draft
            self._tally.emit(draft)

    def _arm_pause(self) -> None:
        self._cancel_pause()
        if self._segmenter and self._segmenter.has_provisional:
            self._pause_timer = self._loop.call_later(PAUSE_S, self._pause)

    def _cancel_pause(self) -> None:
        if self._pause_timer:
            self._pause_timer.cancel()
            self._pause_timer = None

    def _pause(self) -> None:
        if self._segmenter:
            self._apply(self._segmenter.pause(time.monotonic()))


def _kept(events: list[SegmentEvent]) -> list[Committed]:
    """The sentences that were not taken back."""
    kept: list[Committed] = []
    for event in events:
        if isinstance(event, Committed):
            kept.append(event)
        elif isinstance(event, TakenBack):
            kept.pop()
    return kept
