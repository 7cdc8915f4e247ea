"""The real piper-plus on a tiny model: its inputs and outputs are those of the real voices, its sound is a tone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.catalog import find_voice_row
from engine.models import models_folder
from engine.protocols import SpeechError, Voice
from engine.speech import availability
from engine.speech.host import SpeechHost
from engine.speech.piper import MAX_LOADED, MAX_PHRASE, Piper, _phrases
from engine.speech.voices import all_voices, engine_infos, find_voice, is_known, is_local, missing_voices
from tests.engine.speech.conftest import Sound
from tests.support.piper_model import RATE, write_voice

pytest.importorskip("piper_plus")
pytest.importorskip("onnx")

TEXT = "設定ファイルを読み込み、テストを実行します。"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def own(folder: Path) -> Voice:
    """A voice of one's own, by its path."""
    return find_voice(f"piper:{write_voice(folder / 'own')}")


def pitch(sound: Sound) -> float:
    loud = np.flatnonzero(np.abs(sound.samples) > 0.1)
    tone = sound.samples[loud[0] : loud[0] + RATE // 5]
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(len(tone))))
    return float(spectrum.argmax() * RATE / len(tone))


class TestSound:
    def test_it_speaks_japanese_at_the_models_rate(self, own: Voice) -> None:
        sound = Sound(Piper().synthesize("READMEを更新しました。", own, 1.0))
        assert sound.sample_rate == RATE
        sound.assert_is_speech(0.5, 5.0)
        assert pitch(sound) == pytest.approx(440, abs=6), "the language id is that of Japanese"

    def test_a_voice_that_could_imitate_a_speaker_speaks_as_itself_and_the_log_stays_empty(
        self, own: Voice, caplog: pytest.LogCaptureFixture
    ) -> None:
        piper = Piper()
        with caplog.at_level("WARNING"):
            Sound(piper.synthesize("テストが全部通りました。", own, 1.0)).assert_is_speech(0.3, 5.0)
        assert caplog.messages == []

    def test_the_longer_text_takes_longer(self, own: Voice) -> None:
        piper = Piper()
        short, long = (
            Sound(piper.synthesize(text, own, 1.0)).duration_s for text in ("確認しました。", "確認を全部終えました。")
        )
        assert long > 1.3 * short

    def test_phrases_come_one_by_one_with_a_pause_between_and_no_silence_around(self, own: Voice) -> None:
        first, last = Piper().synthesize(TEXT, own, 1.0)
        assert Sound([first]).leading_s < 0.04
        assert 0.1 < Sound([first]).trailing_s < 0.2
        assert Sound([last]).trailing_s < 0.05

    def test_rate_is_the_models_own(self, own: Voice) -> None:
        piper = Piper()
        normal, fast, slow = (
            Sound(piper.synthesize("テストが全部通りました。", own, rate)).duration_s for rate in (1.0, 2.0, 0.5)
        )
        assert fast == pytest.approx(normal / 2, rel=0.05)
        assert slow == pytest.approx(normal * 2, rel=0.05)

    def test_a_phrase_without_kana_is_japanese_too(self, own: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
        from piper_plus.phonemize import japanese

        seen: list[str] = []
        real = japanese.phonemize_japanese

        def noting(text: str) -> list[str]:
            seen.append(text)
            return list(real(text))

        monkeypatch.setattr(japanese, "phonemize_japanese", noting)
        piper = Piper()
        piper.load(own)
        seen.clear()
        Sound(piper.synthesize("設定完了。", own, 1.0))
        assert seen == ["設定完了。"]

    @pytest.mark.parametrize("text", ["", "。", "🎉", "\x00\x1b\n", "**"])
    def test_nothing_to_say_gives_no_sound(self, own: Voice, text: str) -> None:
        assert list(Piper().synthesize(text, own, 1.0)) == []

    @pytest.mark.parametrize("text", ["나는 학생입니다", "Привет, мир"])
    def test_other_scripts_do_no_harm(self, own: Voice, text: str) -> None:
        for chunk in Piper().synthesize(text, own, 1.0):
            assert np.isfinite(chunk.samples).all()

    def test_five_thousand_characters_come_in_pieces(self, own: Voice) -> None:
        piper = Piper()
        text = "これはとても長い説明の文であり終わりがありません" * 210
        assert len(text) > 5_000
        parts = list(_phrases(text))
        assert "".join(parts) == text
        assert max(map(len, parts)) <= MAX_PHRASE
        chunks = piper.synthesize(text, own, 3.0)
        assert sum(len(chunk.samples) > 0 for chunk in chunks) == len(parts)

    def test_values_that_are_no_numbers_are_an_error_and_no_noise(self, folder: Path) -> None:
        voice = find_voice(f"piper:{write_voice(folder / 'broken', is_broken=True)}")
        with pytest.raises(SpeechError) as caught:
            list(Piper().synthesize("はい、そうです。", voice, 1.0))
        assert caught.value.code == "bad_sound"

    def test_a_silent_model_gives_nothing(self, folder: Path) -> None:
        voice = find_voice(f"piper:{write_voice(folder / 'silent', level=0.0)}")
        assert list(Piper().synthesize("はい、そうです。", voice, 1.0)) == []

    def test_it_keeps_to_its_threads_and_writes_nothing_beside_the_model(
        self, folder: Path, own: Voice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import onnxruntime  # type: ignore[import-untyped]

        asked: list[int] = []
        real = onnxruntime.InferenceSession

        def session(path: str, options: object, providers: list[str]) -> object:
            asked.append(options.intra_op_num_threads)  # type: ignore[attr-defined]
            return real(path, options, providers=providers)

        monkeypatch.setattr(onnxruntime, "InferenceSession", session)
        Piper().load(own)
        assert asked[0] in (1, 2)
        assert {path.name for path in (folder / "own").iterdir()} == {"voice.onnx", "config.json"}

    def test_few_voices_stay_in_memory(self, folder: Path) -> None:
        piper = Piper()
        for number in range(MAX_LOADED + 2):
            piper.load(find_voice(f"piper:{write_voice(folder / str(number))}"))
        assert len(piper._loaded) == MAX_LOADED
        piper.close()
        assert not piper._loaded


class TestFiles:
    def test_a_configuration_named_after_the_model_goes_before_config_json(self, folder: Path) -> None:
        path = write_voice(folder / "two", config="voice.onnx.json")
        (folder / "two" / "config.json").write_text("{}")
        Sound(Piper().synthesize("はい、そうです。", find_voice(f"piper:{path}"), 1.0))

    def test_a_folder_with_one_model_is_a_voice(self, folder: Path) -> None:
        write_voice(folder / "mine")
        assert is_known(f"piper:{folder / 'mine'}")

    @pytest.mark.parametrize("name", ["nowhere.onnx", "empty", "alone"])
    def test_what_is_not_there_is_told(self, folder: Path, name: str) -> None:
        (folder / "empty").mkdir()
        (folder / "alone").mkdir()
        (folder / "alone" / "voice.onnx").write_bytes(b"x")
        with pytest.raises(SpeechError, match=name) as caught:
            find_voice(f"piper:{folder / name}")
        assert caught.value.code == "unavailable"

    def test_a_damaged_model_is_broken(self, folder: Path) -> None:
        path = write_voice(folder / "own")
        path.write_bytes(path.read_bytes()[:100])
        with pytest.raises(SpeechError) as caught:
            Piper().load(find_voice(f"piper:{path}"))
        assert caught.value.code == "broken"

    def test_a_voice_without_japanese_is_refused(self, folder: Path) -> None:
        path = write_voice(folder / "own", language_id_map={"en": 0})
        with pytest.raises(SpeechError, match="no Japanese"):
            Piper().load(find_voice(f"piper:{path}"))

    def test_a_configuration_of_another_kind_is_broken(self, folder: Path) -> None:
        path = write_voice(folder / "own", phoneme_type="espeak")
        with pytest.raises(SpeechError) as caught:
            Piper().load(find_voice(f"piper:{path}"))
        assert caught.value.code == "broken"


class TestCatalog:
    def put(self, config: str = "{}") -> Path:
        """Put files of the right names and sizes where css10 belongs, by hand."""
        place = models_folder() / "piper-css10"
        place.mkdir(parents=True)
        with (place / "css10-ja-6lang-fp16.onnx").open("wb") as file:
            file.truncate(39_652_717)
        (place / "config.json").write_text(config)
        return place

    def test_voices_that_are_not_here_are_named_with_the_command_that_fetches_them(self) -> None:
        assert [voice.id for voice in missing_voices()] == ["piper:tsukuyomi", "piper:css10"]
        assert not any(voice.engine == "piper" for voice in all_voices())
        info = next(info for info in engine_infos() if info.id == "piper")
        assert info.unavailable is not None
        assert "streamtts models pull piper:" in info.unavailable
        with pytest.raises(SpeechError, match="streamtts models pull piper:css10") as caught:
            find_voice("piper:css10")
        assert caught.value.code == "unavailable"
        with pytest.raises(SpeechError) as caught:
            find_voice("piper:nobody")
        assert caught.value.code == "unavailable"
        assert is_local("piper:css10")

    def test_without_the_package_it_says_what_to_install(self, own: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
        self.put()
        monkeypatch.setattr(availability, "find_spec", lambda module: None)
        assert Piper().voices() == []
        for voice_id in ("piper:css10", own.id):
            with pytest.raises(SpeechError, match=r"streamtts\[piper\]") as caught:
                find_voice(voice_id)
            assert caught.value.code == "unavailable"

    def test_one_that_is_here_can_be_chosen(self) -> None:
        self.put()
        assert [voice.id for voice in missing_voices()] == ["piper:tsukuyomi"]
        assert find_voice("piper:css10") in all_voices()
        assert next(info for info in engine_infos() if info.id == "piper").unavailable is None

    def test_weights_that_vanish_are_not_fetched_in_mid_speech(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from engine.models import hub

        def never(*_: object, **__: object) -> None:
            raise AssertionError("it asked the hub")

        place = self.put()
        voice = find_voice("piper:css10")
        monkeypatch.setattr(hub, "download", never)
        monkeypatch.setattr(hub, "list_files", never)
        (place / "config.json").unlink()
        with pytest.raises(SpeechError, match="streamtts models pull piper:css10") as caught:
            list(Piper().synthesize(TEXT, voice, 1.0))
        assert caught.value.code == "unavailable"

    @pytest.mark.parametrize("name", ["piper:tsukuyomi", "piper:css10"])
    def test_weights_that_are_not_those_of_the_catalog_are_not_loaded(self, name: str) -> None:
        row = find_voice_row(name)
        assert row is not None
        place = models_folder() / name.replace(":", "-")
        place.mkdir(parents=True)
        with (place / row.files[0].name).open("wb") as file:
            file.truncate(row.files[0].size_bytes)
        (place / "config.json").write_text("{}")
        with pytest.raises(SpeechError, match="damaged") as caught:
            Piper().load(find_voice(name))
        assert caught.value.code == "broken"


def test_it_lives_in_the_speech_worker(own: Voice) -> None:
    host = SpeechHost(own.id)
    host.load(lambda _: None)
    assert host.info.id == "piper"
    Sound(host.synthesize(TEXT, own.id, 1.0)).assert_is_speech(0.5, 8.0)
    assert list(host.warm(own.id)) == [own.id]
