"""Phrases to sound, one after the other; another voice goes on from where one fails."""

from __future__ import annotations

import time
from contextlib import aclosing

from engine.pipeline.resuming import rest_after
from engine.pipeline.sounding import Sounding
from engine.pipeline.utterance import Purpose, Utterance
from engine.pipeline.voice_health import VoiceHealth
from engine.pipeline.voices import VoiceClient
from engine.protocols import SpeechError
from engine.worker import WorkerDied, WorkerError

LIVES = 2
"""How often a phrase is given to a voice that dies under it."""


class Pronouncer:
    """Makes the sound of utterances."""

    def __init__(self, voices: VoiceClient, health: VoiceHealth, sounding: Sounding) -> None:
        self._voices = voices
        self._health = health
        self._sounding = sounding

    async def pronounce(self, utterance: Utterance, rate: float) -> None:
        """Synthesise phrase by phrase into the player. Raises SpeechError or WorkerError when no voice can."""
        chosen, index = utterance.voice, 0
        # A preview is of this voice, working or not; everything else is better said by another than not at all.
        if utterance.purpose is not Purpose.PREVIEW:
            self._use(utterance, self._health.pick(chosen) or chosen)
        try:
            while (phrase := await utterance.phrases.get(index)) is not None:
                utterance.handed_at = utterance.handed_at or time.monotonic()
                self._sounding.begin_phrase(utterance, index)
                await self._say(utterance, phrase, rate, chosen)
                index += 1
        finally:
            self._sounding.end(utterance)

    async def _say(self, utterance: Utterance, phrase: str, rate: float, chosen: str) -> None:
        """Say one phrase, with as many voices as it takes."""
        tried: set[str] = set()
        lives = LIVES
        while phrase:
            heard_s = utterance.audio_s
            try:
                await self._make_sound(utterance, phrase, rate)
                self._health.note_success(utterance.voice)
                return
            except (SpeechError, WorkerError) as error:
                lives -= 1
                if lives == 0 or not isinstance(error, WorkerDied):
                    lives = LIVES
                    tried.add(utterance.voice)
                    self._change_voice(utterance, error, chosen, tried)
            # What was given to the player is heard, and not said twice.
            phrase = rest_after(phrase, utterance.audio_s - heard_s, rate)

    async def _make_sound(self, utterance: Utterance, phrase: str, rate: float) -> None:
        async with aclosing(self._voices.synthesize(phrase, utterance.voice, rate)) as chunks:
            async for chunk in chunks:
                self._sounding.write(utterance, chunk)

    def _change_voice(self, utterance: Utterance, error: Exception, chosen: str, tried: set[str]) -> None:
        """Let the next voice go on, or raise when there is none."""
        following = None if utterance.purpose is Purpose.PREVIEW else self._health.pick(chosen, tried)
        self._health.note_failure(utterance.voice, error, following)
        if following is None:
            raise error
        self._use(utterance, following)

    def _use(self, utterance: Utterance, voice: str) -> None:
        utterance.voice = voice
        if utterance.sentence and utterance.is_live:
            utterance.sentence.voice = voice
