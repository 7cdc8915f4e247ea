"""The device sink on a device made up here: one that stalls, vanishes and comes back when told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import numpy as np
import pytest

from engine.audio import device
from engine.audio.device import DeviceSink, first_latency_s
from engine.audio.errors import SinkError
from engine.audio.portaudio import Fill, wait_until
from engine.protocols import Samples
from tests.support.sound import about, level

PATIENCE_S = 20.0


class FakeStream:
    """Asks for 10 ms blocks from a thread of its own, or only once when `stalls`."""

    def __init__(self, fill: Fill, *, stalls: bool) -> None:
        self.is_active = True
        self.ran_dry = False
        self.played_out: bool | None = None
        self.heard: list[Samples] = []
        self._fill = fill
        self._closed = threading.Event()
        self._stalls = stalls
        self._is_held = False
        self._asking = threading.Lock()
        threading.Thread(target=self._run, daemon=True).start()

    def close(self, *, play_out: bool) -> None:
        self.played_out = play_out
        self._closed.set()

    def hold(self, held: bool = True) -> None:
        """Ask for nothing more by itself, or go on."""
        with self._asking:
            self._is_held = held

    def ask(self, blocks: int) -> None:
        """Ask for sound now."""
        for _ in range(blocks):
            out = np.empty(480, dtype=np.float32)
            self._fill(out, self.ran_dry)
            self.heard.append(out)

    @property
    def loud(self) -> Samples:
        """What was heard, without the silence."""
        samples: Samples = np.concatenate([np.zeros(0, dtype=np.float32), *self.heard])
        loud: Samples = samples[samples != 0]
        return loud

    def _run(self) -> None:
        while not self._closed.wait(0.01):
            with self._asking:
                if self.is_active and not self._is_held:
                    self.ask(1)
            if self._stalls:
                return


class FakeBackend:
    """A machine with one device."""

    def __init__(self, *, stalling: int = 0) -> None:
        self.stalling = stalling
        self.is_there = True
        self.restarts = 0
        self.streams: list[FakeStream] = []
        self.names: list[str] = []
        self.latencies_ms: list[int] = []
        self.unknown: set[str] = set()
        """Devices that are not there."""
        self.not_seen: set[str] = set()
        """Devices that are found only after a fresh look."""

    def start(self, device_name: str, sample_rate: int, fill: Fill, latency_s: float) -> FakeStream:
        if not self.is_there:
            raise SinkError("no_sound_device", "no device")
        if device_name in self.unknown | self.not_seen:
            raise SinkError("unknown_sound_device", f"No sound device is named {device_name!r}.")
        assert sample_rate == 48_000
        self.names.append(device_name)
        self.latencies_ms.append(round(latency_s * 1000))
        self.streams.append(FakeStream(fill, stalls=len(self.streams) < self.stalling))
        return self.streams[-1]

    def restart(self) -> None:
        assert all(stream.played_out is not None for stream in self.streams), "a stream is open"
        self.not_seen.clear()
        self.restarts += 1


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less for a device."""
    monkeypatch.setattr(device, "_FIRST_CALLS_S", 0.5)
    monkeypatch.setattr(device, "_LOOK_S", 0.1)
    monkeypatch.setattr(device, "_FIRST_RETRY_S", 0.05)


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def sink(backend: FakeBackend, quick: None) -> Iterator[DeviceSink]:
    opened = DeviceSink("Speakers", backend=backend, latency_s=0.04)
    yield opened
    opened.close()


def play(sink: DeviceSink, seconds: float, value: float = 0.5) -> None:
    for _ in range(round(seconds * 100)):
        assert wait_until(sink.wait_for_room, PATIENCE_S)
        sink.write(level(0.01, value))


def wait(condition: Callable[[], bool]) -> None:
    assert wait_until(condition, PATIENCE_S)


def test_what_is_written_is_heard_in_full(sink: DeviceSink, backend: FakeBackend) -> None:
    play(sink, 0.3)
    sink.idle()
    sink.close()
    sink.close()
    (stream,) = backend.streams
    np.testing.assert_array_equal(stream.loud, level(0.3).samples)
    assert stream.played_out
    assert backend.names == ["Speakers"]


def test_writing_waits_for_the_device_but_not_for_ever(sink: DeviceSink, backend: FakeBackend) -> None:
    backend.streams[0].hold()
    for _ in range(20):
        if not sink.wait_for_room():
            break
        sink.write(level(0.01))
    else:
        pytest.fail("there was always room")
    backend.streams[0].hold(False)
    wait(sink.wait_for_room)


