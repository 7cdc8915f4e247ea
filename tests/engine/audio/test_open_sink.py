"""What cannot be opened says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.audio.errors import SinkError
from engine.audio.null import NullSink
from engine.audio.open import open_sink
from engine.audio.wav import WavSink
from tests.support.pulse import missing_for_sound


def run(code: str, **env: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_null_and_wav_are_opened(tmp_path: Path) -> None:
    assert isinstance(open_sink("null"), NullSink)
    sink = open_sink(f"wav:{tmp_path}/a:b.wav")
    assert isinstance(sink, WavSink)
    sink.close()
    assert (tmp_path / "a:b.wav").exists()


@pytest.mark.parametrize("spec", ["", "wav", "wav:", "speaker", "null:1"])
def test_other_words_are_refused_with_the_choice(spec: str) -> None:
    with pytest.raises(SinkError, match="device, null or wav:FILE") as caught:
        open_sink(spec)
    assert caught.value.code == "bad_sink"


WITHOUT_PORTAUDIO = """
import ctypes.util
find = ctypes.util.find_library
ctypes.util.find_library = lambda name: None if "portaudio" in name else find(name)
import os.path
exists = os.path.exists
os.path.exists = lambda path: False if "portaudio" in str(path) else exists(path)
from engine.audio.devices import output_devices
from engine.audio.errors import SinkError
from engine.audio.open import open_sink
print(output_devices())
try:
    open_sink("device")
except SinkError as error:
    print(error.code, error)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere sounddevice brings PortAudio with it")
def test_without_portaudio_the_message_says_what_to_install() -> None:
    devices, message = run(WITHOUT_PORTAUDIO).splitlines()
    assert devices == "[]"
    assert message.startswith("no_portaudio ")
    assert "apt install libportaudio2" in message


WITHOUT_DEVICES = """
from engine.audio.devices import output_devices
from engine.audio.errors import SinkError
from engine.audio.open import open_sink
print(output_devices())
for name in ("", "Nobody's Speakers"):
    try:
        open_sink("device", name)
    except SinkError as error:
        print(error.code, error)
"""


def sound_cards() -> bool:
    cards = Path("/proc/asound/cards")
    return cards.exists() and "no soundcards" not in cards.read_text()


@pytest.mark.sound
@pytest.mark.skipif(missing_for_sound() is not None, reason=str(missing_for_sound()))
@pytest.mark.skipif(sound_cards(), reason="this machine has sound cards")
def test_without_a_device_the_message_says_so(tmp_path: Path) -> None:
    out = run(WITHOUT_DEVICES, PULSE_SERVER=f"unix:{tmp_path}/none")
    devices, default, named = out.splitlines()
    assert devices == "[]"
    assert default.startswith("no_sound_device There is no sound device")
    assert named.startswith('unknown_sound_device No sound device is named "Nobody\'s Speakers". There is: none.')


def test_nothing_heavy_is_imported_before_a_device_is_opened() -> None:
    code = (
        "import sys, engine.audio.open, engine.audio.player, engine.audio.device, engine.audio.devices\n"
        "engine.audio.open.open_sink('null')\n"
        "print([name for name in ('sounddevice', 'soxr', 'miniaudio', 'textual') if name in sys.modules])"
    )
    assert run(code).strip() == "[]"
