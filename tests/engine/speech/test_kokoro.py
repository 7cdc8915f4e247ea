from __future__ import annotations

import pytest

from engine.protocols import Voice
from engine.speech.kokoro import Kokoro
from tests.engine.speech.conftest import Sound

pytestmark = pytest.mark.skipif(
    Kokoro().info.unavailable is not None, reason=f"Kokoro is not here: {Kokoro().info.unavailable}"
)


@pytest.fixture(scope="module")
def engine() -> Kokoro:
    engine = Kokoro()
    engine.load()
    return engine


def voice(engine: Kokoro, name: str) -> Voice:
    return next(voice for voice in engine.voices() if voice.name == name)


def test_it_has_five_voices(engine: Kokoro) -> None:
    ids = [voice.id for voice in engine.voices()]
    assert ids == [
        "kokoro:jf_alpha",
        "kokoro:jf_gongitsune",
        "kokoro:jf_nezumi",
        "kokoro:jf_tebukuro",
        "kokoro:jm_kumo",
    ]


@pytest.mark.parametrize("name", ["jf_alpha", "jm_kumo"])
def test_it_speaks(engine: Kokoro, name: str) -> None:
    sound = Sound(engine.synthesize("READMEを更新しました。", voice(engine, name), 1.0))
    assert sound.sample_rate == 24_000
    sound.assert_is_speech(0.9, 3.0)


def test_phrases_come_one_by_one_with_a_pause_between(engine: Kokoro) -> None:
    text = "設定ファイルを読み込み、テストを実行します。"
    first, last = engine.synthesize(text, voice(engine, "jf_alpha"), 1.0)
    assert 0.1 < Sound([first]).trailing_s < 0.2
    assert Sound([last]).trailing_s < 0.05


def test_rate_changes_the_length(engine: Kokoro) -> None:
    alpha, text = voice(engine, "jf_alpha"), "テストがすべて成功しました。"
    normal = Sound(engine.synthesize(text, alpha, 1.0)).duration_s
    assert Sound(engine.synthesize(text, alpha, 2.0)).duration_s < 0.75 * normal


def test_nothing_to_say_gives_no_sound(engine: Kokoro) -> None:
    assert list(engine.synthesize("。🎉", voice(engine, "jf_alpha"), 1.0)) == []


def test_it_keeps_to_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime  # type: ignore[import-untyped]

    asked: list[int] = []
    real = onnxruntime.InferenceSession

    def session(path: str, options: object, providers: list[str]) -> object:
        asked.append(options.intra_op_num_threads)  # type: ignore[attr-defined]
        return real(path, options, providers=providers)

    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    Kokoro().load()
    assert asked[0] in (1, 2)
