"""The settings as the screen edits them: real files, the real schema."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from engine.settings import Settings, SettingsError, fields, load_what_is_right
from tui.live_settings import live_names
from tui.settings_control import Entry, Origin, SettingsControl

FILE = """# mine
[speech]
# a calm voice
voice = "openjtalk:mei"  # for now
rate = 1.2
"""


class Taken:
    """What the app was told."""

    def __init__(self) -> None:
        self.changes: list[tuple[str, Any]] = []

    def __call__(self, settings: Settings, names: Collection[str]) -> None:
        for name in names:
            section, _, key = name.partition(".")
            self.changes.append((name, getattr(getattr(settings, section), key)))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def taken() -> Taken:
    return Taken()


def control(config: Path, taken: Taken, flags: dict[str, Any] | None = None, **env: str) -> SettingsControl:
    variables = {"STREAMTTS_CONFIG": str(config), **env}
    settings, _ = load_what_is_right(flags, variables)
    return SettingsControl(settings, take_over=taken, live=live_names(), flags=flags, env=variables)


def entry(control: SettingsControl, name: str) -> Entry:
    return next(entry for entry in control.entries() if entry.field.name == name)


def test_every_setting_is_there_with_its_default(config: Path, taken: Taken) -> None:
    entries = control(config, taken).entries()
    assert [entry.field.name for entry in entries] == [field.name for field in fields()]
    assert {entry.origin for entry in entries} == {Origin.DEFAULT}
    assert not any(entry.is_changed or entry.is_overridden for entry in entries)


def test_where_a_value_comes_from(config: Path, taken: Taken) -> None:
    config.write_text(FILE)
    ours = control(config, taken, {"speech.voice": "none"}, STREAMTTS_SPEECH_VOLUME="0.5")
    assert (entry(ours, "speech.rate").origin, entry(ours, "speech.rate").source) == (Origin.FILE, str(config))
    by_flag, by_variable = entry(ours, "speech.voice"), entry(ours, "speech.volume")
    assert (by_flag.value, by_flag.origin, by_flag.source) == ("none", Origin.FLAG, "--voice")
    assert by_flag.in_file == "openjtalk:mei"
    assert (by_variable.value, by_variable.origin) == (0.5, Origin.ENVIRONMENT)
    assert (by_variable.source, by_variable.in_file) == ("STREAMTTS_SPEECH_VOLUME", None)


def test_a_change_goes_into_the_file_and_into_the_app(config: Path, taken: Taken) -> None:
    config.write_text(FILE)
    ours = control(config, taken)
    ours.save("speech.rate", "1.5")
    assert config.read_text() == FILE.replace("1.2", "1.5")
    assert taken.changes == [("speech.rate", 1.5)]
    assert entry(ours, "speech.rate").value == 1.5


def test_what_counts_only_from_the_next_start_is_kept_and_not_told(config: Path, taken: Taken) -> None:
    ours = control(config, taken)
    assert not entry(ours, "history.days").is_live
    ours.save("history.days", "30")
    assert taken.changes == []
    assert entry(ours, "history.days").value == 30


def test_the_default_again(config: Path, taken: Taken) -> None:
    config.write_text(FILE)
    ours = control(config, taken)
    ours.reset("speech.rate")
    assert "rate" not in config.read_text()
    assert "# a calm voice" in config.read_text()
    assert taken.changes == [("speech.rate", 1.0)]
    assert entry(ours, "speech.rate").origin is Origin.DEFAULT


def test_a_wrong_value_is_told_with_the_schemas_words_and_changes_nothing(config: Path, taken: Taken) -> None:
    config.write_text(FILE)
    ours = control(config, taken)
    assert "3.0" in ours.wrong("speech.rate", "9")
    assert ours.wrong("speech.rate", "2") == ""
    with pytest.raises(SettingsError, match=r"3\.0"):
        ours.save("speech.rate", "9")
    assert (config.read_text(), taken.changes) == (FILE, [])


def test_a_change_under_a_flag_counts_now_and_the_flag_at_the_next_start(config: Path, taken: Taken) -> None:
    ours = control(config, taken, {"speech.rate": "2.0"})
    ours.save("speech.rate", "1.5")
    changed = entry(ours, "speech.rate")
    assert (changed.value, changed.in_file, changed.source) == (1.5, 1.5, "--rate")
    assert taken.changes == [("speech.rate", 1.5)]


def test_a_file_that_is_wrong_is_told_and_left_alone(config: Path, taken: Taken) -> None:
    config.write_text("[speech\nwrong")
    ours = control(config, taken)
    assert len(ours.entries()) == len(list(fields()))
    assert str(config) in ours.problem
    with pytest.raises(SettingsError, match=r"config\.toml"):
        ours.save("speech.rate", "1.5")
    assert (config.read_text(), taken.changes) == ("[speech\nwrong", [])


def test_a_wrong_value_in_the_file_can_be_put_right(config: Path, taken: Taken) -> None:
    config.write_text('[speech]\nrate = "wrong"\n')
    ours = control(config, taken)
    ours.entries()
    assert "speech.rate" in ours.problem
    ours.save("speech.rate", "1.5")
    assert entry(ours, "speech.rate").value == 1.5
    assert ours.problem == ""


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, taken: Taken) -> None:
    (tmp_path / "file").write_text("")
    ours = control(tmp_path / "file" / "config.toml", taken)
    with pytest.raises(SettingsError, match=r"config\.toml"):
        ours.save("speech.rate", "1.5")
    assert taken.changes == []
