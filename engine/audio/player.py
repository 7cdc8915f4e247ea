"""The player: utterances in order, small blocks to the sink, silence within a blink."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future

import numpy as np

from engine.audio.device import DeviceSink
from engine.audio.errors import QueueFullError, SinkError
from engine.audio.gain import Gain
from engine.audio.player_events import Dropped, Finished, Heard, PlayerEvent, Reached, SinkBack, SinkLost, Started
from engine.audio.timeline import Timeline
from engine.audio.utterance import Utterance
from engine.protocols import AudioChunk, Samples, Sink

__all__ = [
    "DUCKED",
    "Dropped",
    "Finished",
    "Player",
    "PlayerEvent",
    "QueueFullError",
    "Reached",
    "SinkBack",
    "SinkLost",
    "Started",
]

BLOCK_S = 0.01
"""What is handed to the sink at a time: a command takes effect after one, and a fade takes one."""
DUCKED = 10 ** (-14 / 20)
"""The factor of a ducked voice: -14 dB, still to be followed, no longer in the way."""
MAX_QUEUED_S = 600.0
MAX_UTTERANCES = 1000
_HEARD = 10 ** (-40 / 20)
_HEARD_GAP_S = 0.02
_LOOK_AT_SINK_S = 0.25
_JOIN_S = 3.0

_log = logging.getLogger(__name__)


class Player:
    """Plays utterances one after the other on a thread of its own. Every method may be called from any thread.

    Each utterance that was begun ends with exactly one `Finished` or `Dropped`. `on_event` is called on the player's
    thread and should be quick; it may call the player. The player owns `sink` and closes it.
    """

    def __init__(self, sink: Sink, on_event: Callable[[PlayerEvent], None], *, gap_ms: int = 150) -> None:
        self._sink = sink
        self._on_event = on_event
        self._rate = sink.sample_rate
        self._block = round(self._rate * BLOCK_S)
        self._gap = round(self._rate * gap_ms / 1000)
        self._lock = threading.Condition()
        self._queue: deque[Utterance] = deque()  # the first is the one that sounds, or that is waited for
        self._outbox: deque[PlayerEvent] = deque()
        self._gain = Gain(self._block)
        self._timeline = Timeline(self._rate, is_live=sink.is_live)
        self._volume = 1.0
        self._muted = False
        self._ducked = False
        self._paused = False
        self._owed = 0  # samples of silence due before the next utterance
        self._last_end: float | None = None  # when the last utterance came to its end
        self._sounding = False
        self._starvations = 0
        self._trouble: str | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        self._thread.start()

    # --- what callers say ---

    def begin(self, utterance: int, *, first: bool = False) -> None:
        """Queue an utterance; with `first` (a replay) before those that are waiting, after earlier replays.

        Raises ValueError when it is queued already, QueueFullError beyond `MAX_UTTERANCES`, RuntimeError when closed.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the player is closed")
            if self._find(utterance):
                raise ValueError(f"utterance {utterance} is queued already")
            if len(self._queue) >= MAX_UTTERANCES:
                raise QueueFullError(f"{MAX_UTTERANCES} utterances are waiting")
            if not self._queue:
                self._owed = self._gap_left()
            new = Utterance(utterance, self._rate, is_first=first)
            self._queue.insert(self._place_of_replay() if first else len(self._queue), new)
            self._lock.notify()

    def write(self, utterance: int, chunk: AudioChunk, *, mark: int | None = None) -> None:
        """Add sound, of any rate, to an utterance; nothing happens when it is over or was dropped.

        With a `mark`, `Reached` is sent when this sound is handed to the device. Resampled on the caller's thread.
        Raises QueueFullError when more than `MAX_QUEUED_S` are waiting.
        """
        if self.queued_s > MAX_QUEUED_S:
            raise QueueFullError(f"over {MAX_QUEUED_S:.0f} s of sound are waiting")
        if len(chunk.samples):
            self._extend(utterance, lambda its: its.resampler.push(chunk), ends=False, mark=mark)

    def end(self, utterance: int) -> None:
        """Say that no more sound comes for an utterance."""
        self._extend(utterance, lambda its: its.resampler.flush(), ends=True)

    def drop(self, utterance: int) -> None:
        """Forget an utterance; fade it when it sounds. The next one follows after the gap."""
        with self._lock:
            found = self._find(utterance)
            if found:
                was_sounding = found.played > 0
                self._discard([found], self._silence() if was_sounding else 0.0)
                if was_sounding:
                    self._last_end = time.monotonic()
                    self._owed = self._gap

    def stop(self) -> None:
        """Be silent at once and drop everything."""
        with self._lock:
            self._stop()

    def set_paused(self, paused: bool) -> None:
        """Hold, with a fade, or go on from the same sample."""
        with self._lock:
            self._paused = paused
            self._aim()

    def set_volume(self, volume: float) -> None:
        """Set the loudness: a factor for the samples, 0.0 to 1.0."""
        with self._lock:
            self._volume = min(max(volume, 0.0), 1.0)
            self._aim()

    def set_gap(self, gap_ms: int) -> None:
        """Set the silence between utterances, from the next one on."""
        with self._lock:
            self._gap = round(self._rate * gap_ms / 1000)

    def set_ducked(self, ducked: bool) -> None:
        """Speak softly while something else wants to be heard, or at the set loudness again, with a fade."""
        with self._lock:
            self._ducked = ducked
            self._aim()

    def choose_device(self, device_name: str) -> Future[None]:
        """Go on on another device ("" is the system's choice); the old one stays when that fails.

        The future ends with SinkError when it fails, also when the sink is no device. Returns at once.
        """
        if isinstance(self._sink, DeviceSink):
            return self._sink.choose(device_name)
        answer: Future[None] = Future()
        answer.set_exception(SinkError("no_sound_device", "Sound goes to no device now; start with --sink device."))
        return answer

    def set_muted(self, muted: bool) -> None:
        """Let utterances run on unheard, or be heard again, with a fade."""
        with self._lock:
            self._muted = muted
            self._aim()

    @property
    def queued_s(self) -> float:
        """Seconds of sound written and not yet handed to the sink."""
        with self._lock:
            return sum(utterance.queued for utterance in self._queue) / self._rate

    @property
    def underflows(self) -> int:
        """How often the device ran dry in mid-sound: the machine was too busy."""
        return self._sink.underflows

    @property
    def starvations(self) -> int:
        """How often an utterance that sounded had to wait for its next samples: the voice was too slow."""
        return self._starvations

    @property
    def is_idle(self) -> bool:
        """No utterance is queued, and the last one's final event has been sent."""
        with self._lock:
            return not self._queue and not self._outbox

    def close(self) -> None:
        """Drop what is queued, let the last finished sound play out, close the sink. May be called twice."""
        with self._lock:
            if not self._closed and self._queue:
                self._stop()
            self._closed = True
            self._lock.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join(_JOIN_S)

    # --- the player's thread ---

    def _run(self) -> None:
        while True:
            self._send_events()
            try:
                if not self._serve():
                    break
            except Exception:
                # A sink should not raise; if it does, that costs what is queued, never the player.
                _log.exception("the player failed")
                with self._lock:
                    self._discard(list(self._queue), 0.0)
        self._sink.close()

    def _serve(self) -> bool:
        with self._lock:
            while not (self._outbox or self._closed or self._is_due()):
                self._lock.wait(_LOOK_AT_SINK_S)
                self._look_at_sink()
            if self._outbox or self._closed:
                return bool(self._outbox)
        if self._sink.wait_for_room():
            with self._lock:
                self._look_at_sink()
                # A command may have come while this thread waited.
                if self._is_due():
                    self._play_block()
        return True

    def _send_events(self) -> None:
        while self._outbox:
            try:
                self._on_event(self._outbox[0])
            except Exception:
                _log.exception("a subscriber of the player failed")
            with self._lock:
                self._outbox.popleft()

    def _look_at_sink(self) -> None:
        trouble = self._sink.trouble
        if trouble and not self._trouble:
            self._outbox.append(SinkLost(trouble))
        elif self._trouble and not trouble:
            self._outbox.append(SinkBack())
        self._trouble = trouble

    def _is_due(self) -> bool:
        if not self._queue or (self._paused and self._gain.value == 0.0):
            return False
        current = self._queue[0]
        return self._owed > 0 or current.queued > 0 or current.is_ended

    def _play_block(self) -> None:
        current = self._queue[0]
        if self._owed and not current.is_done:
            self._play_gap()
        else:
            self._play_sound(current)
            if current.is_done:
                self._finish(current)
        if not self._is_due():
            self._rest()

    def _play_gap(self) -> None:
        count = min(self._owed, self._block)
        self._owed -= count
        self._hand_over(np.zeros(count, dtype=np.float32))

    def _play_sound(self, current: Utterance) -> None:
        samples = current.take(self._block)
        if not len(samples):
            return
        handed_at, start_s = self._hand_over(self._gain.apply(samples))
        self._note_start(current, samples, handed_at)
        self._note_starvation(current, handed_at)
        current.played += len(samples)
        self._outbox.extend(Reached(current.number, mark) for mark in current.take_reached())
        current.end_t = handed_at + len(samples) / self._rate
        current.heard = Heard(current.heard.start_s if current.heard else start_s, start_s + len(samples) / self._rate)
        self._sounding = True

    def _hand_over(self, samples: Samples) -> tuple[float, float]:
        """When the samples go to the device, and where they are in all the sound."""
        handed_at = self._sink.write(AudioChunk(samples, self._rate))
        return handed_at, self._timeline.book(len(samples), handed_at)

    def _note_start(self, current: Utterance, samples: Samples, handed_at: float) -> None:
        if current.is_heard:
            return
        loud = np.abs(samples) >= _HEARD
        if loud.any():
            current.is_heard = True
            self._outbox.append(Started(current.number, handed_at + int(loud.argmax()) / self._rate))

    def _note_starvation(self, current: Utterance, handed_at: float) -> None:
        if current.is_starved and current.end_t is not None and handed_at > current.end_t + _HEARD_GAP_S:
            self._starvations += 1
        current.is_starved = self._sink.is_live and not current.queued and not current.is_ended

    def _finish(self, current: Utterance) -> None:
        self._queue.popleft()
        if current.end_t is None:
            self._outbox.append(Finished(current.number, time.monotonic(), 0.0))
            return
        self._last_end = current.end_t
        self._owed = self._gap_left()
        self._outbox.append(Finished(current.number, current.end_t, current.played / self._rate, current.heard))

    def _rest(self) -> None:
        self._sink.idle()
        current = self._queue[0] if self._queue else None
        if not (self._paused and current and current.played and current.queued):
            self._be_quiet()

    def _be_quiet(self) -> None:
        # Nothing sounds and nothing is held in mid-sound: a change of gain needs no fade.
        self._sounding = False
        self._gain.snap()

    # --- shared; the lock is held ---

    def _find(self, number: int) -> Utterance | None:
        return next((utterance for utterance in self._queue if utterance.number == number), None)

    def _place_of_replay(self) -> int:
        for place, utterance in enumerate(self._queue):
            if not utterance.is_first and not utterance.played:
                return place
        return len(self._queue)

    def _gap_left(self) -> int:
        if self._last_end is None:
            return 0
        # In a file no time passes while nothing is written.
        passed = max(0.0, time.monotonic() - self._last_end) if self._sink.is_live else 0.0
        return max(0, self._gap - round(passed * self._rate))

    def _extend(
        self, number: int, more: Callable[[Utterance], Samples], *, ends: bool, mark: int | None = None
    ) -> None:
        with self._lock:
            found = self._find(number)
        if found is None:
            return
        # Resampled outside the player's lock; `writing` keeps the chunks of one utterance in order.
        with found.writing:
            samples = np.nan_to_num(more(found))
            with self._lock:
                if not found.is_ended:
                    found.append(samples, mark)
                    found.is_ended = ends
                    self._lock.notify()

    def _stop(self) -> None:
        self._discard(list(self._queue), self._silence())
        self._owed = 0
        self._last_end = None

    def _silence(self) -> float:
        unheard = self._sink.stop()
        self._sink.idle()
        self._be_quiet()
        return unheard

    def _discard(self, utterances: Iterable[Utterance], unheard_s: float) -> None:
        for utterance in utterances:
            audio_s = max(0.0, utterance.played / self._rate - unheard_s) if utterance.played else 0.0
            self._queue.remove(utterance)
            heard = utterance.heard
            if heard:
                heard = Heard(heard.start_s, max(heard.start_s, heard.end_s - unheard_s))
            self._outbox.append(Dropped(utterance.number, audio_s, heard))
        self._lock.notify()

    def _aim(self) -> None:
        loudness = self._volume * (DUCKED if self._ducked else 1.0)
        self._gain.target = 0.0 if self._paused or self._muted else loudness
        if not self._sounding:
            self._gain.snap()
        self._lock.notify()
