"""The sink that sounds: one stream, opened once, fed silence when there is nothing to say."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from typing import Protocol

from engine.audio.errors import SinkError
from engine.audio.null import PATIENCE_S, NullSink
from engine.audio.portaudio import BLOCK_S, LATENCY_S, Fill, PortAudio, Stream, wait_until
from engine.audio.ring import SampleRing
from engine.protocols import AudioChunk, Samples

SAMPLE_RATE = 48_000
FADE_S = 0.008
_RING_S = 0.5
_FIRST_CALLS_S = 1.0
_SECOND_TRY_S = 3.0
_LOOK_S = 0.2
_SILENT_LOOKS = 10
_FIRST_RETRY_S = 0.5
_LAST_RETRY_S = 5.0
_CLOSE_S = 2.0
_QUIET_S = 0.3
"""Longer than any device holds sound: after so long without any there is none left in it."""
_LAST_WORD_S = 0.09
"""Whoever stopped the sound and leaves does not wait longer for what the device still holds."""
_MOST_LATENCY_S = 0.16
"""A machine so busy that even this runs dry stutters; more would make silence on a key come late."""
_FEW_CORES = 2
"""So few, and whoever translates has all of them; where such cores are shared, others waited up to 92 ms (measured)."""
_GONE = "The sound device is gone. Looking for it; everything else goes on."


class Backend(Protocol):
    """What the sink needs of PortAudio."""

    def start(self, device_name: str, sample_rate: int, fill: Fill, latency_s: float) -> Stream:
        """Start a stream that asks so long before what it is given sounds. Raises SinkError."""
        ...

    def restart(self) -> None:
        """Look for devices again. Raises SinkError."""
        ...


def first_latency_s(cores: int) -> float:
    """How long before it sounds a device asks for sound, on a machine with so many cores."""
    return LATENCY_S if cores > _FEW_CORES else 3 * LATENCY_S


class _Feed:
    """What one stream is fed with. The sound thread calls `fill`, which copies and counts, nothing else."""

    def __init__(self) -> None:
        self.ring = SampleRing(round(SAMPLE_RATE * _RING_S), round(SAMPLE_RATE * FADE_S))
        self.first_called_at: float | None = None
        self.called_at: float | None = None
        self.calls = 0
        self.underflows = 0
        self.sounded_at = float("-inf")
        """when it was last given sound"""
        self.was_late = False
        """the device ran dry in mid-sound because this was called too late"""
        self.was_empty = False
        """there was nothing to give in mid-sound, because the writer was held up"""
        self.expects_more = False

    def fill(self, out: Samples, ran_dry: bool) -> None:
        count = self.ring.read_into(out)
        # Running dry in silence is heard by nobody.
        if self.expects_more and (ran_dry or count < len(out)):
            self.underflows += 1
            self.was_late = self.was_late or ran_dry
            self.was_empty = self.was_empty or not ran_dry
            self.expects_more = count == len(out)
        self.called_at = time.monotonic()
        if count:
            self.sounded_at = self.called_at
        if self.first_called_at is None:
            self.first_called_at = self.called_at
        self.calls += 1

    def is_running(self) -> bool:
        """Whether the calls go on: the first few come at once, to fill the device's buffer, even if it then stalls."""
        return (
            self.first_called_at is not None
            and self.called_at is not None
            and self.called_at - self.first_called_at >= 2 * BLOCK_S
        )

    def handed_at(self) -> float:
        """When a sample written now goes to the device: with the next call that has room for it."""
        now = time.monotonic()
        if self.called_at is None:
            return now
        calls = 1 + self.ring.ahead // round(SAMPLE_RATE * BLOCK_S)
        return max(now, self.called_at + calls * BLOCK_S)