def test_stop_fades_within_one_block_and_forgets_the_rest(sink: DeviceSink, backend: FakeBackend) -> None:
    stream = backend.streams[0]
    stream.hold()
    for _ in range(4):
        sink.write(level(0.01))
    stream.ask(1)
    dropped = sink.stop()
    stream.ask(3)
    assert dropped == about(0.03 - 0.008)
    assert np.all(stream.loud[:480] == 0.5)
    assert np.all(np.diff(stream.loud[480:]) < 0)
    assert stream.loud[-1] < 0.002
    assert len(stream.loud) == 480 + 383  # the ramp's last value is 0
    sink.write(level(0.01, 0.25))
    stream.ask(1)
    np.testing.assert_array_equal(stream.heard[-1], level(0.01, 0.25).samples)
    assert sink.underflows == 0


def test_running_dry_counts_only_in_mid_sound(sink: DeviceSink, backend: FakeBackend) -> None:
    stream = backend.streams[0]
    stream.hold()
    sink.write(level(0.01))
    sink.write(level(0.01))
    stream.ask(2)
    assert sink.underflows == 0
    stream.ask(5)
    assert sink.underflows == 1  # once, however long it lasts
    sink.write(level(0.01))
    sink.idle()
    stream.ask(3)
    assert sink.underflows == 1
    stream.ran_dry = True
    stream.ask(1)
    assert sink.underflows == 1  # in silence nobody hears it
    sink.write(level(0.01))
    stream.ask(1)
    assert sink.underflows == 2


def test_a_device_that_ran_dry_is_opened_again_with_more_time(sink: DeviceSink, backend: FakeBackend) -> None:
    for times in (1, 2, 3):
        stream = backend.streams[-1]
        stream.hold()
        sink.write(level(0.01))
        stream.ran_dry = True
        stream.ask(1)
        stream.ran_dry = False
        sink.idle()
        stream.hold(False)
        assert wait_until(lambda stream=stream, times=times: stream.played_out or times == 3, PATIENCE_S)  # type: ignore[misc]
        assert sink.underflows == times
    assert backend.latencies_ms == [40, 80, 160]  # and no more: silence on a key would come late
    play(sink, 0.05)
    assert wait_until(lambda: len(backend.streams[-1].loud) >= 2400, PATIENCE_S)
    assert sink.trouble is None
    assert backend.restarts == 0


