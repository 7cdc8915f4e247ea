"""The utterances that the player has: their sound goes in, and what became of it comes back."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator

import numpy as np

from engine.audio.player import Dropped, Finished, Player, PlayerEvent, Reached, SinkBack, SinkLost, Started
from engine.audio.player_events import Heard
from engine.events import Level, Notice, PhraseStarted, SpeechChanged, SpeechPhase
from engine.pipeline.job import Job, Phrases
from engine.pipeline.tally import Tally
from engine.pipeline.utterance import Purpose, Utterance
from engine.protocols import AudioChunk
from engine.sentence import State

AHEAD_S = 6.0
"""Sound made but not yet heard; more would only make a change of voice come late."""
AUDIBLE = 0.01
"""-40 dBFS"""
MUTED, CHANGED = "muted", "voice changed"


class Sounding:
    """Hands sound to the player, and books what the player says of it. Used on the engine's loop only."""

    def __init__(self, tally: Tally, player: Player) -> None:
        self._tally = tally
        self._player = player
        self._ids = itertools.count(1)
        self._begun: dict[int, Utterance] = {}
        self._room = asyncio.Event()

    # -- sound in ------------------------------------------------------------------------------------------------

    def utterance(self, job: Job | None, phrases: Phrases, voice: str, purpose: Purpose) -> Utterance:
        """Return a new utterance; the player learns of it with its first sound."""
        return Utterance(next(self._ids), job, phrases, voice, purpose)

    def begin_phrase(self, utterance: Utterance, index: int) -> None:
        """Say that the next sound is that of another phrase."""
        utterance.phrase_to_begin = index

    def write(self, utterance: Utterance, chunk: AudioChunk) -> None:
        """Add sound to an utterance."""
        if not utterance.is_begun:
            utterance.is_begun = True
            utterance.was_speaker_idle = self._player.is_idle
            self._begun[utterance.id] = utterance
            self._player.begin(utterance.id, first=not utterance.is_live)
        if utterance.first_sample_at is None and np.max(np.abs(chunk.samples), initial=0.0) > AUDIBLE:
            utterance.first_sample_at = time.monotonic()
        utterance.audio_s += chunk.duration_s
        self._player.write(utterance.id, chunk, mark=utterance.phrase_to_begin)
        if len(chunk.samples):
            utterance.phrase_to_begin = None

    def end(self, utterance: Utterance) -> None:
        """Say that no more sound comes for an utterance."""
        if utterance.is_begun:
            self._player.end(utterance.id)

    async def wait_for_room(self) -> None:
        """Wait until little enough is waiting to be heard."""
        while self._player.queued_s > AHEAD_S:
            self._room.clear()
            await self._room.wait()

    # -- commands ------------------------------------------------------------------------------------------------

    def drop(self, utterance: Utterance, reason: str) -> None:
        """Forget one utterance."""
        utterance.end_reason = reason
        self._player.drop(utterance.id)

    def silence(self, reason: str) -> None:
        """Forget every utterance, at once."""
        for utterance in self._begun.values():
            utterance.end_reason = reason
        self._player.stop()

    @property
    def queued_s(self) -> float:
        """Seconds of sound not yet heard."""
        return self._player.queued_s

    @property
    def current(self) -> Utterance | None:
        """What sounds now."""
        return next((utterance for utterance in self._begun.values() if utterance.is_started), None)

    def live(self) -> Iterator[Utterance]:
        """The live utterances that the player has."""
        return (utterance for utterance in list(self._begun.values()) if utterance.is_live)

    # -- what the player says ------------------------------------------------------------------------------------

    def on_player(self, event: PlayerEvent) -> None:
        """Take a player's event, on the loop."""
        match event:
            case Started(utterance, t):
                self._started(self._begun[utterance], t)
                self._tell_phrase(self._begun[utterance])
            case Reached(utterance, phrase):
                self._reached(self._begun[utterance], phrase)
            case Finished(utterance, _, audio_s, heard):
                self._ended(self._begun.pop(utterance), SpeechPhase.FINISHED, audio_s, heard)
            case Dropped(utterance, audio_s, heard):
                self._ended(self._begun.pop(utterance), SpeechPhase.SKIPPED, audio_s, heard)
            case SinkLost(message):
                self._tally.emit(Notice(Level.WARNING, "sound_lost", message))
            case SinkBack():
                self._tally.emit(Notice(Level.INFO, "sound_back", "The sound device is back."))
        self._room.set()

    def _started(self, utterance: Utterance, t: float) -> None:
        utterance.is_started = True
        job = utterance.job
        if job is None:
            return
        sentence = job.sentence
        if utterance.purpose is Purpose.REPLAY:
            self._tally.emit(SpeechChanged(sentence.id, SpeechPhase.STARTED, utterance.voice, is_replay=True))
            return
        if sentence.state.is_final:
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
                had_to_queue=not utterance.was_speaker_idle,
            )
        )

    def _reached(self, utterance: Utterance, phrase: int) -> None:
        utterance.phrase = phrase
        if utterance.is_started:
            self._tell_phrase(utterance)

    def _tell_phrase(self, utterance: Utterance) -> None:
        job, index = utterance.job, utterance.phrase
        if job is None or index is None or (utterance.is_live and job.sentence.state is not State.SPEAKING):
            return
        start, end = job.phrases.span(index)
        # Code that is read out is not what the row shows.
        if job.sentence.ja[:end] == job.phrases.text[:end]:
            is_replay = utterance.purpose is Purpose.REPLAY
            self._tally.emit(PhraseStarted(job.sentence.id, start, end, is_replay))

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

    def _ended(self, utterance: Utterance, phase: SpeechPhase, audio_s: float, heard: Heard | None) -> None:
        job, reason = utterance.job, utterance.end_reason
        if job is None or (reason == CHANGED and phase is SpeechPhase.SKIPPED):
            return
        if utterance.purpose is Purpose.REPLAY:
            self._tally.emit(SpeechChanged(job.sentence.id, phase, utterance.voice, audio_s=audio_s, is_replay=True))
        elif phase is SpeechPhase.FINISHED and (failure := job.failure or utterance.failure):
            # Only the first words were said: the rest could not be translated, or no voice could say it.
            self._tally.finish(job, SpeechPhase.FAILED, failure, audio_s, heard)
        elif phase is SpeechPhase.FINISHED:
            self._tally.finish(job, phase, audio_s=audio_s, heard=heard)
        else:
            self._tally.finish(job, SpeechPhase.MUTED if reason == MUTED else phase, reason, audio_s, heard)
