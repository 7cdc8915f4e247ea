"""One schema: what the file, the environment and the flags may say, who wins, and what a wrong value is told."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from engine.settings import Settings, SettingsError, add_flags, fields, load, load_with_origins


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
        ("[speech]\nrate = 9.0\n", {}, {}, r"config\.toml: .*<= 3\.0.*speech\.rate"),
        ("[speech]\nspeed = 1.0\n", {}, {}, r"config\.toml: .*speed"),
        ("[speach]\n", {}, {}, r"config\.toml: .*speach"),
        ("not toml", {}, {}, r"config\.toml: "),
        ("", {"STREAMTTS_SPEECH_RATE": "fast"}, {}, r"STREAMTTS_SPEECH_RATE: .*speech\.rate"),
        ("", {}, {"audio.sink": "nowhere"}, r"--sink: .*audio\.sink"),
        ("", {}, {"screen.layout": "round"}, r"--layout: "),
        ('[keys]\nmute = "f2"\nskip = 3\n', {}, {}, r"config\.toml: Expected a key, or a list .*`\$\.keys\.skip`"),
        ('[keys]\nskip = ["f3", 3]\n', {}, {}, r"config\.toml: Expected a key, or a list .*`\$\.keys\.skip`"),
    ],
)
def test_a_wrong_value_is_told_with_where_it_came_from(
    config: Path, text: str, variables: dict[str, str], flags: dict[str, str], message: str
) -> None:
    config.write_text(text)
    with pytest.raises(SettingsError, match=message):
        load(flags, env(config, **variables))


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
