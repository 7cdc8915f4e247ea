"""The speech stage: phrases to sound in order, a little ahead of the ear; stop, mute, skip, replay and voice change."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Coroutine
from contextlib import aclosing
from typing import Any

import numpy as np

from engine.audio.player import Dropped, Finished, Player, PlayerEvent, SinkBack, SinkLost, Started
from engine.events import Level, Notice, SpeechChanged, SpeechPhase
from engine.pipeline.job import Job, Phrases
from engine.pipeline.tally import Tally
from engine.pipeline.utterance import Aside, Purpose, Utterance
from engine.pipeline.voices import FALLBACK_VOICE, NO_VOICE, VoiceClient
from engine.protocols import AudioChunk, SpeechError
from engine.sentence import Sentence, State
from engine.worker import WorkerDied, WorkerError

AHEAD_S = 6.0
"""Sound made but not yet heard; more would only make a change of voice come late."""
AUDIBLE = 0.01
"""-40 dBFS"""
LIVES = 3
SECONDS_PER_CHARACTER = 0.13
"""How long a Japanese character takes to say at rate 1.0, for the estimate of behind_s."""
STOPPED, MUTED, CHANGED, CLOSED = "stopped", "muted", "voice changed", "the engine ended"


class SpeakStage:
    """Takes jobs in order and sees each to its final state."""

    def __init__(self, tally: Tally, voices: VoiceClient, player: Player, voice: str, rate: float) -> None:
        self.voice = voice
        self.subagent_voice = ""
        """speaks what subagents write; empty: the same voice"""
        self.rate = rate
        self.is_muted = False
        self.stopped_turn: int | None = None
        self._tally = tally
        self._voices = voices
        self._player = player
        self._jobs: deque[Job] = deque()
        self._arrived = asyncio.Event()
        self._ids = itertools.count(1)
        self._begun: dict[int, Utterance] = {}
        self._room = asyncio.Event()
        self._current: tuple[Job, asyncio.Task[None]] | None = None
        self._asides: set[asyncio.Task[None]] = set()

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
        sounding = next((u for u in self._begun.values() if u.is_started), None)
        if sounding:
            sounding.end_reason = "skipped"
            if sounding.purpose is Purpose.LIVE and self._current and self._current[0].sentence is sounding.sentence:
                self._current[1].cancel()
            self._player.drop(sounding.id)

    def mute(self, muted: bool) -> None:
        """Fall silent and let sentences pass as muted, or speak again from the next sentence on."""
        self.is_muted = muted
        if muted:
            self._silence(MUTED, SpeechPhase.MUTED)

    def change_voice(self, voice: str) -> None:
        """Use another voice from the next sentence on, even for sentences whose sound was already made."""
        self.voice = voice
        waiting = [u for u in self._begun.values() if u.purpose is Purpose.LIVE and not u.is_started]
        again = [self._tally.jobs[u.sentence.id] for u in waiting if u.sentence and u.sentence.id in self._tally.jobs]
        current = self._current[0] if self._current else None
        if current and not any(u.is_started and u.sentence is current.sentence for u in self._begun.values()):
            again = [job for job in again if job is not current] + [current]
            assert self._current
            self._current[1].cancel()
        for utterance in waiting:
            utterance.end_reason = CHANGED
            self._player.drop(utterance.id)
        self._jobs.extendleft(reversed(again))
        self._arrived.set()

    def replay(self, job: Job, voice: str | None) -> None:
        """Say a sentence again, before what is waiting."""
        chosen = voice or (self.voice if self.voice != NO_VOICE else FALLBACK_VOICE)
        self._say_aside(job.phrases, chosen, Purpose.REPLAY, job)

    def preview(self, text: str, voice: str) -> None:
        """Say a text in a voice, before what is waiting."""
        phrases = Phrases()
        phrases.add(text)
        phrases.complete()
        self._say_aside(phrases, voice, Purpose.PREVIEW, None)

    def announce(self, text: str) -> Aside | None:
        """Say a text before what is waiting; None when nothing is said now."""
        if self.is_muted or self.voice == NO_VOICE:
            return None
        phrases = Phrases()
        phrases.add(text)
        phrases.complete()
        return self._say_aside(phrases, self.voice, Purpose.ANNOUNCEMENT, None)

    @property
    def behind_s(self) -> float:
        """Seconds of unspoken speech: sound not yet heard, and an estimate for what is not sound yet."""
        characters = sum(len(job.phrases.text) for job in self._jobs if not job.sentence.state.is_final)
        return self._player.queued_s + characters * SECONDS_PER_CHARACTER / self.rate

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
        await self._wait_for_room()
        job.sentence.voice = self._voice_of(job.sentence)
        utterance = self._utterance(job.sentence, job.phrases, job.sentence.voice, Purpose.LIVE)
        try:
            await self._pronounce(utterance)
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
        elif len(job.phrases):
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
        return None

    async def _pronounce(self, utterance: Utterance) -> None:
        """Synthesise phrase by phrase into the player; the fallback voice takes over from a failing one."""
        index = 0
        try:
            while (phrase := await utterance.phrases.get(index)) is not None:
                utterance.handed_at = utterance.handed_at or time.monotonic()
                try:
                    await self._make_sound(utterance, phrase)
                except (SpeechError, WorkerError) as error:
                    self._fall_back(utterance, error)
                    continue
                index += 1
        finally:
            if utterance.is_begun:
                self._player.end(utterance.id)

    async def _make_sound(self, utterance: Utterance, phrase: str) -> None:
        for life in range(1, LIVES + 1):
            is_heard = False
            try:
                async with aclosing(self._voices.synthesize(phrase, utterance.voice, self.rate)) as chunks:
                    async for chunk in chunks:
                        is_heard = True
                        self._write(utterance, chunk)
                return
            except WorkerDied:
                # What was already handed to the player is not said twice.
                if is_heard:
                    return
                if life == LIVES:
                    raise

    def _write(self, utterance: Utterance, chunk: AudioChunk) -> None:
        if not utterance.is_begun:
            utterance.is_begun = True
            utterance.was_speaker_idle = self._player.is_idle
            self._begun[utterance.id] = utterance
            self._player.begin(utterance.id, first=utterance.purpose is not Purpose.LIVE)
        if utterance.first_sample_at is None and np.max(np.abs(chunk.samples), initial=0.0) > AUDIBLE:
            utterance.first_sample_at = time.monotonic()
        self._player.write(utterance.id, chunk)

    def _fall_back(self, utterance: Utterance, error: Exception) -> None:
        """Switch this utterance to the voice that always works, or raise when that is the one that failed."""
        if utterance.voice == FALLBACK_VOICE:
            raise error
        self._tally.emit(
            Notice(Level.WARNING, "voice_failed", f"{utterance.voice}: {error}. {FALLBACK_VOICE} speaks instead.")
        )
        utterance.voice = FALLBACK_VOICE
        if utterance.sentence and utterance.purpose is Purpose.LIVE:
            utterance.sentence.voice = FALLBACK_VOICE

    def _fail(self, utterance: Utterance, job: Job, message: str) -> None:
        utterance.end_reason = message
        self._tally.emit(Notice(Level.ERROR, "speech_failed", message))
        if not utterance.is_started:
            self._tally.finish(job, SpeechPhase.FAILED, message)

    async def _wait_for_room(self) -> None:
        while self._player.queued_s > AHEAD_S:
            self._room.clear()
            await self._room.wait()

    # -- asides: replays and previews ------------------------------------------------------------------------------

    def _say_aside(self, phrases: Phrases, voice: str, purpose: Purpose, job: Job | None) -> Aside:
        utterance = self._utterance(job.sentence if job else None, phrases, voice, purpose)
        return Aside(utterance, self._keep(self._pronounce_aside(utterance)), self._player.drop)

    async def _pronounce_aside(self, utterance: Utterance) -> None:
        try:
            await self._pronounce(utterance)
        except (SpeechError, WorkerError) as error:
            self._tally.emit(Notice(Level.ERROR, "speech_failed", str(error)))

    def _keep(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(coroutine)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)
        return task

    # -- what the player says ----------------------------------------------------------------------------------

    def on_player(self, event: PlayerEvent) -> None:
        """Take a player's event, on the loop."""
        match event:
            case Started(utterance, t):
                self._started(self._begun[utterance], t)
            case Finished(utterance, _, audio_s):
                self._ended(utterance, SpeechPhase.FINISHED, audio_s)
            case Dropped(utterance, audio_s):
                self._ended(utterance, SpeechPhase.SKIPPED, audio_s)
            case SinkLost(message):
                self._tally.emit(Notice(Level.WARNING, "sound_lost", message))
            case SinkBack():
                self._tally.emit(Notice(Level.INFO, "sound_back", "The sound device is back."))
        self._room.set()

    def _started(self, utterance: Utterance, t: float) -> None:
        utterance.is_started = True
        sentence = utterance.sentence
        if sentence is None:
            return
        if utterance.purpose is Purpose.REPLAY:
            self._tally.emit(SpeechChanged(sentence.id, SpeechPhase.STARTED, utterance.voice, is_replay=True))
            return
        job = self._tally.jobs.get(sentence.id)
        if job is None or sentence.state.is_final:
            return
        sentence.state = State.SPEAKING
        self._measure(utterance, job, t)
        timings = sentence.timings
        self._tally.emit(
            SpeechChanged(
                sentence.id,
                SpeechPhase.STARTED,
                utterance.voice,
                synth_first_ms=timings.synth_first_ms,
                queue_ms=timings.queue_ms,
                first_sound_ms=timings.first_sound_ms,
            )
        )

    def _measure(self, utterance: Utterance, job: Job, t: float) -> None:
        timings, latency = job.sentence.timings, self._tally.latency
        first_sample_at = utterance.first_sample_at or t
        if utterance.handed_at is not None:
            timings.synth_first_ms = (first_sample_at - utterance.handed_at) * 1000
        timings.queue_ms = max(0.0, (t - first_sample_at) * 1000)
        timings.first_sound_ms = (t - job.left_claude_at) * 1000
        latency.record("synth_first_ms", timings.synth_first_ms)
        latency.record("queue_ms", timings.queue_ms)
        # By its definition first_sound_ms is the delay with the speaker idle; a queue would hide the pipeline's own.
        if utterance.was_speaker_idle:
            latency.record("first_sound_ms", timings.first_sound_ms)

    def _ended(self, utterance_id: int, phase: SpeechPhase, audio_s: float) -> None:
        utterance = self._begun.pop(utterance_id)
        sentence, reason = utterance.sentence, utterance.end_reason
        if sentence is None or (reason == CHANGED and phase is SpeechPhase.SKIPPED):
            return
        if utterance.purpose is Purpose.REPLAY:
            self._tally.emit(SpeechChanged(sentence.id, phase, utterance.voice, audio_s=audio_s, is_replay=True))
            return
        job = self._tally.jobs.get(sentence.id)
        if job is None:
            return
        if phase is SpeechPhase.FINISHED:
            self._tally.finish(job, phase, audio_s=audio_s)
        else:
            self._tally.finish(job, SpeechPhase.MUTED if reason == MUTED else phase, reason, audio_s)

    # -- helpers -----------------------------------------------------------------------------------------------

    def _utterance(self, sentence: Sentence | None, phrases: Phrases, voice: str, purpose: Purpose) -> Utterance:
        return Utterance(next(self._ids), sentence, phrases, voice, purpose)

    def _silence(self, reason: str, phase: SpeechPhase) -> None:
        for utterance in self._begun.values():
            utterance.end_reason = reason
        self._player.stop()
        for task in self._asides:
            task.cancel()
        waiting = [*self._jobs]
        if self._current:
            waiting.append(self._current[0])
            self._current[1].cancel()
        begun = {u.sentence.id for u in self._begun.values() if u.sentence and u.purpose is Purpose.LIVE}
        # A sentence that the player has ends with the player's word, which says how much of it sounded.
        for job in waiting:
            if job.confirmed.is_set() and not job.is_taken_back and job.sentence.id not in begun:
                self._tally.finish(job, phase, reason)
        self._jobs = deque(job for job in waiting if not job.confirmed.is_set())
