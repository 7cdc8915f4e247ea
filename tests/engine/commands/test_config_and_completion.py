"""`streamtts config` and `streamtts completion`, through the installed entry point; and the page about it all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.settings import Settings, fields, load
from tests.tools.write_cli_docs import document

STREAMTTS = str(Path(sys.executable).with_name("streamtts"))
ROOT = Path(__file__).parents[3]
FILE = """# mine
[speech]
# a calm voice
voice = "openjtalk:mei"  # for now
rate = 1.2
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "folder" / "config.toml"
    monkeypatch.setenv("STREAMTTS_CONFIG", str(path))
    return path


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [STREAMTTS, "config", *arguments],
        capture_output=True,
        text=True,
        env=dict(os.environ) | environment,
        check=False,
    )


def test_every_setting_is_shown_with_where_it_comes_from(config: Path) -> None:
    config.parent.mkdir()
    config.write_text(FILE)
    shown = json.loads(run("show", "--json", STREAMTTS_SPEECH_VOLUME="0.5").stdout)
    assert set(shown) == {field.name for field in fields()}
    assert shown["speech.rate"] == {"value": 1.2, "origin": str(config)}
    assert shown["speech.volume"] == {"value": 0.5, "origin": "STREAMTTS_SPEECH_VOLUME"}
    assert shown["speech.gap_ms"]["origin"] == "default"


def test_what_is_shown_is_a_config_file(config: Path, tmp_path: Path) -> None:
    shown = run().stdout
    assert str(config) in shown
    copy = tmp_path / "copy.toml"
    copy.write_text(shown)
    assert load(env={"STREAMTTS_CONFIG": str(copy)}) == Settings()


def test_one_value_is_changed_and_the_rest_of_the_file_stays(config: Path) -> None:
    config.parent.mkdir()
    config.write_text(FILE)
    assert run("set", "speech.rate", "1.5").returncode == 0
    assert config.read_text() == FILE.replace("1.2", "1.5")
    assert run("get", "speech.rate").stdout == "1.5\n"
    assert run("set", "screen.theme", "light").returncode == 0
    assert tomllib.loads(config.read_text())["screen"] == {"theme": "light"}
    assert "# a calm voice" in config.read_text()
    assert run("unset", "speech.rate").stdout.startswith("speech.rate: the default again: 1.0")
    assert run("get", "speech.rate").stdout == "1.0\n"


def test_the_file_is_made_where_there_is_none(config: Path) -> None:
    assert run("set", "speech.muted", "true").returncode == 0
    assert tomllib.loads(config.read_text()) == {"speech": {"muted": True}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("set", "speech.rate", "9"), "speech.rate: "),
        (("set", "speech.rat", "1"), "did you mean speech.rate"),
        (("get", "rate"), "speech.rate"),
        (("set", "speech.announce", "perhaps"), "speech.announce: "),
    ],
)
def test_a_wrong_name_or_value_is_said_and_changes_nothing(
    config: Path, arguments: tuple[str, ...], message: str
) -> None:
    config.parent.mkdir()
    config.write_text(FILE)
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert config.read_text() == FILE


def test_keys_are_set_shown_and_taken_back(config: Path) -> None:
    assert run("set", "keys.mute", "f2, view m").returncode == 0
    assert run("set", "keys.skip", '["leader s"]').returncode == 0
    assert tomllib.loads(config.read_text()) == {"keys": {"mute": "f2, view m", "skip": ["leader s"]}}
    assert run("get", "keys.mute").stdout == "f2, view m\n"
    assert tomllib.loads(run().stdout)["keys"] == {"mute": "f2, view m", "skip": ["leader s"]}
    assert json.loads(run("show", "--json").stdout)["keys.skip"] == {"value": ["leader s"], "origin": str(config)}
    assert run("unset", "keys.mute").stdout == "keys.mute: the default again\n"
    assert "not set" in run("get", "keys.mute").stderr


def test_a_file_that_is_wrong_already_is_named(config: Path) -> None:
    config.parent.mkdir()
    config.write_text("[speech\n")
    done = run("set", "speech.rate", "1.5")
    assert done.returncode == 2
    assert str(config) in done.stderr


def test_a_value_that_the_environment_goes_before_is_said(config: Path) -> None:
    done = run("set", "speech.rate", "1.5", STREAMTTS_SPEECH_RATE="2.0")
    assert done.returncode == 0
    assert "STREAMTTS_SPEECH_RATE" in done.stderr


def test_the_schema_knows_every_section() -> None:
    schema = json.loads(run("schema").stdout)
    sections = schema["$defs"]["Settings"]["properties"]
    assert {"translate", "speech", "audio", "capture", "screen"} <= set(sections)
    assert sections["keys"]["additionalProperties"] == {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    }


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_code(shell: str) -> None:
    done = subprocess.run([STREAMTTS, "completion", shell], capture_output=True, text=True, check=True)
    assert "streamtts-tui" in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("streamtts hist", {"history"}),
        ("streamtts speak --voice openj", {"openjtalk:mei"}),
        ("streamtts-tui --layout s", {"side", "stacked"}),
        ("streamtts config get speech.rat", {"speech.rate"}),
        ("streamtts models pull ct2:q", {"ct2:quickmt"}),
    ],
)
def test_bash_completes(line: str, completed: set[str]) -> None:
    assert _completed(line) == completed


def _completed(line: str) -> set[str]:
    """Ask as argcomplete's shell code does."""
    program, _, _ = line.partition(" ")
    environment: Mapping[str, str] = dict(os.environ) | {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_STDOUT_FILENAME": "/dev/stdout",
        "_ARGCOMPLETE_COMP_WORDBREAKS": " \t\n",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "COMP_TYPE": "9",
    }
    path = Path(sys.executable).with_name(program)
    done = subprocess.run([path], capture_output=True, text=True, env=dict(environment), check=False)
    return {word.strip() for word in done.stdout.splitlines()}


def test_the_page_about_the_command_line_is_true() -> None:
    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == document(), "run: python -m tests.tools.write_cli_docs docs/cli.md"
