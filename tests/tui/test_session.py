"""What we give Claude, and how its conversation is found again."""

from __future__ import annotations

import uuid

import pytest

from engine.capture.claude_process import ClaudeProcess
from engine.capture.screen_view import WatchedScreen
from engine.capture.sources import SourceManager
from engine.settings import Settings
from tui.control import Launch
from tui.session import all_sources, is_claude, resume_command, with_session_id


def test_claude_gets_a_session_id_that_we_know() -> None:
    arguments, session_id = with_session_id(["--model", "opus"])
    assert session_id is not None
    assert uuid.UUID(session_id).version == 4
    assert arguments == ["--session-id", session_id, "--model", "opus"]


@pytest.mark.parametrize(
    ("given", "session_id"),
    [
        (["--session-id", "abc"], "abc"),
        (["--session-id=abc"], "abc"),
        (["--resume", "abc"], "abc"),
        (["-r", "abc", "--model", "opus"], "abc"),
        (["--resume"], None),
        (["-r", "--model", "opus"], None),
        (["--continue"], None),
        (["-c"], None),
        (["-p", "hello"], None),
    ],
)
def test_what_the_user_says_of_the_session_stands(given: list[str], session_id: str | None) -> None:
    assert with_session_id(given) == (given, session_id)


def test_how_to_go_on() -> None:
    assert resume_command("abc") == "claude --resume abc"
    assert resume_command(None) == "claude --continue"


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["claude"], True),
        (["/opt/bin/claude"], True),
        (["npx", "@anthropic-ai/claude-code@2.1.328"], True),
        (["npx", "cowsay"], False),
        (["bash"], False),
        (["ssh", "host", "claude"], False),
    ],
)
def test_only_claude_gets_claudes_arguments(argv: list[str], expected: bool) -> None:
    assert is_claude(argv) is expected


@pytest.mark.parametrize(
    ("command", "is_claude", "expected"),
    [
        (["claude"], True, {"mod", "hook", "screen", "transcript"}),
        (["ssh", "host", "claude"], False, {"screen"}),
    ],
)
def test_other_programs_are_read_off_the_screen(command: list[str], is_claude: bool, expected: set[str]) -> None:
    launch = Launch(command, {}, "/", "0f0e0d0c-0000-4000-8000-000000000001", is_claude, len(command))
    settings = Settings().replace("capture", source="screen").capture
    manager = all_sources(lambda event: None, launch, settings, WatchedScreen(), ClaudeProcess())
    assert isinstance(manager, SourceManager)
    assert set(manager.factories) == expected
    assert manager.wanted == "screen"
    assert (manager.versions is None) is not is_claude
