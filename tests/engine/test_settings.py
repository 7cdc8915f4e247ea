"""One schema: what the file, the environment and the flags may say, who wins, and what a wrong value is told."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from engine.settings import Settings, SettingsError, add_flags, fields, load, load_what_is_right, load_with_origins


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def env(config: Path, **variables: str) -> dict[str, str]:
    return {"STREAMTTS_CONFIG": str(config), **variables}


def test_without_anything_the_defaults_hold(config: Path) -> None:
    assert load({}, env(config)) == Settings()


def test_flags_beat_the_environment_and_that_beats_the_file(config: Path) -> None:
    config.write_text('[speech]\nrate = 1.1\nvoice = "openjtalk:mei"\ngap_ms = 90\n')
    settings = load({"speech.rate": "1.3"}, env(config, STREAMTTS_SPEECH_RATE="1.2", STREAMTTS_SPEECH_VOICE="none"))
    assert (settings.speech.rate, settings.speech.voice, settings.speech.gap_ms) == (1.3, "none", 90)


@pytest.mark.parametrize(
    ("text", "variables", "flags", "message"),
    [
        ("[speech]\nrate = 9.0\n", {}, {}, r"config\.toml, line 2, speech\.rate: expected .*<= 3\.0$"),
        ("[speech]\nspeed = 1.0\n", {}, {}, r"config\.toml, line 2, speech\.speed: there is no such key$"),
        ("[speach]\n", {}, {}, r"config\.toml, line 1, speach: there is no such key$"),
        ("muted = true\nnot toml", {}, {}, r"config\.toml, line 2: this is not TOML: "),
        ('[screen]\nlayout = "round"', {}, {}, r"config\.toml, line 2, screen\.layout: .*'round'.* side or stacked"),
        ("", {"STREAMTTS_SPEECH_RATE": "fast"}, {}, r"STREAMTTS_SPEECH_RATE: .*speech\.rate"),
        ("", {}, {"audio.sink": "nowhere"}, r"--sink: .*audio\.sink"),
        ("", {}, {"screen.layout": "round"}, r"--layout: .*side or stacked"),
        ('[keys]\nmute = "f2"\nskip = 3\n', {}, {}, r"config\.toml, line 3, keys\.skip: expected a key, or a list"),
        ('[keys]\nskip = ["f3", 3]\n', {}, {}, r"config\.toml, line 2, keys\.skip: expected a key, or a list"),
    ],
)
def test_a_wrong_value_is_told_with_where_it_came_from(
    config: Path, text: str, variables: dict[str, str], flags: dict[str, str], message: str
) -> None:
    config.write_text(text)
    with pytest.raises(SettingsError, match=message):
        load(flags, env(config, **variables))


def test_what_is_right_is_kept_and_what_is_wrong_is_named(config: Path) -> None:
    config.write_text('[speech]\nrate = 9.0\ngap_ms = 300\n[screen]\ntheme = "light"\nlayout = "round"\n[speach]\n')
    environment = env(config, STREAMTTS_SPEECH_VOLUME="2", STREAMTTS_AUDIO_SINK="null")
    settings, problems = load_what_is_right({"speech.muted": True}, environment)
    expected = Settings().replace("speech", gap_ms=300, muted=True).replace("screen", theme="light")
    assert settings == expected.replace("audio", sink="null")
    rate, layout, section, volume = problems
    assert rate.startswith(f"{config}, line 2, speech.rate: ")
    assert layout.startswith(f"{config}, line 6, screen.layout: ")
    assert section == f"{config}, line 7, speach: there is no such key"
    assert volume.startswith("STREAMTTS_SPEECH_VOLUME: ")


@pytest.mark.parametrize("content", [b"speech = 3\n", b"[speech\n", b"[speech]\nvoice = '\xff'\n"])
def test_a_file_of_which_nothing_can_be_used_leaves_the_defaults(config: Path, content: bytes) -> None:
    config.write_bytes(content)
    settings, (problem,) = load_what_is_right({}, env(config))
    assert settings == Settings()
    assert problem.startswith(f"{config}, line ")


def test_a_file_that_cannot_be_read_leaves_the_defaults(config: Path) -> None:
    config.mkdir()
    settings, (problem,) = load_what_is_right({}, env(config))
    assert settings == Settings()
    assert problem == f"{config} cannot be read: Is a directory"


def test_a_wrong_flag_is_never_passed_over(config: Path) -> None:
    with pytest.raises(SettingsError, match="--rate"):
        load_what_is_right({"speech.rate": "9"}, env(config))


def test_a_changed_copy_is_checked_too() -> None:
    assert Settings().replace("speech", rate=2.0).speech.rate == 2.0
    with pytest.raises(SettingsError):
        Settings().replace("speech", rate=0.1)


def test_every_setting_has_words_and_flags_read_back(config: Path) -> None:
    assert all(field.meta.description for field in fields())
    parser = argparse.ArgumentParser()
    add_flags(parser)
    parsed = vars(parser.parse_args(["--voice", "none", "--mute", "--theme", "light"]))
    settings = load(parsed, env(config))
    assert (settings.speech.voice, settings.speech.muted, settings.screen.theme) == ("none", True, "light")


def test_keys_of_ones_own_come_from_the_file_and_the_environment(config: Path) -> None:
    config.write_text('[keys]\nmute = "f2"\nskip = ["leader s", "view s"]\nstop = []\n')
    settings, origins = load_with_origins(
        {}, env(config, STREAMTTS_KEYS_MUTE="view m", STREAMTTS_KEYS_REPLAY_LAST="f5")
    )
    assert settings.keys == {"mute": "view m", "skip": ["leader s", "view s"], "stop": [], "replay_last": "f5"}
    assert origins["keys.mute"] == "STREAMTTS_KEYS_MUTE"
    assert origins["keys.skip"] == str(config)
