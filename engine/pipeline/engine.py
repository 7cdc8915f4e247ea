"""The engine: one background thread with its own asyncio loop. Commands come in from any thread, events go out."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from engine.catalog import VoiceRow, find_voice_row
from engine.events import Done, Event, Level, Notice
from engine.protocols import SpeechEngineInfo, Voice
from engine.settings import Settings
from engine.source import SourceEvent, TextDelta
from engine.speech import voices as voice_catalog

if TYPE_CHECKING:
    from engine.audio.devices import OutputDevice
    from engine.pipeline.parts import Parts
    from engine.pipeline.run import Run
    from engine.translate.options import TranslatorOption

Subscriber = Callable[[Event], None]


class Engine:
    """Text in (`feed`), Japanese and sound out. Every command is thread-safe and returns at once.

    Subscribers are called on the engine's thread, in order; they must not block.

        engine = Engine(Settings())
        engine.subscribe(print)
        engine.start()
        engine.feed(TextDelta("block", "Hello. ", time.monotonic()))
        engine.drain()
        engine.close()
    """

    def __init__(self, settings: Settings, parts: Parts | None = None) -> None:
        self._settings = settings
        self._parts = parts
        self._subscribers: list[Subscriber] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._run: Run | None = None
        self._fed = self._taken = 0
        self._early: list[Callable[[Run], None]] = []
        self._lock = threading.Lock()
        self._closing = asyncio.Event()
        self._ended: Future[None] = Future()
        self._thread = threading.Thread(target=self._main, name="engine", daemon=True)

    # -- life ----------------------------------------------------------------------------------------------------

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call `callback` with every event from now on; the returned function ends that."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def start(self) -> None:
        """Start the thread; translator and voice load in the background, `Ready` tells when they have."""
        self._thread.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """Silence, end the workers and the thread."""
        if not self._thread.is_alive():
            return
        self._post(lambda _: self._closing.set())
        self._thread.join(timeout_s)

    def leave(self, timeout_s: float = 2.0) -> None:
        """Silence, and wait until every sentence has ended and the sound is over: for a program that ends at once.

        The workers end, too, but nobody waits until the system has taken their memory back.
        """
        self._post(lambda _: self._closing.set())
        if self._run and self._thread.is_alive():
            self._run.is_over.wait(timeout_s)

    @property
    def has_ended(self) -> bool:
        """Whether its thread is gone: it was closed, or it broke down, which a notice has told."""
        return not self._thread.is_alive()

    def drain(self, timeout_s: float | None = None) -> Done:
        """Block until every sentence is in its final state, then emit and return `Done`.

        Raises TimeoutError, and RuntimeError when the engine has ended.
        """
        answer: Future[Done] = Future()
        self._post(lambda run: run.drain(answer))
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            try:
                return answer.result(0.1)
            except TimeoutError:
                if not self._thread.is_alive():
                    raise RuntimeError("the engine has ended") from None
                if deadline is not None and time.monotonic() > deadline:
                    raise TimeoutError(f"sentences still open after {timeout_s} s") from None

    # -- text ----------------------------------------------------------------------------------------------------

    def feed(self, event: SourceEvent) -> None:
        """Take text, or news of it, from a capture source."""
        self._fed += _length(event)
        self._post(lambda run: self._take(run, event))

    @property
    def waiting(self) -> int:
        """Sentences not yet in a final state."""
        return self._run.tally.waiting if self._run else 0

    @property
    def in_hand(self) -> int:
        """Sentences that are still to be translated or to be spoken; readers of large inputs slow down by it."""
        return self._run.tally.in_hand if self._run else 0

    @property
    def untaken(self) -> int:
        """Characters that were fed and not looked at yet; who feeds much, from one thread, slows down by it."""
        return self._fed - self._taken

    def tell(self, notice: Notice) -> None:
        """Let every subscriber have a notice from outside the engine."""
        self._post(lambda _: self._emit(notice))

    # -- commands ------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Silence now; everything waiting, and what is still to come in this turn, is skipped."""
        self._post(lambda run: run.stop())

    def skip(self) -> None:
        """End only the sentence that is sounding."""
        self._post(lambda run: run.speaking.skip())

    def set_muted(self, muted: bool) -> None:
        """Fall silent and let sentences pass unspoken, or speak again from the next sentence on."""
        self._post(lambda run: run.set_muted(muted))

    def set_paused(self, paused: bool) -> None:
        """Hold the sound where it is, or go on."""
        self._post(lambda run: run.set_paused(paused))

    def set_ducked(self, ducked: bool) -> None:
        """Speak softly while something else wants to be heard, or as loud as before."""
        self._post(lambda run: run.player.set_ducked(ducked))

    def set_device(self, device_name: str) -> None:
        """Let the sound go to another device ("" is the system's choice); one that cannot be used is a notice."""
        self._post(lambda run: run.set_device(device_name))

    def set_rate(self, rate: float) -> None:
        """Speak faster or slower from the next sentence on; 0.5 to 3.0, 1.0 is normal."""
        self._post(lambda run: run.set_rate(rate))

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0.0 to 1.0, at once."""
        self._post(lambda run: run.player.set_volume(volume))

    def set_voice(self, voice_id: str, *, fetch: bool = False) -> None:
        """Use another voice from the next sentence on; an unknown one is a notice.

        With `fetch`, weights that are missing are brought in first; the old voice speaks until then.
        """
        self._post(lambda run: run.set_voice(voice_id, fetch=fetch))

    def set_translator(self, translator_id: str) -> None:
        """Load another translator, fetching its weights where they are missing; the old one works until it is ready."""
        self._post(lambda run: run.set_translator(translator_id))

    def apply(self, settings: Settings, names: Collection[str] = ()) -> None:
        """Go by other settings: where they differ from those before, and in `names` (`section.key`) in any case.

        What a running engine takes over is `engine.pipeline.applying.LIVE`; the rest counts from its next start.
        """
        self._settings = settings
        self._post(lambda run: run.apply(settings, names))

    def replay(self, sentence_id: int | None = None, voice: str | None = None) -> None:
        """Say a sentence again before what is waiting; None is the last one that was spoken."""
        self._post(lambda run: run.replay(sentence_id, voice))

    def say_again(self, japanese: str) -> None:
        """Say a text that is no sentence of this run, such as one of an earlier session, before what is waiting."""
        self._post(lambda run: run.say_again(japanese))

    def preview(self, voice_id: str) -> None:
        """Say a short Japanese sample in a voice, before what is waiting."""
        self._post(lambda run: run.preview(voice_id))

    def voices(self) -> Sequence[Voice]:
        """Every voice that can be chosen here."""
        return voice_catalog.all_voices(self._settings.speech)

    def missing_voices(self) -> Sequence[VoiceRow]:
        """Voices that could be chosen once their weights are fetched (`set_voice` with `fetch`)."""
        from engine.speech.piper import why_not_installed

        missing = [] if why_not_installed() else voice_catalog.missing_voices()
        return [row for voice in missing if (row := find_voice_row(voice.id))]

    def translators(self) -> Sequence[TranslatorOption]:
        """What `set_translator` takes, `auto` first. Waits at most some seconds, for the hub; never raises."""
        from engine.translate.options import options

        return options(self._settings.translate)

    def engine_infos(self) -> Sequence[SpeechEngineInfo]:
        """Every speech engine, and why one cannot be used."""
        return voice_catalog.engine_infos(self._settings.speech)

    def output_devices(self) -> Sequence[OutputDevice]:
        """Every device that sound can go to now. Never raises; takes some 0.3 s."""
        from engine.audio.devices import fresh_output_devices

        return fresh_output_devices()

    @property
    def translator_pid(self) -> int | None:
        """The process id of the translator's worker, for tests."""
        return self._run.translator.pid if self._run else None

    @property
    def speech_pid(self) -> int | None:
        """The process id of the worker that holds the local voices."""
        return self._run.voices.client.pid if self._run else None

    # -- the thread ----------------------------------------------------------------------------------------------

    def _post(self, command: Callable[[Run], None]) -> None:
        with self._lock:
            if self._run is None or self._loop is None:
                self._early.append(command)
                return
            run, loop = self._run, self._loop
        if not loop.is_closed():
            loop.call_soon_threadsafe(command, run)

    def _take(self, run: Run, event: SourceEvent) -> None:
        self._taken += _length(event)
        run.intake.take(event)

    def _emit(self, event: Event) -> None:
        for subscriber in list(self._subscribers):
            subscriber(event)

    def _main(self) -> None:
        try:
            asyncio.run(self._live())
        except Exception as error:
            # The engine may die; the screen and Claude may not.
            self._emit(Notice(Level.ERROR, "engine_ended", f"The engine stopped: {type(error).__name__}: {error}"))

    async def _live(self) -> None:
        # Imported on this thread: the stages with their libraries must not hold up the screen's first paint.
        from engine.pipeline.parts import Parts
        from engine.pipeline.run import Run

        async with Run(self._settings, self._parts or Parts(), self._emit) as run:
            with self._lock:
                self._run, self._loop = run, asyncio.get_running_loop()
                early, self._early = self._early, []
            for command in early:
                command(run)
            await run.until(self._closing)


def _length(event: SourceEvent) -> int:
    return len(event.text) if isinstance(event, TextDelta) else 0
