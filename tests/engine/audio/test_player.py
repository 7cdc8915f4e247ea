"""Utterances come out in order, complete, with exact gaps, and each ends once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio.errors import SinkError
from engine.audio.player import (
    DUCKED,
    Dropped,
    Finished,
    Player,
    PlayerEvent,
    QueueFullError,
    Reached,
    SinkBack,
    SinkLost,
    Started,
)
from engine.protocols import AudioChunk, Samples
from tests.support.memory_sink import MemorySink
from tests.support.sound import Listener, about, level, noise, say, tone

StartPlayer = Callable[..., Player]
GAP = 7200  # 150 ms at 48 kHz


def joined(*parts: Samples | int) -> Samples:
    """Sounds, and numbers of silent samples, one after the other."""
    silent = [np.zeros(part, dtype=np.float32) if isinstance(part, int) else part for part in parts]
    return np.concatenate(silent)


def test_utterances_follow_each_other_with_the_gap_between_and_none_before(
    start_player: StartPlayer, listener: Listener
) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink)
    sounds = [noise(0.1234, seed=1), noise(0.05, seed=2), noise(0.2, seed=3)]
    for number, sound in enumerate(sounds):
        say(player, number, sound)
    sink.let(13 + 15 + 5 + 15 + 20)
    listener.wait_for_finals(3)
    expected = joined(sounds[0].samples, GAP, sounds[1].samples, GAP, sounds[2].samples)
    np.testing.assert_array_equal(sink.samples, expected)
    assert listener.finished == [0, 1, 2]


def test_another_gap_holds_from_the_next_utterance_on(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink)
    sounds = [noise(0.05, seed=1), noise(0.05, seed=2)]
    player.set_gap(40)
    for number, sound in enumerate(sounds):
        say(player, number, sound)
    sink.let(5 + 4 + 5)
    listener.wait_for_finals(2)
    np.testing.assert_array_equal(sink.samples, joined(sounds[0].samples, round(0.04 * 48_000), sounds[1].samples))


def test_an_utterance_in_pieces_is_seamless(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink()
    player = start_player(sink)
    whole = noise(0.5)
    player.begin(1)
    for piece in np.array_split(whole.samples, 37):
        player.write(1, AudioChunk(piece, 48_000))
    player.end(1)
    listener.wait_for_finals(1)
    np.testing.assert_array_equal(sink.samples, whole.samples)


def test_one_still_without_sound_is_waited_for(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink()
    player = start_player(sink)
    player.begin(1)
    late, early = noise(0.1, seed=1), noise(0.1, seed=2)
    say(player, 2, early)
    assert player.queued_s == about(0.1)
    assert len(sink.samples) == 0
    player.write(1, late)
    player.end(1)
    listener.wait_for_finals(2)
    np.testing.assert_array_equal(sink.samples, joined(late.samples, GAP, early.samples))
    assert player.is_idle
    assert player.queued_s == 0.0


def test_events_say_when_it_was_heard_and_how_long(start_player: StartPlayer, listener: Listener) -> None:
    player = start_player(MemorySink())
    say(player, 7, level(0.025, 0.0099), level(0.1, 0.0101), level(0.3, 0.0))
    listener.wait_for_finals(1)
    started, finished = listener.events
    assert isinstance(started, Started)
    assert started == Started(7, about(0.025))
    assert finished == Finished(7, about(0.425), about(0.425))


def test_silence_is_never_heard_but_finishes(start_player: StartPlayer, listener: Listener) -> None:
    player = start_player(MemorySink())
    say(player, 1, level(0.1, 0.009))
    listener.wait_for_finals(1)
    assert listener.events == [Finished(1, about(0.1), about(0.1))]


def test_one_without_any_sound_finishes_and_leaves_no_gap(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink()
    player = start_player(sink)
    player.begin(1)
    for number in (2, 3, 4):
        say(player, number, *([] if number == 3 else [noise(0.05, seed=number)]))
    player.end(1)
    listener.wait_for_finals(4)
    assert listener.finished == [1, 2, 3, 4]
    assert [final.audio_s for final in listener.finals] == about([0.0, 0.05, 0.0, 0.05])
    np.testing.assert_array_equal(sink.samples, joined(noise(0.05, seed=2).samples, GAP, noise(0.05, seed=4).samples))


def test_a_replay_goes_before_those_waiting_and_after_earlier_replays(
    start_player: StartPlayer, listener: Listener
) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink, gap_ms=0)
    say(player, 1, noise(0.1))
    sink.let(1)
    say(player, 2, noise(0.1))
    say(player, 3, noise(0.1), first=True)
    say(player, 4, noise(0.1), first=True)
    sink.let(39)
    listener.wait_for_finals(4)
    assert listener.finished == [1, 3, 4, 2]


def test_a_replay_does_not_wait_for_one_still_without_sound(start_player: StartPlayer, listener: Listener) -> None:
    player = start_player(MemorySink())
    player.begin(1)
    say(player, 2, noise(0.1), first=True)
    listener.wait_for_finals(1)
    assert listener.finished == [2]
    player.end(1)
    listener.wait_for_finals(2)
    assert listener.finished == [2, 1]


def test_stop_is_silent_at_once_and_drops_all(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink)
    say(player, 1, noise(1.0))
    say(player, 2, noise(1.0))
    player.begin(3)
    sink.let(20)
    sink.drops_s = 0.03
    player.stop()
    listener.wait_for_finals(3)
    assert listener.finals == [Dropped(1, about(0.17)), Dropped(2, 0.0), Dropped(3, 0.0)]
    assert sink.stops == [20 * 480]
    assert player.queued_s == 0.0
    say(player, 4, noise(0.02, seed=4))
    sink.let(2)
    listener.wait_for_finals(4)
    np.testing.assert_array_equal(sink.samples[20 * 480 :], noise(0.02, seed=4).samples)


def test_stop_when_idle_silences_the_sink_all_the_same(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink()
    player = start_player(sink)
    say(player, 1, noise(0.1))
    listener.wait_for_finals(1)
    player.stop()
    assert sink.stops == [4800]
    assert len(listener.finals) == 1


def test_dropping_the_one_that_sounds_lets_the_next_follow_after_the_gap(
    start_player: StartPlayer, listener: Listener
) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink)
    first, second = noise(1.0, seed=1), noise(0.05, seed=2)
    say(player, 1, first)
    say(player, 2, second)
    sink.let(10)
    player.drop(1)
    sink.let(20)
    listener.wait_for_finals(2)
    assert listener.finals == [Dropped(1, about(0.1)), Finished(2, about(0.3), about(0.05))]
    assert sink.stops == [4800]
    np.testing.assert_array_equal(sink.samples, joined(first.samples[:4800], GAP, second.samples))


def test_dropping_one_that_waits_is_not_heard(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink)
    sounds = [noise(0.1, seed=seed) for seed in range(3)]
    for number, sound in enumerate(sounds):
        say(player, number, sound)
    sink.let(5)
    player.drop(1)
    player.write(1, noise(0.1))
    player.end(1)
    sink.let(5 + 15 + 10)
    listener.wait_for_finals(3)
    assert listener.finals[0] == Dropped(1, 0.0)
    assert not sink.stops
    np.testing.assert_array_equal(sink.samples, joined(sounds[0].samples, GAP, sounds[2].samples))


def test_pause_fades_holds_and_goes_on_from_the_same_sample(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink)
    sound = noise(0.2)
    say(player, 1, sound)
    sink.let(5)
    player.set_paused(True)
    sink.let(1)
    paused_at = 6 * 480
    fading = sink.samples[5 * 480 :] / sound.samples[5 * 480 : paused_at]
    assert np.all(np.diff(fading) < 0)
    assert fading[-1] == about(0.0, abs=1e-4)
    assert player.queued_s == about(0.14)
    player.set_paused(False)
    sink.let(14)
    listener.wait_for_finals(1)
    rising = sink.samples[paused_at:] / sound.samples[paused_at:]
    assert np.all(np.diff(rising[:480]) > 0)
    np.testing.assert_array_equal(sink.samples[paused_at + 480 :], sound.samples[paused_at + 480 :])
    assert listener.finals == [Finished(1, about(0.2), about(0.2))]


def test_nothing_is_handed_over_while_paused(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink()
    player = start_player(sink)
    player.set_paused(True)
    say(player, 1, noise(0.1))
    player.drop(1)  # the event comes from the player's thread: it has had its turn
    listener.wait_for_finals(1)
    assert len(sink.samples) == 0
    say(player, 2, noise(0.1, seed=2))
    player.set_paused(False)
    listener.wait_for_finals(2)
    np.testing.assert_array_equal(sink.samples, noise(0.1, seed=2).samples)


def test_muted_utterances_run_on_unheard(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink)
    sound = level(0.1)
    say(player, 1, sound)
    sink.let(3)
    player.set_muted(True)
    sink.let(3)
    player.set_muted(False)
    sink.let(4)
    listener.wait_for_finals(1)
    blocks = sink.samples.reshape(10, 480)
    assert np.all(blocks[:3] == 0.5)
    assert np.all(np.diff(blocks[3]) < 0)
    assert np.all(blocks[4:6] == 0.0)
    assert np.all(np.diff(blocks[6]) > 0)
    assert np.all(blocks[7:] == 0.5)
    assert listener.finals == [Finished(1, about(0.1), about(0.1))]


def test_volume_changes_without_a_step(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink)
    say(player, 1, level(0.05))
    sink.let(1)
    player.set_volume(0.25)
    sink.let(4)
    listener.wait_for_finals(1)
    assert np.all(sink.samples[:480] == 0.5)
    assert np.all(sink.samples[960:] == 0.125)
    assert np.abs(np.diff(sink.samples)).max() < 0.5 / 400
    player.set_volume(7.0)
    say(player, 2, level(0.01))
    sink.let(16)
    listener.wait_for_finals(2)
    assert np.all(sink.samples[-480:] == 0.5)


def test_a_ducked_voice_is_softer_and_comes_back_without_a_step(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink)
    say(player, 1, level(0.07))
    sink.let(1)
    player.set_ducked(True)
    sink.let(3)
    player.set_ducked(False)
    sink.let(3)
    listener.wait_for_finals(1)
    assert np.all(sink.samples[:480] == 0.5)
    np.testing.assert_allclose(sink.samples[960:1920], 0.5 * DUCKED)
    assert np.all(sink.samples[-480:] == 0.5)
    assert np.abs(np.diff(sink.samples)).max() < 0.5 / 400


def test_a_sink_without_devices_says_so(start_player: StartPlayer) -> None:
    with pytest.raises(SinkError, match="no device"):
        start_player(MemorySink()).choose_device("Headphones").result(1)


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100])
def test_resampling_keeps_duration_and_pitch(rate: int, start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink()
    player = start_player(sink)
    sound = tone(1.0, rate)
    player.begin(1)
    for piece in np.array_split(sound.samples, 13):
        player.write(1, AudioChunk(piece, rate))
    player.end(1)
    listener.wait_for_finals(1)
    assert abs(len(sink.samples) - 48_000) <= 1
    assert listener.finals[0].audio_s == about(1.0, abs=1e-4)
    spectrum = np.abs(np.fft.rfft(sink.samples * np.hanning(len(sink.samples))))
    assert spectrum.argmax() == about(440, abs=1)
    # Seamless: no piece's edge sticks out of the sine.
    assert np.abs(sink.samples).max() < 0.52


def test_the_rate_may_change_within_an_utterance(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink()
    player = start_player(sink)
    say(player, 1, noise(0.1, 24_000), noise(0.1, 48_000), noise(0.1, 16_000))
    listener.wait_for_finals(1)
    assert abs(len(sink.samples) - 3 * 4800) <= 2


def test_what_is_not_a_number_is_silence(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink()
    player = start_player(sink)
    say(player, 1, level(0.05, float("nan")), level(0.05))
    listener.wait_for_finals(1)
    np.testing.assert_array_equal(sink.samples, joined(2400, level(0.05).samples))


def test_a_starved_utterance_is_counted_once_it_goes_on(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink(stepped=True, is_live=True)
    player = start_player(sink)
    player.begin(1)
    player.write(1, noise(0.02))
    sink.let(2)
    assert player.starvations == 0
    player.write(1, noise(0.01))  # in time: the device was not dry yet
    sink.let(1)
    assert player.starvations == 0
    sink.delay_s = 0.5
    player.write(1, noise(0.01))
    player.end(1)
    sink.let(1)
    listener.wait_for_finals(1)
    assert player.starvations == 1
    assert sink.rests >= 3


def test_a_lost_sink_is_told_once_and_so_is_its_return(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink()
    player = start_player(sink)
    sink.trouble = "unplugged"
    listener.wait_for(lambda: SinkLost("unplugged") in listener.events)
    say(player, 1, noise(0.1))
    listener.wait_for_finals(1)
    sink.trouble = None
    listener.wait_for(lambda: SinkBack() in listener.events)
    kinds = Counter(type(event) for event in listener.events)
    assert kinds == {SinkLost: 1, Started: 1, Finished: 1, SinkBack: 1}


def test_wrong_calls_are_refused_or_ignored(start_player: StartPlayer, listener: Listener) -> None:
    player = start_player(MemorySink())
    player.begin(1)
    with pytest.raises(ValueError, match="queued already"):
        player.begin(1)
    player.write(2, noise(0.1))
    player.end(2)
    player.drop(2)
    player.close()
    assert listener.finals == [Dropped(1, 0.0)]
    with pytest.raises(RuntimeError, match="closed"):
        player.begin(3)


def test_what_waits_is_bounded(start_player: StartPlayer) -> None:
    player = start_player(MemorySink(stepped=True))
    long = AudioChunk(np.broadcast_to(np.float32(0.5), (61 * 48_000,)), 48_000)
    player.begin(1)
    for _ in range(10):
        player.write(1, long)
    with pytest.raises(QueueFullError):
        player.write(1, long)
    for number in range(2, 1001):
        player.begin(number)
    with pytest.raises(QueueFullError):
        player.begin(1001)


def test_a_failing_subscriber_does_not_stop_the_sound() -> None:
    listener = Listener()

    def fail(event: PlayerEvent) -> None:
        listener(event)
        raise ValueError("not mine")

    sink = MemorySink()
    player = Player(sink, fail)
    say(player, 1, noise(0.1))
    say(player, 2, noise(0.1))
    listener.wait_for_finals(2)
    player.close()
    assert listener.finished == [1, 2]


def test_a_subscriber_may_close_the_player() -> None:
    sink = MemorySink()
    listener = Listener()

    def close_it(event: PlayerEvent) -> None:
        if isinstance(event, Started):
            player.close()
        listener(event)

    player = Player(sink, close_it)
    say(player, 1, noise(1.0))
    listener.wait_for_finals(1)
    player.close()
    assert [type(event) for event in listener.events] == [Started, Dropped]


def test_a_sink_that_raises_costs_what_is_queued_only(start_player: StartPlayer, listener: Listener) -> None:
    class Failing(MemorySink):
        def write(self, chunk: AudioChunk) -> float:
            if self.trouble is None:
                self.trouble = "broken"
                raise BufferError("broken")
            return super().write(chunk)

    sink = Failing()
    player = start_player(sink)
    say(player, 1, noise(0.1))
    listener.wait_for_finals(1)
    say(player, 2, noise(0.1))
    listener.wait_for_finals(2)
    assert listener.finals[0] == Dropped(1, 0.0)
    assert listener.finished == [2]


def test_close_drops_the_rest_and_closes_the_sink() -> None:
    sink = MemorySink(stepped=True)
    listener = Listener()
    player = Player(sink, listener)
    say(player, 1, noise(1.0))
    player.begin(2)
    sink.let(10)
    player.close()
    player.close()
    assert listener.finals == [Dropped(1, about(0.1)), Dropped(2, 0.0)]
    assert sink.stops == [4800]
    assert sink.is_closed


COMMANDS = st.lists(
    st.tuples(
        st.sampled_from(["begin", "replay", "write", "end", "drop", "stop", "pause", "resume", "mute", "volume"]),
        st.integers(min_value=0, max_value=4),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(commands=COMMANDS, closes=st.booleans())
def test_whatever_is_called_each_utterance_ends_once(commands: list[tuple[str, int]], closes: bool) -> None:
    """Numbers are used again once they are over, as replays do."""
    sink, listener = MemorySink(), Listener()
    player = Player(sink, listener, gap_ms=10)
    begun: Counter[int] = Counter()
    for command, number in commands:
        begun[number] += apply(player, command, number)
    if not closes:
        player.set_paused(False)
        for number in range(5):
            player.end(number)
        listener.wait_for_finals(begun.total())
        assert player.queued_s == 0.0
    player.close()
    assert Counter(final.utterance for final in listener.finals) == +begun
    played = sum(final.audio_s for final in listener.finals)
    assert played * 48_000 <= len(sink.samples) + 1


def apply(player: Player, command: str, number: int) -> int:
    """Carry out one command. Returns how many utterances it began."""
    if command in ("begin", "replay"):
        try:
            player.begin(number, first=command == "replay")
        except ValueError:
            return 0
        return 1
    simple: dict[str, Callable[[], None]] = {
        "write": lambda: player.write(number, noise(0.013 * number, 24_000 if number % 2 else 48_000)),
        "end": lambda: player.end(number),
        "drop": lambda: player.drop(number),
        "stop": player.stop,
        "pause": lambda: player.set_paused(True),
        "resume": lambda: player.set_paused(False),
        "mute": lambda: player.set_muted(number > 2),
        "volume": lambda: player.set_volume(number / 4),
    }
    simple[command]()
    return 0


def test_marks_are_reached_in_order_each_with_its_own_sound(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink)
    player.begin(1)
    for mark, seed in ((0, 1), (1, 2)):
        player.write(1, noise(0.1, seed=seed), mark=mark)
        player.write(1, noise(0.05, seed=seed))
    player.end(1)
    sink.let(15)
    listener.wait_for(lambda: Reached(1, 0) in listener.events)
    assert Reached(1, 1) not in listener.events
    sink.let(15)
    listener.wait_for_finals(1)
    assert [event for event in listener.events if isinstance(event, Reached)] == [Reached(1, 0), Reached(1, 1)]


def test_a_dropped_utterance_reaches_no_more_marks(start_player: StartPlayer, listener: Listener) -> None:
    sink = MemorySink(stepped=True)
    player = start_player(sink)
    player.begin(1)
    player.write(1, noise(0.1), mark=7)
    player.write(1, noise(0.1), mark=8)
    sink.let(5)
    listener.wait_for(lambda: Reached(1, 7) in listener.events)
    player.drop(1)
    listener.wait_for_finals(1)
    assert Reached(1, 8) not in listener.events
