"""The command line of the companion."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tui.cli import CRASH_STATUS, build_parser, main, make_launch, run_app
from tui.stage import Stage

HEAVY = ("torch", "transformers", "textual", "rich", "xllamacpp", "pyopenjtalk", "sounddevice", "numpy")


@pytest.fixture
def claude(tmp_path: Path) -> Path:
    """A folder with a program named claude."""
    program = tmp_path / "claude"
    program.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture
def no_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STREAMTTS_CONFIG", str(tmp_path / "none.toml"))


@pytest.fixture
def tty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.cli.has_tty", lambda: True)


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(flag: str) -> None:
    code = (
        "import sys\nfrom tui.cli import main\n"
        f"try: main([{flag!r}])\nexcept SystemExit as end: assert end.code == 0\n"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout


def test_help_names_what_one_needs() -> None:
    page = build_parser().format_help()
    for word in ("--command", "--demo", "--voice", "--theme", "--layout", "-- CLAUDE ARGUMENTS"):
        assert word in page


def test_without_claude_it_says_how_to_get_it_and_offers_the_demo(
    tty: None, no_config: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main([]) == 2
    said = capsys.readouterr().err
    assert "npm install -g @anthropic-ai/claude-code" in said
    assert "streamtts-tui --demo" in said


def test_another_program_that_is_not_there_is_named(
    tty: None, no_config: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--command", "no-such-program --flag"]) == 2
    assert "no-such-program: not found" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "says"), [("'unclosed", "--command: No closing quotation"), ("", "No program")])
def test_a_command_that_cannot_be_read_is_refused(
    tty: None, no_config: None, capsys: pytest.CaptureFixture[str], command: str, says: str
) -> None:
    assert main(["--command", command]) == 2
    assert says in capsys.readouterr().err


def test_a_wrong_setting_is_named(tty: None, no_config: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rate", "9"]) == 2
    assert "--rate" in capsys.readouterr().err


WRONG = '[speech]\nrate = 9\ngap_ms = 300\n[screen]\nlayout = "round"\n'


@pytest.fixture
def wrong_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "wrong.toml"
    path.write_text(WRONG)
    monkeypatch.setenv("STREAMTTS_CONFIG", str(path))
    return path


def test_with_a_wrong_config_it_starts_all_the_same_and_knows_what_is_wrong(
    tty: None, wrong_config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Stage] = []
    monkeypatch.setattr(Stage, "start_program", lambda self: _noted(started, self))
    monkeypatch.setattr(Stage, "make_app", lambda self, subscribers: _NoApp())
    main(["--command", "cat"])
    (stage,) = started
    assert (stage.settings.speech.gap_ms, stage.settings.speech.rate) == (300, 1.0)
    rate, layout = stage.wrong_settings
    assert rate.startswith(f"{wrong_config}, line 2, speech.rate: expected")
    assert layout.startswith(f"{wrong_config}, line 5, screen.layout: invalid enum value 'round'")


async def _noted(started: list[Stage], stage: Stage) -> None:
    started.append(stage)


class _NoApp:
    def run(self, loop: object) -> None: ...


def test_without_a_terminal_what_is_wrong_is_said_too(wrong_config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    said = capsys.readouterr().err
    assert f"{wrong_config}, line 2, speech.rate: " in said
    assert "a terminal is needed" in said


def test_without_a_terminal_it_says_what_to_use(no_config: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "a terminal is needed" in capsys.readouterr().err


def test_what_is_launched(claude: Path) -> None:
    env = {"PATH": str(claude.parent), "TERM": "dumb", "TERM_PROGRAM": "iTerm.app", "HOME": "/home/me"}
    launch = make_launch("claude", ["--model", "opus"], env, str(claude.parent))
    assert list(launch.argv) == ["claude", "--session-id", launch.session_id, "--model", "opus"]
    assert launch.is_claude
    assert launch.env["TERM"] == "xterm-256color"
    assert launch.env["HOME"] == "/home/me"
    assert "TERM_PROGRAM" not in launch.env


def test_another_program_gets_nothing_of_ours() -> None:
    launch = make_launch("cat -v", ["file"], {"PATH": "/usr/bin:/bin"}, "/")
    assert list(launch.argv) == ["cat", "-v", "file"]
    assert (launch.session_id, launch.is_claude, launch.program_words) == (None, False, 2)


def test_a_crash_of_ours_says_how_to_go_on(
    claude: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from engine.settings import Settings
    from tests.support.fake_engine import FakeEngine
    from tui.app import StreamttsApp

    engine = FakeEngine()
    monkeypatch.setattr("engine.pipeline.Engine", lambda settings: engine)
    monkeypatch.setattr(StreamttsApp, "run", lambda self, loop: None)  # ends without the user having left
    launch = make_launch("claude", ["--session-id", "abc"], {"PATH": str(claude.parent)}, str(claude.parent))
    assert run_app(Settings(), launch) == CRASH_STATUS
    assert "claude --resume abc" in capsys.readouterr().err
    assert engine.calls[-1] == ("close",)


@pytest.mark.parametrize(("had_turns", "says"), [(True, "claude --resume abc"), (False, "")])
def test_after_a_conversation_it_says_how_to_go_on(
    claude: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], had_turns: bool, says: str
) -> None:
    from engine.settings import Settings
    from tests.support.fake_engine import FakeEngine
    from tui.app import StreamttsApp
    from tui.screens.main import MainScreen

    monkeypatch.setattr("engine.pipeline.Engine", lambda settings: FakeEngine())
    monkeypatch.setattr(StreamttsApp, "run", lambda self, loop: setattr(self, "has_left", True))
    monkeypatch.setattr(MainScreen, "had_turns", had_turns)
    launch = make_launch("claude", ["--session-id", "abc"], {"PATH": str(claude.parent)}, str(claude.parent))
    assert run_app(Settings(), launch) == 0
    said = capsys.readouterr().out
    assert (says in said) if says else (said == "")


def test_claudes_status_is_passed_on(claude: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.settings import Settings
    from tests.support.fake_engine import FakeEngine
    from tui.app import StreamttsApp
    from tui.screens.main import MainScreen

    def run(self: StreamttsApp, loop: object) -> None:
        self.claude_status, self.has_left = 5, True

    monkeypatch.setattr(MainScreen, "had_turns", False)
    monkeypatch.setattr("engine.pipeline.Engine", lambda settings: FakeEngine())
    monkeypatch.setattr(StreamttsApp, "run", run)
    launch = make_launch("claude", [], {"PATH": str(claude.parent)}, str(claude.parent))
    assert run_app(Settings(), launch) == 5
