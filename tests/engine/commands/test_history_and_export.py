"""`streamtts history` and `streamtts export`, through the installed entry point."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import soundfile

from engine import cli
from engine.commands.recording import start_recorder
from engine.history import History, Recorder
from engine.pipeline import Engine
from engine.pipeline.parts import Parts
from engine.settings import History as HistorySettings
from engine.settings import Settings
from engine.source import BlockEnd, TextDelta
from tests.engine.history.conftest import a_session, said
from tests.support.memory_sink import MemorySink
from tests.support.mock_translator import japanese_for, make_spec

STREAMTTS = str(Path(sys.executable).with_name("streamtts"))


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    path = tmp_path / "history.sqlite3"
    for events in (a_session(), said(1, "Everything is green.", "すべて成功しました。")):
        recorder = Recorder(path, HistorySettings())
        for event in events:
            recorder.take(event)
        recorder.close()
    return os.environ | {"STREAMTTS_HISTORY": str(path), "STREAMTTS_CONFIG": str(tmp_path / "config.toml")}


def run(environment: Mapping[str, str], *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [STREAMTTS, *arguments], capture_output=True, text=True, env=dict(environment), cwd=cwd, check=False
    )


def test_the_sessions_are_listed_newest_first(environment: Mapping[str, str]) -> None:
    first, second = run(environment, "history").stdout.splitlines()
    assert "1 sentences  Everything is green." in first
    assert "2 sentences  Why does the build fail?" in second


def test_a_session_is_shown_in_both_languages(environment: Mapping[str, str]) -> None:
    shown = run(environment, "history", "1").stdout
    assert shown.startswith(
        "❯ Why does the build fail?\n\nThe build fails because a file is missing.\nファイルがないため"
    )


@pytest.mark.parametrize("words", ["テストを", "tests", "実行 run"])
def test_a_search_finds_both_languages(environment: Mapping[str, str], words: str) -> None:
    found = run(environment, "history", "--search", words, "--json").stdout.splitlines()
    assert [json.loads(line)["en"] for line in found] == ["Run the tests again."]


def test_what_is_not_there_is_said(environment: Mapping[str, str], tmp_path: Path) -> None:
    missing = run(environment, "history", "99")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "no session 99" in missing.stderr
    nowhere = run(dict(environment) | {"STREAMTTS_HISTORY": str(tmp_path / "none")}, "export")
    assert nowhere.returncode == 1
    assert "no history yet" in nowhere.stderr


def test_an_export_goes_to_the_screen_or_to_a_file_by_its_name(environment: Mapping[str, str], tmp_path: Path) -> None:
    assert "> すべて成功しました。" in run(environment, "export").stdout
    assert run(environment, "export", "1", "-o", "talk.srt", cwd=tmp_path).returncode == 0
    assert (tmp_path / "talk.srt").read_text(encoding="utf-8").startswith("1\n00:00:0")
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["-o", "talk.docx"], "no format is known"), (["--audio", "talk.mp3"], "sound is written as .wav, .flac, .ogg")],
)
def test_a_name_that_says_nothing_is_bad_usage(
    environment: Mapping[str, str], arguments: list[str], message: str
) -> None:
    done = run(environment, "export", *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_page_plays_the_sound_beside_it(environment: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "sound").mkdir()
    done = run(environment, "export", "1", "-o", "talk.html", "--audio", "sound/talk.flac", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "talk.html").read_text(encoding="utf-8")
    assert 'src="sound/talk.flac"' in page
    assert page.count("data-start=") == 2
    samples, sample_rate = soundfile.read(tmp_path / "sound" / "talk.flac")
    assert len(samples) / sample_rate > 2.0
    assert abs(samples).max() > 0.1


def test_a_reader_that_has_enough_is_no_error(environment: Mapping[str, str]) -> None:
    command = f"'{STREAMTTS}' export 1 --format jsonl | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=dict(environment), check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "{", "")


def test_what_an_engine_said_can_be_shown_again(environment: Mapping[str, str], tmp_path: Path) -> None:
    parts = Parts(make_translator_spec=make_spec(tmp_path), open_sink=lambda *_: MemorySink(), log_folder=tmp_path)
    settings = Settings().replace("speech", voice="none").replace("translate", translator="mock:echo")
    engine = Engine(settings, parts)
    recorder = start_recorder(engine, settings, "speak", "/home/me")
    engine.start()
    engine.feed(TextDelta("block", "```python\nprint(1)\n```\n\nThe build is green.\n\n", 0.0))
    engine.feed(BlockEnd("block", 0.0))
    engine.drain(60)
    engine.close()
    recorder.close()
    session = History().session()
    assert (session.folder, session.program) == ("/home/me", "speak")
    sentences = History().sentences(session.id)
    assert [s.ja for s in sentences] == ["Pythonのコード、1行", "".join(japanese_for("The build is green."))]
    assert all(s.state in ("skipped", "spoken", "muted") for s in sentences)


def test_a_session_is_replayed(environment: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = Parts(make_translator_spec=make_spec(tmp_path), open_sink=lambda *_: MemorySink(), log_folder=tmp_path)
    monkeypatch.setattr("engine.commands.speak.Engine", functools.partial(Engine, parts=parts))
    monkeypatch.setenv("STREAMTTS_HISTORY", environment["STREAMTTS_HISTORY"])
    settings = ["--translator", "mock:echo", "--voice", "none"]
    assert cli.main(["replay", "1", "--speed", "0", *settings]) == 0
    assert cli.main(["replay", "99", *settings]) == 2
    assert cli.main(["replay", "no-such-file", *settings]) == 2
    assert len(History().sessions()) == 2, "a replay is not recorded again"