def test_a_writer_that_was_held_up_keeps_more_sound_waiting(sink: DeviceSink, backend: FakeBackend) -> None:
    stream = backend.streams[0]
    stream.hold()
    for lead_ms in (40, 80, 160, 160):
        for _ in range(lead_ms // 10):
            assert sink.wait_for_room()
            sink.write(level(0.01))
        stream.ask(lead_ms // 10 + 1)  # the last one finds nothing, in mid-sound
    assert sink.underflows == 4
    assert backend.latencies_ms == [40]


def test_sound_that_was_dropped_takes_no_room_and_no_time(sink: DeviceSink, backend: FakeBackend) -> None:
    stream = backend.streams[0]
    stream.hold()
    stream.ask(1)
    for _ in range(4):
        sink.write(level(0.01))
    sink.stop()
    before = time.monotonic()
    assert sink.wait_for_room()
    assert sink.write(level(0.01)) - before < 0.035  # after its own call and the fade's


@pytest.mark.parametrize(("cores", "latency_s"), [(1, 0.12), (2, 0.12), (4, 0.04), (16, 0.04)])
def test_with_few_cores_a_device_asks_earlier(cores: int, latency_s: float) -> None:
    assert first_latency_s(cores) == pytest.approx(latency_s)


def test_closing_waits_for_sound_that_the_device_holds_and_for_nothing_else(backend: FakeBackend, quick: None) -> None:
    def closed_after(use: Callable[[DeviceSink], object]) -> bool | None:
        sink = DeviceSink(backend=backend)
        use(sink)
        sink.close()
        return backend.streams[-1].played_out

    def speak_and_stop(sink: DeviceSink) -> None:
        play(sink, 0.05)
        sink.stop()

    assert closed_after(lambda sink: play(sink, 0.05)) is True
    assert closed_after(speak_and_stop) is False
    assert closed_after(lambda sink: None) is False


def test_the_time_of_a_block_is_that_of_the_call_that_takes_it(
    sink: DeviceSink, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = backend.streams[0]
    stream.hold()
    now = 100.0
    monkeypatch.setattr(device, "time", SimpleNamespace(monotonic=lambda: now))
    stream.ask(1)
    now = 100.004
    assert [sink.write(level(0.01)) for _ in range(3)] == about([100.01, 100.02, 100.03])
    now = 100.5
    assert sink.write(level(0.01)) == 100.5


@pytest.mark.usefixtures("quick")
def test_a_stream_that_stalls_at_once_is_opened_again() -> None:
    backend = FakeBackend(stalling=1)
    sink = DeviceSink(backend=backend)
    assert backend.restarts == 1
    assert backend.streams[0].played_out is False
    play(sink, 0.05)
    sink.close()
    assert len(backend.streams[1].loud) == 2400


@pytest.mark.usefixtures("quick")
def test_a_device_that_never_asks_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_SECOND_TRY_S", 0.1)
    with pytest.raises(SinkError, match="takes no sound") as caught:
        DeviceSink(backend=FakeBackend(stalling=2))
    assert caught.value.code == "silent_sound_device"


def test_a_device_that_vanishes_costs_sound_but_no_time(sink: DeviceSink, backend: FakeBackend) -> None:
    play(sink, 0.05)
    backend.is_there = False
    backend.streams[0].is_active = False
    wait(lambda: sink.trouble is not None)
    assert "gone" in str(sink.trouble)
    play(sink, 0.2)  # goes on
    assert sink.stop() > 0.0
    wait(lambda: backend.restarts >= 2)  # it is looked for again and again
    backend.is_there = True
    wait(lambda: sink.trouble is None)
    play(sink, 0.05, 0.25)
    sink.idle()
    sink.close()
    assert backend.names == ["Speakers", "Speakers"]
    np.testing.assert_array_equal(backend.streams[1].loud, level(0.05, 0.25).samples)


def test_a_device_that_falls_silent_is_looked_for(sink: DeviceSink, backend: FakeBackend) -> None:
    backend.streams[0].hold()
    wait(lambda: len(backend.streams) == 2)
    wait(lambda: sink.trouble is None)
    play(sink, 0.05)
    sink.idle()
    wait(lambda: len(backend.streams[1].loud) == 2400)


def test_closing_while_the_device_is_gone_does_not_hang(sink: DeviceSink, backend: FakeBackend) -> None:
    backend.is_there = False
    backend.streams[0].is_active = False
    wait(lambda: sink.trouble is not None)
    sink.close()
    assert backend.streams[0].played_out is False


# --- choosing another device ---


def is_heard_on(sink: DeviceSink, stream: FakeStream) -> bool:
    if sink.wait_for_room():
        sink.write(level(0.01))
    return len(stream.loud) > 0


def test_another_device_takes_over_and_the_old_one_plays_out(sink: DeviceSink, backend: FakeBackend) -> None:
    sink.choose("Headphones").result(PATIENCE_S)
    speakers, headphones = backend.streams
    assert backend.names == ["Speakers", "Headphones"]
    assert speakers.played_out is True
    assert backend.restarts == 0
    assert wait_until(lambda: is_heard_on(sink, headphones), PATIENCE_S)
    assert not len(speakers.loud)
    assert sink.trouble is None


def test_a_device_that_was_plugged_in_since_is_found(sink: DeviceSink, backend: FakeBackend) -> None:
    backend.not_seen = {"Headphones"}
    sink.choose("Headphones").result(PATIENCE_S)
    assert backend.names == ["Speakers", "Headphones"]
    assert backend.restarts == 1


def test_a_device_that_is_not_there_is_said_and_the_old_one_goes_on(sink: DeviceSink, backend: FakeBackend) -> None:
    backend.unknown = {"Headphones"}
    with pytest.raises(SinkError, match="Headphones"):
        sink.choose("Headphones").result(PATIENCE_S)
    assert wait_until(lambda: sink.trouble is None and len(backend.streams) == 2, PATIENCE_S)
    assert backend.names == ["Speakers", "Speakers"]
    assert wait_until(lambda: is_heard_on(sink, backend.streams[-1]), PATIENCE_S)


def test_another_device_ends_the_search_for_one_that_is_gone(sink: DeviceSink, backend: FakeBackend) -> None:
    backend.unknown = {"Speakers"}
    backend.streams[0].is_active = False
    assert wait_until(lambda: sink.trouble is not None, PATIENCE_S)
    sink.choose("Headphones").result(PATIENCE_S)
    assert sink.trouble is None
    assert backend.names[-1] == "Headphones"
