"""`streamtts bench --voices` and `--sound`: what they find is what was there."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.audio.device import DeviceSink
from engine.audio.portaudio import LATENCY_S
from engine.cli import main
from engine.commands.bench import busy_run, key_to_silence, live, many_sentences, replays, voices
from engine.commands.bench.hearing import Ear, FastSink, PacedDevice, Span
from engine.commands.bench.stand_ins import (
    MARKS,
    TRANSLATOR_ID,
    VOICE_ID,
    MarkedEngine,
    MarkedTranslator,
    OneVoice,
    english,
    level,
    mark,
    number_in,
)
from engine.pipeline.parts import Parts
from engine.protocols import AudioChunk
from engine.settings import Settings
from engine.speech.phrases import split_phrases

RATE = 48_000


def heard(*pieces: tuple[float, int]) -> Ear:
    """An ear that was given values for so many samples, in blocks of 10 ms, one every 10 ms from 100 s on."""
    ear = Ear()
    samples = np.concatenate([np.full(count, value, np.float32) for value, count in pieces])
    for start in range(0, len(samples), 480):
        ear.take(samples[start : start + 480], 100.0 + start / RATE)
    return ear


class TestEar:
    def test_samples_of_one_value_are_one_span(self) -> None:
        assert heard((0.0, 700), (0.5, 100), (0.25, 1000)).spans == [
            Span(0.0, 0, 700),
            Span(0.5, 700, 100),
            Span(0.25, 800, 1000),
        ]

    def test_silence_is_found_to_the_sample(self) -> None:
        ear = heard((0.5, 720), (0.0, 480))
        assert ear.first_silence_after(100.0, RATE) == pytest.approx(100.015)
        assert ear.first_silence_after(100.02, RATE) == pytest.approx(100.02)
        assert ear.first_silence_after(101.0, RATE) is None
        assert heard((0.5, 960)).first_silence_after(100.0, RATE) is None
        assert not heard((0.5, 960)).is_silent
        assert ear.is_silent

    def test_gaps_are_between_sentences_only(self) -> None:
        ear = heard((level(1), 480), (0.0, 7_200), (level(2), 480), (0.0, 96), (level(2), 480), (0.0, 4_800))
        assert key_to_silence.gaps(ear) == pytest.approx([150.0])

    @pytest.mark.parametrize(
        ("numbers", "lost", "doubled", "in_order"),
        [([0, 1, 2], 0, 0, True), ([0, 2], 1, 0, False), ([0, 1, 1, 2], 0, 1, False), ([0, 2, 1], 0, 0, False)],
    )
    def test_what_was_lost_or_doubled_is_counted(
        self, numbers: list[int], lost: int, doubled: int, in_order: bool
    ) -> None:
        ear = heard(*[piece for number in numbers for piece in ((level(number), 100), (0.0, 50))])
        found = many_sentences.judge(ear, 3, [1.0, 2.0, 3.0])
        assert (found.lost, found.doubled, found.is_in_order) == (lost, doubled, in_order)
        assert (found.rss_start_mb, found.rss_half_mb, found.rss_end_mb) == (1.0, 2.0, 3.0)

    def test_every_sentence_has_a_level_of_its_own(self) -> None:
        assert [mark(float(np.float32(level(number)))) for number in range(MARKS)] == list(range(MARKS))
        assert number_in(english(17)) == 17
        with pytest.raises(ValueError, match=r"0\.3"):
            mark(0.3)


class TestPacedDevice:
    def test_what_is_written_is_heard_whole(self) -> None:
        ear = Ear()
        sink = DeviceSink(backend=PacedDevice(ear))
        for _ in range(10):
            while not sink.wait_for_room():
                pass
            sink.write(AudioChunk(np.full(480, 0.5, np.float32), RATE))
        sink.close()
        assert sum(span.count for span in ear.spans if span.value == 0.5) == 4_800

    def test_a_device_that_is_served_late_has_run_dry(self) -> None:
        dry: list[bool] = []
        enough = threading.Event()

        def fill(out: object, ran_dry: bool) -> None:
            dry.append(ran_dry)
            if len(dry) == 3:
                # Longer than what the device has in hand.
                threading.Event().wait(0.2)
            if len(dry) > 5:
                enough.set()

        stream = PacedDevice(None).start("", RATE, fill, LATENCY_S)
        assert enough.wait(30)
        stream.close(play_out=False)
        assert dry[3]
        assert not stream.is_active


class TestSound:
    def test_every_key_is_measured_to_its_silence(self) -> None:
        found = key_to_silence.measure_silence(tries=1)
        assert [len(times) for times in (found.stop_ms, found.skip_ms, found.mute_ms)] == [1, 1, 1]
        assert all(one >= 0.0 for one in found.all_ms)

    def test_there_is_a_gap_between_any_two_sentences(self) -> None:
        found = key_to_silence.measure_gaps(120, sentences=4)
        assert len(found) == 3
        # Half of it: on a busy machine the next one may not have been ready.
        assert min(found) >= 60.0

    def test_sentences_are_heard_once_and_in_order(self) -> None:
        found = many_sentences.measure(40)
        assert (found.sentences, found.lost, found.doubled, found.is_in_order) == (40, 0, 0, True)
        assert found.rss_end_mb > 10

    @pytest.mark.parametrize("as_json", [True, False])
    def test_the_report(
        self, as_json: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        silence = key_to_silence.Silence([10.0], [11.0], [12.0])
        monkeypatch.setattr(key_to_silence, "measure_silence", lambda: silence)
        monkeypatch.setattr(key_to_silence, "measure_gaps", lambda gap_ms: [gap_ms + 0.5, gap_ms - 0.25])
        busy = busy_run.Busy(60.0, "paced", "a:b", "c:d", 70, 12, 0, 3, 21.5)
        monkeypatch.setattr(busy_run, "measure", lambda settings, seconds, is_real: busy)
        assert main(["bench", "--sound", "--sentences", "5", *(["--json"] if as_json else [])]) == 0
        printed = capsys.readouterr().out
        if not as_json:
            assert "| all to the first silent sample, p50 / p95 | 11.0 / 12.0 ms | 3 | p95 ≤ 30 ms |" in printed
            assert "| underflows in 60 s with translation busy | 3 | 12 | 0 |" in printed
            assert "70 sentences translated" in printed
            assert "| memory after a tenth / half / all |" in printed
            return
        report = json.loads(printed)
        assert report["silence_ms"]["all"] == {"p50": 11.0, "p95": 12.0, "n": 3}
        assert report["gap_ms"] == {"setting": 150, "n": 2, "least": 149.75, "most": 150.5, "worst_error": 0.5}
        assert report["many"]["sentences"] == 5
        assert report["many"]["lost"] == report["many"]["doubled"] == 0
        assert report["busy"]["underflows"] == 3


class TestVoices:
    def test_a_voice_is_measured_phrase_by_phrase_and_as_a_whole(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        real = replays.measure
        monkeypatch.setattr(replays, "measure", lambda voice_id, japanese: real(voice_id, japanese, tries=2))
        assert main(["bench", "--voices", "--voice", "openjtalk:mei", "--sentences", "2", "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)["voices"]
        assert found["voice"] == "openjtalk:mei"
        assert found["n"] == found["replays"] == 2
        assert found["first_phrase_p50_ms"] > 0
        assert found["replay_p50_ms"] > 0
        assert found["leading_silence_p50_ms"] > 50, "as Open JTalk gives it"
        assert found["sooner_to_the_ear_p50"] > found["sooner_p50"] > 0

    def test_its_sentences_are_long_enough_and_have_a_first_phrase(self) -> None:
        for sentence in voices.SENTENCES:
            assert len(sentence) >= 25
            assert 2 <= len(split_phrases(sentence)[0]) < len(sentence) / 2

    def test_a_voice_of_the_network_is_not_measured(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["bench", "--voices", "--voice", "gtts:ja"]) == 2
        assert "gtts:ja" in capsys.readouterr().err

    def test_a_voice_that_is_not_here_is_status_3(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["bench", "--voices", "--voice", "openjtalk:nobody"]) == 3
        assert "openjtalk:nobody" in capsys.readouterr().err


def test_sentences_always_wait_while_the_device_is_watched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def parts(**given: Any) -> Parts:
        return Parts(
            make_async_translator=lambda translator_id, settings: MarkedTranslator(),
            voices=lambda settings: OneVoice(MarkedEngine(0.2)),
            log_folder=tmp_path,
            **given,
        )

    monkeypatch.setattr(busy_run, "Parts", parts)
    monkeypatch.setattr(live, "read_sentences", lambda name, count: ["the build is done."])
    settings = Settings().replace("translate", translator=TRANSLATOR_ID, fallback=TRANSLATOR_ID)
    settings = settings.replace("speech", voice=VOICE_ID).replace("audio", cache_mb=0)
    found = busy_run.measure(settings, 2.0, is_real=False)
    assert (found.device, found.translator, found.voice, found.failed) == ("paced", TRANSLATOR_ID, VOICE_ID, 0)
    assert found.seconds >= 2.0
    assert found.translated >= busy_run.UNTRANSLATED
    assert found.worst_delay_ms is not None


def test_a_sink_without_a_clock_takes_everything() -> None:
    ear = Ear()
    sink = FastSink(ear)
    assert sink.wait_for_room()
    sink.write(AudioChunk(np.full(10, 0.5, np.float32), RATE))
    assert ear.spans == [Span(0.5, 0, 10)]
