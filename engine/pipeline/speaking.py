"""The speech stage: sentences to sound in order, a little ahead of the ear; stop, mute, skip and voice change."""

from __future__ import annotations

import asyncio
from collections import deque

from engine.audio.player import Player, PlayerEvent
from engine.events import Level, Notice, SpeechPhase
from engine.pipeline.asides import Aside, Asides
from engine.pipeline.catching_up import CatchUp
from engine.pipeline.job import Job
from engine.pipeline.pronouncing import Pronouncer
from engine.pipeline.resuming import is_speakable
from engine.pipeline.sounding import CHANGED, MUTED, Sounding
from engine.pipeline.tally import Tally
from engine.pipeline.utterance import Purpose, Utterance
from engine.pipeline.voice_health import VoiceHealth
from engine.pipeline.voices import FALLBACK_VOICE, NO_VOICE, VoiceClient
from engine.protocols import SpeechError
from engine.sentence import Sentence
from engine.worker import WorkerError

SECONDS_PER_CHARACTER = 0.13
"""How long a Japanese character takes to say at rate 1.0, for the estimate of behind_s."""
STOPPED, CLOSED, BEHIND = "stopped", "the engine ended", "the voice was far behind"


class SpeakStage:
    """Takes jobs in order and sees each to its final state."""

    def __init__(
        self, tally: Tally, voices: VoiceClient, health: VoiceHealth, player: Player, voice: str, rate: float
    ) -> None:
        self.voice = voice
        self.subagent_voice = ""
        """speaks what subagents write; empty: the same voice"""
        self.notice_voice = ""
        """speaks announcements; empty: the same voice"""
        self.rate = rate
        self.catch_up = CatchUp()
        self.is_muted = False
        self.stopped_turn: int | None = None
        self._tally = tally
        self._sounding = Sounding(tally, player)
        self._pronouncer = Pronouncer(voices, health, self._sounding)
        self._asides = Asides(tally, self._pronouncer, self._sounding)
        self._jobs: deque[Job] = deque()
        self._arrived = asyncio.Event()
        self._current: tuple[Job, asyncio.Task[None]] | None = None

    # -- commands ----------------------------------------------------------------------------------------------

    def put(self, job: Job) -> None:
        """Queue a job; its phrases may still be coming."""
        self._jobs.append(job)
        self._arrived.set()

    def stop(self, turn: int) -> None:
        """Silence now; what waits, and what is still to come in this turn, is skipped."""
        self.stopped_turn = turn
        self._silence(STOPPED, SpeechPhase.SKIPPED)

    def close(self) -> None:
        """Silence; what waits is skipped, because the engine ends."""
        self._silence(CLOSED, SpeechPhase.SKIPPED)

    def skip(self) -> None:
        """End the utterance that sounds; the next one goes on."""
        sounding = self._sounding.current
        if sounding:
            if sounding.is_live and self._current and self._current[0] is sounding.job:
                self._current[1].cancel()
            self._sounding.drop(sounding, "skipped")

    def mute(self, muted: bool) -> None:
        """Fall silent and let sentences pass as muted, or speak again from the next sentence on."""
        self.is_muted = muted
        if muted:
            self._silence(MUTED, SpeechPhase.MUTED)

    def change_voice(self, voice: str) -> None:
        """Use another voice from the next sentence on, even for sentences whose sound was already made."""
        self.voice = voice
        waiting = [utterance for utterance in self._sounding.live() if not utterance.is_started]
        again = [utterance.job for utterance in waiting if utterance.job]
        current = self._current[0] if self._current else None
        if current and not any(u.is_started and u.job is current for u in self._sounding.live()):
            again = [job for job in again if job is not current] + [current]
            assert self._current
            self._current[1].cancel()
        for utterance in waiting:
            self._sounding.drop(utterance, CHANGED)
        self._jobs.extendleft(reversed(again))
        self._arrived.set()

    def replay(self, job: Job, voice: str | None) -> None:
        """Say a sentence again, before what is waiting."""
        self._asides.replay(job, voice or self._audible_voice, self.rate)

    def say_again(self, text: str) -> None:
        """Say a text that is no sentence of this run, as a replay is said."""
        self._asides.say(text, self._audible_voice, Purpose.REPLAY, self.rate)

    def preview(self, text: str, voice: str) -> None:
        """Say a text in a voice, before what is waiting."""
        self._asides.say(text, voice, Purpose.PREVIEW, self.rate)

    def announce(self, text: str) -> Aside | None:
        """Say a text before what is waiting; None when nothing is said now."""
        voice = self.notice_voice or self.voice
        if self.is_muted or voice == NO_VOICE:
            return None
        return self._asides.say(text, voice, Purpose.ANNOUNCEMENT, self.rate)

    def on_player(self, event: PlayerEvent) -> None:
        """Take a player's event, on the loop."""
        self._sounding.on_player(event)

    @property
    def _audible_voice(self) -> str:
        return self.voice if self.voice != NO_VOICE else FALLBACK_VOICE

    @property
    def behind_s(self) -> float:
        """Seconds of unspoken speech: sound not yet heard, and an estimate for what is not sound yet."""
        characters = sum(len(job.phrases.text) for job in self._jobs if not job.sentence.state.is_final)
        return self._sounding.queued_s + characters * SECONDS_PER_CHARACTER / self.rate

    # -- the way of a live sentence ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Speak for ever."""
        while True:
            while not self._jobs:
                self._arrived.clear()
                await self._arrived.wait()
            job = self._jobs.popleft()
            task = asyncio.create_task(self._speak(job))
            self._current = (job, task)
            try:
                # wait(), not await: a command cancels the sentence's task, and that must not look like our own end.
                await asyncio.wait({task})
            except asyncio.CancelledError:
                task.cancel()
                raise
            self._current = None
            if not task.cancelled() and (error := task.exception()):
                self._tally.finish(job, SpeechPhase.FAILED, f"{type(error).__name__}: {error}")

    async def _speak(self, job: Job) -> None:
        await job.confirmed.wait()
        if job.is_taken_back or job.sentence.state.is_final:
            return
        if closing := self._why_silent(job):
            self._tally.finish(job, *closing)
            return
        await self._sounding.wait_for_room()
        job.sentence.voice = self._voice_of(job.sentence)
        utterance = self._sounding.utterance(job, job.phrases, job.sentence.voice, Purpose.LIVE)
        try:
            await self._pronouncer.pronounce(utterance, self.catch_up.rate(self.rate, self.behind_s))
        except (SpeechError, WorkerError) as error:
            self._fail(utterance, job, str(error))
        else:
            if not utterance.is_begun:
                self._close_silent(job)

    def _voice_of(self, sentence: Sentence) -> str:
        return self.subagent_voice if sentence.speaker and self.subagent_voice else self.voice

    def _close_silent(self, job: Job) -> None:
        """End a sentence that never reached the player."""
        if job.failure:
            self._tally.finish(job, SpeechPhase.FAILED, job.failure)
        elif is_speakable(job.phrases.text):
            self._tally.finish(job, SpeechPhase.FAILED, "the voice made no sound")
        else:
            self._tally.finish(job, SpeechPhase.SKIPPED, "nothing to say")

    def _why_silent(self, job: Job) -> tuple[SpeechPhase, str | None] | None:
        if not job.handling.speak:
            return SpeechPhase.SKIPPED, job.handling.reason
        if self.is_muted:
            return SpeechPhase.MUTED, None
        if self.voice == NO_VOICE:
            return SpeechPhase.SKIPPED, "no voice"
        if job.sentence.turn == self.stopped_turn:
            return SpeechPhase.SKIPPED, STOPPED
        if self._is_let_go(job):
            return SpeechPhase.SKIPPED, BEHIND
        return None

    def _is_let_go(self, job: Job) -> bool:
        behind_s = self.behind_s
        if not self.catch_up.lets_go(job.sentence.kind, behind_s):
            return False
        # One notice, with the count so far; never silently.
        message = f"The voice was {behind_s:.0f} s behind: {self.catch_up.let_go} sentences are shown, not spoken. "
        self._tally.emit(Notice(Level.INFO, "behind", f"{message}r says a selected one again."))
        return True

    def _fail(self, utterance: Utterance, job: Job, message: str) -> None:
        utterance.failure = message
        self._tally.emit(Notice(Level.ERROR, "speech_failed", message))
        if not utterance.is_begun:
            self._tally.finish(job, SpeechPhase.FAILED, message)

    def _silence(self, reason: str, phase: SpeechPhase) -> None:
        self._sounding.silence(reason)
        self._asides.cancel()
        waiting = [*self._jobs]
        if self._current:
            waiting.append(self._current[0])
            self._current[1].cancel()
        begun = {utterance.job for utterance in self._sounding.live()}
        # A sentence that the player has ends with the player's word, which says how much of it sounded.
        for job in waiting:
            if job.confirmed.is_set() and not job.is_taken_back and job not in begun:
                self._tally.finish(job, phase, reason)
        self._jobs = deque(job for job in waiting if not job.confirmed.is_set())
