from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.protocols import Samples, Voice
from engine.speech.openjtalk import OpenJTalk, slice_at_pauses
from engine.speech.trim import trim
from tests.engine.speech.conftest import Sound

TEXT = "ファイルを読み、テストを実行して、結果を報告します。"


@pytest.fixture(scope="module")
def engine() -> OpenJTalk:
    engine = OpenJTalk()
    engine.load()
    return engine


@pytest.fixture
def mei(engine: OpenJTalk) -> Voice:
    return engine.voices()[0]


def test_the_bundled_voice_is_there(engine: OpenJTalk, mei: Voice) -> None:
    assert mei.id == "openjtalk:mei"
    assert mei.offline
    assert engine.info.unavailable is None


def test_it_speaks(engine: OpenJTalk, mei: Voice) -> None:
    sound = Sound(engine.synthesize("テストがすべて成功しました。", mei, 1.0))
    assert sound.sample_rate == 48_000
    sound.assert_is_speech(1.2, 3.0)


def test_each_phrase_is_a_chunk_and_every_chunk_begins_with_sound(engine: OpenJTalk, mei: Voice) -> None:
    sound = Sound(engine.synthesize(TEXT, mei, 1.0))
    assert len(sound.chunks) == 3
    for chunk in sound.chunks:
        assert Sound([chunk]).leading_s < 0.04


def test_the_first_phrase_comes_before_the_rest_is_made(
    engine: OpenJTalk, mei: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyopenjtalk

    made: list[int] = []
    real = pyopenjtalk.synthesize

    def counting(labels: list[str], speed: float) -> object:
        made.append(len(labels))
        return real(labels, speed=speed)

    monkeypatch.setattr(pyopenjtalk, "synthesize", counting)
    chunks = engine.synthesize(TEXT, mei, 1.0)
    next(chunks)
    assert len(made) == 1
    chunks.close()  # type: ignore[attr-defined]
    assert len(made) == 1, "closing it stops the synthesis"


def test_phrases_together_last_as_long_as_the_whole(
    engine: OpenJTalk, mei: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    phrased = Sound(engine.synthesize(TEXT, mei, 1.0))
    monkeypatch.setattr("engine.speech.openjtalk.slice_at_pauses", lambda labels: [list(labels)])
    whole = Sound(engine.synthesize(TEXT, mei, 1.0))
    assert len(whole.chunks) == 1
    assert phrased.duration_s == pytest.approx(whole.duration_s, rel=0.05)


def test_pauses_between_phrases_are_heard(engine: OpenJTalk, mei: Voice) -> None:
    first, *_, last = Sound(engine.synthesize(TEXT, mei, 1.0)).chunks
    assert 0.15 < Sound([first]).trailing_s < 0.8
    assert Sound([last]).trailing_s < 0.05


@pytest.mark.parametrize("rate", [0.5, 0.8, 1.25, 2.0, 3.0])
def test_rate_changes_the_length(engine: OpenJTalk, mei: Voice, rate: float) -> None:
    normal = Sound(engine.synthesize(TEXT, mei, 1.0)).duration_s
    assert Sound(engine.synthesize(TEXT, mei, rate)).duration_s == pytest.approx(normal / rate, rel=0.1)


def test_loud_vowels_are_clipped_not_wrapped(engine: OpenJTalk, mei: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyopenjtalk

    wave = 50_000 * np.sin(np.arange(48_000) / 20)
    monkeypatch.setattr(pyopenjtalk, "synthesize", lambda labels, speed: (wave, 48_000))
    sound = Sound(engine.synthesize("はい", mei, 1.0))
    assert np.abs(sound.samples).max() == 1.0
    assert np.abs(np.diff(sound.samples)).max() < 0.2


def test_english_and_code_are_read_as_words(engine: OpenJTalk, mei: Voice) -> None:
    said = Sound(engine.synthesize("READMEを更新しました。", mei, 1.0)).duration_s
    kana = Sound(engine.synthesize("リードミーを更新しました。", mei, 1.0)).duration_s
    assert said == kana


@pytest.mark.parametrize("text", ["", "。", "…", "🎉", "**", "\n"])
def test_nothing_to_say_gives_no_sound(engine: OpenJTalk, mei: Voice, text: str) -> None:
    assert list(engine.synthesize(text, mei, 1.0)) == []


def test_labels_are_cut_after_pauses_and_no_sound_is_lost() -> None:
    labels = [f"x^x-{phone}+x=x" for phone in ("sil", "a", "pau", "pau", "k", "i", "sil")]
    assert slice_at_pauses(labels) == [labels[1:3], labels[4:6]]
    assert slice_at_pauses([]) == []


def test_real_labels_keep_every_sound_once() -> None:
    import pyopenjtalk

    labels = pyopenjtalk.extract_fullcontext(TEXT)
    slices = slice_at_pauses(labels)
    assert len(slices) == 3
    assert [label for labels in slices for label in labels] == labels[1:-1]
    assert slice_at_pauses(labels[:1]) == []


def test_a_phrase_sounds_as_it_does_with_silence_around_it(engine: OpenJTalk, mei: Voice) -> None:
    import pyopenjtalk

    said = Sound(engine.synthesize("設定を読み込みました。", mei, 1.0)).samples
    wave, rate = pyopenjtalk.tts("設定を読み込みました。")
    usual = trim((wave / 32768).astype(np.float32), rate)
    assert abs(len(said) - len(usual)) < 0.02 * rate
    said_loudness, usual_loudness = (_loudness(sound) for sound in (said, usual))
    shared = min(len(said_loudness), len(usual_loudness))
    assert np.corrcoef(said_loudness[:shared], usual_loudness[:shared])[0, 1] > 0.9


def _loudness(samples: Samples) -> NDArray[np.float64]:
    """Of each 20 ms at 48 kHz."""
    blocks = samples[: len(samples) // 960 * 960].reshape(-1, 960)
    loudness: NDArray[np.float64] = np.sqrt(np.mean(blocks**2, axis=1, dtype=np.float64))
    return loudness
