"""The macOS voice against a program that takes the same options and writes the same kind of file.

The real `say` was not run here: it exists on macOS only.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.protocols import SpeechError, Voice
from engine.speech.say import Say
from tests.engine.speech.conftest import Sound

KYOKO = Voice("say:Kyoko", "say", "Kyoko")

FAKE = """#!{python}
import array, math, sys, wave
arguments = sys.argv[1:]
if arguments == ["-v", "?"]:
    print("Alex                en_US    # Most people recognize me by my voice.")
    print("Eddy (日本語（日本）)     ja_JP    # こんにちは！")
    print("Otoya               ja_JP    # こんにちは！私の名前はOtoyaです。")
    print("Kyoko               ja_JP    # こんにちは！私の名前はKyokoです。")
    sys.exit()
text = sys.stdin.read()
with open({log!r}, "w", encoding="utf-8") as log:
    log.write("\\n".join([*arguments, text]))
if "失敗" in text:
    sys.exit("Voice not found")
rate = int(arguments[arguments.index("-r") + 1]) if "-r" in arguments else 180
seconds = 180 / rate
samples = [0] * 4410 + [int(9000 * math.sin(i / 20)) for i in range(int(22050 * seconds))] + [0] * 4410
if "無音" not in text:
    with wave.open(arguments[arguments.index("-o") + 1], "wb") as file:
        file.setparams((1, 2, 22050, 0, "NONE", ""))
        file.writeframes(array.array("h", samples).tobytes())
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "arguments.txt"


@pytest.fixture
def engine(tmp_path: Path, log: Path) -> Say:
    program = tmp_path / "say"
    program.write_text(FAKE.format(python=sys.executable, log=str(log)), encoding="utf-8")
    program.chmod(0o755)
    return Say(str(program), platform="darwin")


def test_japanese_voices_are_listed_kyoko_first(engine: Say) -> None:
    assert [voice.id for voice in engine.voices()] == ["say:Kyoko", "say:Otoya", "say:Eddy (日本語（日本）)"]
    assert engine.info.unavailable is None


def test_it_speaks(engine: Say, log: Path) -> None:
    sound = Sound(engine.synthesize("**テスト**です。", KYOKO, 1.0))
    sound.assert_is_speech(0.9, 1.2)
    assert sound.sample_rate == 22_050
    arguments = log.read_text(encoding="utf-8").splitlines()
    assert arguments[:2] == ["-v", "Kyoko"]
    assert arguments[-1] == "テストです。"
    assert "-r" not in arguments


def test_rate_is_its_own(engine: Say) -> None:
    assert Sound(engine.synthesize("テスト", KYOKO, 2.0)).duration_s == pytest.approx(0.55, abs=0.05)


def test_text_is_neither_an_option_nor_a_command(engine: Say, log: Path) -> None:
    list(engine.synthesize("-o /tmp/x [[volm 0]] テスト", KYOKO, 1.0))
    *arguments, text = log.read_text(encoding="utf-8").splitlines()
    assert arguments[-2:] == ["-f", "-"]
    assert "テスト" in text
    assert "[[" not in text
    assert "]]" not in text


@pytest.mark.parametrize("text", ["失敗", "無音"])
def test_a_failure_is_said(engine: Say, text: str) -> None:
    with pytest.raises(SpeechError) as caught:
        list(engine.synthesize(text, KYOKO, 1.0))
    assert caught.value.code == "failed"


def test_nothing_to_say_starts_no_process(engine: Say, log: Path) -> None:
    assert list(engine.synthesize("…", KYOKO, 1.0)) == []
    assert not log.exists()


def test_elsewhere_it_says_why_it_cannot_be_used() -> None:
    engine = Say(platform="linux")
    assert "macOS" in (engine.info.unavailable or "")
    assert list(engine.voices()) == []
    with pytest.raises(SpeechError) as caught:
        list(engine.synthesize("テスト", KYOKO, 1.0))
    assert caught.value.code == "unavailable"


def test_without_the_program_it_says_so(tmp_path: Path) -> None:
    assert "not on PATH" in (Say(str(tmp_path / "say"), platform="darwin").info.unavailable or "")
