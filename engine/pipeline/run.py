"""One run of the engine on its loop: makes the stages, joins them, and takes the commands that touch several."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Collection, Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

from engine.audio.errors import SinkError
from engine.audio.player import Player, PlayerEvent
from engine.events import Done, DraftChanged, Event, GaugesChanged, Level, Loading, Notice, Pace, Ready
from engine.glossary import Glossary, load_or_tell
from engine.pipeline import applying
from engine.pipeline.announcing import Announcer
from engine.pipeline.catching_up import CatchUp
from engine.pipeline.intake import Intake
from engine.pipeline.job import Job
from engine.pipeline.parts import Parts
from engine.pipeline.renewal import Renewal
from engine.pipeline.speaking import SpeakStage
from engine.pipeline.tally import KEPT_JOBS, Tally
from engine.pipeline.translating import TranslateStage
from engine.pipeline.translator_hosts import Surroundings
from engine.pipeline.translators import Translators
from engine.pipeline.usage import UsageMeter
from engine.pipeline.voice_desk import VoiceDesk
from engine.protocols import Progress, Sink
from engine.sentence import Kind, State
from engine.settings import Settings
from engine.text.segmenter import Segmenter

GAUGE_INTERVAL_S = 0.25
LAST_WORDS_S = 0.5
"""How long the end of the engine waits for the player to say how much was heard."""
_TOO_OLD = f"Only the last {KEPT_JOBS:,} sentences can be said again from here; the history says older ones."


class Run:
    """The stages of one engine, alive between `async with` and its end. Used on the engine's loop only."""

    tally: Tally
    intake: Intake
    translator: Translators
    voices: VoiceDesk
    player: Player
    speaking: SpeakStage
    translating: TranslateStage
    announcer: Announcer
    renewal: Renewal
    glossary: Glossary
    language: str
    """what is translated into now, ISO 639"""

    def __init__(self, settings: Settings, parts: Parts, emit: Callable[[Event], None]) -> None:
        self.settings = settings
        """those that were applied last"""
        self.language = settings.translate.to
        self._parts = parts
        self._subscribers = emit
        self._happened = 0
        """events so far, the gauges' own left out"""
        self._usage = UsageMeter()
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_over = threading.Event()
        """every sentence has ended, and the sound is over; the workers may still be ending"""
        self._sink_name = settings.audio.sink
        self._device_name = settings.audio.device
        self._is_paused = False
        self._gauges = GaugesChanged()

    async def __aenter__(self) -> Self:
        settings, loop = self.settings, asyncio.get_running_loop()
        self.tally = Tally(self._tell)
        sink = await asyncio.to_thread(self._open_sink)
        self.player = Player(sink, self._player_bridge(loop), gap_ms=settings.speech.gap_ms)
        self.player.set_volume(settings.speech.volume)
        self.glossary = self._glossary()
        self.voices = VoiceDesk(settings, self.glossary, self._parts, self._progress, self._emit)
        voice = self.voices.choose(settings.speech.voice)
        self.speaking = SpeakStage(
            self.tally, self.voices.client, self.voices.health, self.player, voice, settings.speech.rate
        )
        self.speaking.is_muted = settings.speech.muted
        self.speaking.catch_up = CatchUp(settings.speech.catch_up)
        applying.name_voices(self, settings)
        self.translator = self._make_translators(settings)
        self.translating = TranslateStage(
            self.tally, self.translator, settings.translate.context, settings.translate.to, self.glossary
        )
        self.renewal = Renewal(self._make_translators, lambda: self.translator, self._emit)
        self.announcer = Announcer(self.speaking.announce, self._emit)
        applying.announce(self, settings)
        self.intake = Intake(self.tally, self._on_job, self.translating.take_back, self.announcer)
        self.intake.code_policy = settings.speech.code
        await asyncio.to_thread(_warm_text)
        for part in (self.translating.run(), self.speaking.run(), self._report_gauges(), self._make_ready()):
            self.keep(part)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end_sentences()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        closing = (self.translator.close(), self.renewal.close(), self.voices.close())
        # Beside the sound: a large model's memory is not given back at once.
        closed = asyncio.gather(*closing, return_exceptions=True)
        try:
            await asyncio.to_thread(self.player.close)
        finally:
            self.is_over.set()
            await closed

    async def _end_sentences(self) -> None:
        """Every sentence ends in a final state, also those that the end of the engine cuts off."""
        self.speaking.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.tally.all_final.wait(), LAST_WORDS_S)

    async def until(self, closing: asyncio.Event) -> None:
        """Live until told to close. Raises what a stage raised."""
        stages = set(self._tasks)
        closed = asyncio.create_task(closing.wait())
        pending: set[asyncio.Task[Any]] = {closed, *stages}
        while closed in pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()

    # -- commands ------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Silence, to the end of this turn."""
        self.speaking.stop(self.intake.turn)

    def set_muted(self, muted: bool) -> None:
        """Mute or speak."""
        self.speaking.mute(muted)

    def set_paused(self, paused: bool) -> None:
        """Hold the sound or go on."""
        self._is_paused = paused
        self.player.set_paused(paused)

    def set_device(self, device_name: str) -> None:
        """Change the sound device."""
        self.keep(self._change_device(device_name))

    def set_rate(self, rate: float) -> None:
        """Set the speed of speech."""
        self.speaking.rate = min(3.0, max(0.5, rate))

    def set_voice(self, voice_id: str, *, fetch: bool = False) -> None:
        """Warm a voice, whose weights are fetched first with `fetch`, then use it from the next sentence on."""
        self.keep(self._change_voice(voice_id, fetch=fetch))

    def set_translator(self, translator_id: str) -> None:
        """Load another translator."""
        self.keep((self.renewal.coming or self.translator).change(translator_id))

    def apply(self, settings: Settings, names: Collection[str]) -> None:
        """Go by other settings: where they differ, and in the settings `names` in any case."""
        changed = applying.differing(self.settings, settings) | set(names)
        self.settings = settings
        applying.apply(self, settings, changed)

    def warn(self, code: str, message: str) -> None:
        """Tell a person of something that is not as it should be."""
        self._emit(Notice(Level.WARNING, code, message))

    def replay(self, sentence_id: int | None, voice: str | None) -> None:
        """Say a sentence again."""
        if sentence_id is not None and self.tally.has_forgotten(sentence_id):
            self._emit(Notice(Level.INFO, "too_old_to_replay", _TOO_OLD))
            return
        job = self.tally.jobs.get(sentence_id) if sentence_id is not None else self._last_spoken()
        if job is None or not len(job.phrases):
            self._emit(Notice(Level.INFO, "nothing_to_replay", "There is nothing to say again yet."))
            return
        self.speaking.replay(job, voice)

    def say_again(self, japanese: str) -> None:
        """Say a text of an earlier session."""
        self.speaking.say_again(japanese)

    def preview(self, voice_id: str) -> None:
        """Say the sample text."""
        self.speaking.preview(self.voices.sample(voice_id), voice_id)

    def drain(self, answer: Future[Done]) -> None:
        """Set `answer` and emit Done once every sentence is in its final state."""
        self.keep(self._drain(answer))

    # -- inside --------------------------------------------------------------------------------------------------

    def _emit(self, event: Event) -> None:
        self._happened += not isinstance(event, GaugesChanged)
        self._subscribers(event)

    def _tell(self, event: Event) -> None:
        if isinstance(event, DraftChanged) and event.kind not in (Kind.CODE, Kind.TABLE):
            self.translating.look_at_draft(event.text)
        self._emit(event)

    def _on_job(self, job: Job) -> None:
        self.translating.put(job)
        self.speaking.put(job)

    def _last_spoken(self) -> Job | None:
        spoken = (job for job in reversed(self.tally.jobs.values()) if job.sentence.state is State.SPOKEN)
        return next(spoken, None)

    async def _change_voice(self, voice_id: str, *, fetch: bool) -> None:
        if fetch and not await self.voices.fetch(voice_id):
            return
        if await self.voices.prepare(voice_id):
            self.speaking.change_voice(voice_id)
            if fetch:
                self._emit(Notice(Level.INFO, "voice", f"{voice_id} speaks from now on."))

    async def _change_device(self, device_name: str) -> None:
        try:
            await asyncio.wrap_future(self.player.choose_device(device_name))
        except SinkError as error:
            self._emit(Notice(Level.ERROR, error.code, str(error)))
        else:
            self._device_name = device_name
            self._emit(Notice(Level.INFO, "sound_device", f"Sound goes to {device_name or 'the usual device'} now."))

    async def _make_ready(self) -> None:
        began = time.monotonic()
        wanted = self.settings.translate.translator
        _, problem = await asyncio.gather(self.translator.start(wanted), self._warm_voice())
        if problem:
            self._emit(Notice(Level.ERROR, "voice_failed", problem))
        load_ms = (time.monotonic() - began) * 1000
        self._emit(Ready(self.translator.id, self.speaking.voice, self.translator.device, load_ms))
        if self.translator.introduction:
            self._emit(self.translator.introduction)

    async def _warm_voice(self) -> str | None:
        wanted = self.speaking.voice
        voice, problem = await self.voices.warm_first(wanted)
        # The user may have chosen another meanwhile.
        if self.speaking.voice == wanted:
            self.speaking.voice = voice
        return problem

    def _make_translators(self, settings: Settings) -> Translators:
        parts = self._parts
        around = Surroundings(settings.translate, parts.log_folder, self._progress, self._emit, parts.deadlines)
        return Translators(around, parts)

    def _glossary(self) -> Glossary:
        wanted = self.settings.translate.glossary
        return load_or_tell(wanted, lambda problem: self._emit(Notice(Level.ERROR, "glossary", problem)))

    def _open_sink(self) -> Sink:
        audio = self.settings.audio
        try:
            return self._parts.open_sink(audio.sink, audio.device)
        except SinkError as error:
            self._emit(Notice(Level.WARNING, error.code, str(error)))
            self._sink_name = "no sound"
            return self._parts.open_sink("null", "")

    def _player_bridge(self, loop: asyncio.AbstractEventLoop) -> Callable[[PlayerEvent], None]:
        def pass_on(event: PlayerEvent) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(lambda: self.speaking.on_player(event))

        return pass_on

    def _progress(self, step: Progress) -> None:
        fraction = step.done / step.total if step.total else None
        detail = f"{step.done / 1e6:.0f} of {step.total / 1e6:.0f} MB" if step.total and step.unit == "B" else ""
        self._emit(Loading(step.what, fraction, detail))

    async def _drain(self, answer: Future[Done]) -> None:
        await self.tally.settled.wait()
        done = self.tally.done()
        self._emit(done)
        answer.set_result(done)

    async def _report_gauges(self) -> None:
        while True:
            await asyncio.sleep(GAUGE_INTERVAL_S)
            workers = {"translator": self.translator.pid, "speech": self.voices.client.pid}
            await self._usage.look(workers, self.translator.vitals.gpu_bytes, self._happened)
            gauges = self._read_gauges()
            if gauges != self._gauges:
                self._gauges = gauges
                self._emit(gauges)

    def _read_gauges(self) -> GaugesChanged:
        return GaugesChanged(
            stages=self.tally.latency.snapshot(),
            behind_s=round(self.speaking.behind_s, 1),
            waiting=self.tally.waiting,
            underflows=self.player.underflows,
            translator=self.translator.id,
            device=self.translator.device,
            voice=self.speaking.voice,
            sink=self._sink_name,
            sound_device=self._device_name,
            is_muted=self.speaking.is_muted,
            is_paused=self._is_paused,
            rate=self.speaking.rate,
            guard=dict(self.tally.guard),
            translator_health=self.translator.health,
            voice_health=self.voices.health.now,
            pace=Pace(self.tally.pace.characters_per_s, self.translator.vitals.tokens_per_s),
            usage=self._usage.now,
        )

    def keep(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run something beside the stages, to its end or ours."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._emit(Notice(Level.ERROR, "internal", f"{type(error).__name__}: {error}"))


def _warm_text() -> None:
    # The first sentence should not pay for what is imported and compiled on first use.
    segmenter = Segmenter()
    segmenter.feed("It **works** with `code`. ", 0.0)
    segmenter.end(0.0)