class DeviceSink:
    """Plays on the device with the name given ("" is the system's choice), mono on all channels, 48 kHz.

    When it has run dry it is opened with twice the latency, up to 160 ms; as much sound waits for it, in case that its
    writer is held up. Stop and skip drop what waits, so that it delays no silence. When the device vanishes sound is
    thrown away at the clock's pace, so that nothing upstream stands still, while a thread looks for it with growing
    pauses. Raises SinkError with what to do, after some four seconds.
    """

    def __init__(self, device_name: str = "", *, backend: Backend | None = None, latency_s: float = 0.0) -> None:
        """`latency_s` is what the device is opened with first; 0 chooses by the machine."""
        self._name = device_name
        self._latency_s = self._lead_s = latency_s or first_latency_s(os.cpu_count() or 1)
        self._backend = backend or PortAudio()
        self._thrown_away = NullSink(SAMPLE_RATE)
        self._trouble: str | None = None
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._choices: SimpleQueue[tuple[str, Future[None]]] = SimpleQueue()
        self._stream, self._feed = self._open()
        self._keeper = threading.Thread(target=self._keep, name="sound-keeper", daemon=True)
        self._keeper.start()

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return SAMPLE_RATE

    @property
    def is_live(self) -> bool:
        """A device keeps the clock's pace."""
        return True

    @property
    def underflows(self) -> int:
        """How often the device ran dry in mid-sound."""
        return self._feed.underflows

    @property
    def trouble(self) -> str | None:
        """That the device is gone, or None."""
        return self._trouble

    def wait_for_room(self) -> bool:
        """Sleep until little enough is waiting; False when that takes too long."""
        if self._trouble:
            return self._thrown_away.wait_for_room()
        feed = self._feed
        if feed.was_empty:
            feed.was_empty, self._lead_s = False, min(2 * self._lead_s, _MOST_LATENCY_S)
        deadline = time.monotonic() + PATIENCE_S
        while (excess := feed.ring.ahead / SAMPLE_RATE - self._lead_s) > 0:
            if time.monotonic() > deadline:
                return False
            time.sleep(min(max(excess, 0.001), BLOCK_S))
        return True

    def write(self, chunk: AudioChunk) -> float:
        """Hand over a block. Returns when its first sample goes to the device."""
        if self._trouble:
            return self._thrown_away.write(chunk)
        feed = self._feed
        handed_at = feed.handed_at()
        feed.ring.write(chunk.samples)
        feed.expects_more = True
        return handed_at

    def idle(self) -> None:
        """Say that running dry is fine now."""
        self._feed.expects_more = False

    def stop(self) -> float:
        """Fade out within the next 8 ms that the device asks for, and drop the rest."""
        self.idle()
        return self._thrown_away.stop() if self._trouble else self._feed.ring.drop() / SAMPLE_RATE

    def choose(self, device_name: str) -> Future[None]:
        """Go on on another device ("" is the system's choice); the old one stays when that fails.

        The future ends with SinkError when it fails. Returns at once.
        """
        answer: Future[None] = Future()
        self._choices.put((device_name, answer))
        self._wake.set()
        return answer

    def close(self) -> None:
        """Play out what is waiting and close the device; gives up on a device that hangs."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._wake.set()
        self._keeper.join(_CLOSE_S)
        if self._trouble:
            return
        wait_until(lambda: not self._feed.ring.waiting, _RING_S)
        quiet_s = time.monotonic() - self._feed.sounded_at
        was_stopped = self._feed.ring.is_dropped
        if was_stopped:
            time.sleep(max(0.0, _LAST_WORD_S - quiet_s))
        _close(self._stream, play_out=not was_stopped and quiet_s < _QUIET_S)

    def _open(self) -> tuple[Stream, _Feed]:
        opened = self._try_to_open(_FIRST_CALLS_S)
        if opened is None:
            # With PulseAudio below, a stream may start and then ask for no sound, or only after two seconds.
            self._backend.restart()
            opened = self._try_to_open(_SECOND_TRY_S)
        if opened is None:
            raise SinkError(
                "silent_sound_device", "The sound device was opened but takes no sound. Is its sound server running?"
            )
        return opened

    def _try_to_open(self, patience_s: float) -> tuple[Stream, _Feed] | None:
        feed = _Feed()
        stream = self._backend.start(self._name, SAMPLE_RATE, feed.fill, self._latency_s)
        if wait_until(feed.is_running, patience_s):
            return stream, feed
        _close(stream, play_out=False)
        return None

    # --- the keeper's thread ---

    def _keep(self) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            if not self._choices.empty():
                self._move(*self._choices.get())
            elif self._feed.was_late:
                self._take_more_time()
            elif self._is_gone() and not self._closing.is_set():
                self._trouble = _GONE
                self._recover()

    def _is_gone(self) -> bool:
        # Looks are counted, not seconds: a laptop that was asleep for an hour has not lost its device.
        calls, silent_looks = self._feed.calls, 0
        while silent_looks < _SILENT_LOOKS and self._stream.is_active:
            if self._wake.wait(_LOOK_S) or not self._choices.empty() or self._closing.is_set() or self._feed.was_late:
                return False
            silent_looks = silent_looks + 1 if self._feed.calls == calls else 0
            calls = self._feed.calls
        return True

    def _take_more_time(self) -> None:
        """Open the device once more, to be asked for sound earlier: one stutter is enough on a busy machine."""
        self._feed.was_late = False
        if self._latency_s >= _MOST_LATENCY_S:
            return
        self._latency_s = min(2 * self._latency_s, _MOST_LATENCY_S)
        with suppress(SinkError):  # The stream that runs is better than none.
            if (opened := self._try_to_open(_FIRST_CALLS_S)) is not None:
                before = self._stream
                self._use(*opened)
                _close(before, play_out=True)

    def _move(self, device_name: str, answer: Future[None]) -> None:
        before, self._name = self._name, device_name
        try:
            # Beside the old stream, so that nothing is cut off.
            opened = self._try_to_open(_FIRST_CALLS_S)
        except SinkError:
            opened = None
        if opened is not None:
            _close(self._stream, play_out=True)
            self._use(*opened)
            answer.set_result(None)
            return
        # It may have been plugged in since the library last looked, which it does only when nothing is open.
        _close(self._stream, play_out=True)
        if not self._reopen(answer):
            self._name = before
            self._trouble = _GONE
            self._recover()

    def _recover(self) -> None:
        _close(self._stream, play_out=False)
        pause = 0.0
        while not self._closing.is_set():
            before, answer = self._name, None
            if not self._choices.empty():
                self._name, answer = self._choices.get()
            if self._reopen(answer):
                return
            self._name = before
            pause = min(max(pause * 2, _FIRST_RETRY_S), _LAST_RETRY_S)
            self._wake.wait(pause)
            self._wake.clear()

    def _reopen(self, answer: Future[None] | None) -> bool:
        """Open the device after a fresh look at what there is; nothing may be open."""
        try:
            self._backend.restart()
            stream, feed = self._open()
        except SinkError as error:
            if answer:
                answer.set_exception(error)
            return False
        if self._closing.is_set():
            _close(stream, play_out=False)
            return True
        self._use(stream, feed)
        if answer:
            answer.set_result(None)
        return True

    def _use(self, stream: Stream, feed: _Feed) -> None:
        feed.underflows += self._feed.underflows
        self._stream, self._feed = stream, feed
        self._trouble = None


def _close(stream: Stream, *, play_out: bool) -> None:
    """Close `stream` on a thread that may be left behind: a vanished device can make PortAudio hang."""
    closer = threading.Thread(target=stream.close, kwargs={"play_out": play_out}, name="sound-closer", daemon=True)
    closer.start()
    closer.join(_CLOSE_S)
