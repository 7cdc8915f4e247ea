"""`streamtts ask` with the real `claude`, answered by the loopback API; only the translator is made up."""

from __future__ import annotations

import builtins
import functools
import io
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine import cli
from engine.history import History
from engine.pipeline import Engine
from engine.pipeline.parts import Parts
from tests.support.answers import Answer, Text, ToolUse
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import LoopbackApi, in_order
from tests.support.memory_sink import MemorySink
from tests.support.mock_translator import japanese_for, make_spec

pytestmark = pytest.mark.claude
TOUCH = ToolUse("Bash", {"command": "touch made.txt", "description": "make a file"})
QUESTION = {
    "question": "Which colour?",
    "header": "Colour",
    "multiSelect": False,
    "options": [{"label": "Red", "description": "A warm one"}, {"label": "Blue", "description": "A cold one"}],
}

Ask = Callable[..., int]


class Typing:
    """A person who types lines; the prompts that were shown are kept."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.prompts: list[str] = []

    def read(self, prompt: str = "") -> str:
        self.prompts.append(prompt)
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)


@pytest.fixture
def ask(claude_binary: Path, claude_home: ClaudeHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Runs the command with answers that the API gives, and lines that a person types."""
    parts = Parts(make_translator_spec=make_spec(tmp_path), open_sink=lambda *_: MemorySink(), log_folder=tmp_path)
    monkeypatch.setattr("engine.commands.speak.Engine", functools.partial(Engine, parts=parts))
    monkeypatch.chdir(claude_home.project)

    def run(arguments: Sequence[str], *answers: Answer, typing: Typing | None = None, piped: str = "") -> int:
        stdin = io.StringIO(piped)
        stdin.isatty = lambda: typing is not None  # type: ignore[method-assign]
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(builtins, "input", (typing or Typing()).read)
        with LoopbackApi(in_order(*answers)) as api:
            program = tmp_path / "claude"
            environment = " ".join(f"{name}={shlex.quote(v)}" for name, v in claude_home.environment(api.url).items())
            program.write_text(f'#!/bin/sh\nexec env -i {environment} {shlex.quote(str(claude_binary))} "$@"\n')
            program.chmod(0o755)
            settings = ["--translator", "mock:echo", "--voice", "none"]
            return cli.main(["ask", "--command", str(program), *settings, *arguments])

    return run


def test_an_answer_comes_in_both_languages(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(["What is it?"], [Text("The build is green. ")]) == 0
    japanese = "".join(japanese_for("The build is green."))
    assert capsys.readouterr().out == f"The build is green.\n{japanese}\n\n"
    (session,) = History().sessions()
    assert (session.title, session.program) == ("What is it?", "ask")


def test_json_is_one_event_a_line(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(["--json", "What is it?"], [Text("The build is green. ")]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["en"] for event in events if event["event"] == "sentence"] == ["The build is green."]
    assert events[-1]["event"] == "done"


def test_what_is_piped_in_is_asked_about(ask: Ask) -> None:
    assert ask(["Review this", "-"], [Text("Fine.")], piped="diff --git a b\n") == 0
    (turn,) = History().turns(History().session().id)
    assert turn.prompt == "Review this\n\ndiff --git a b"


def test_a_conversation_goes_on_and_ends_with_the_input(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    typing = Typing("the first", "", "the second")
    assert ask([], [Text("One is done. ")], [Text("Two is done. ")], typing=typing) == 0
    english = [line for line in capsys.readouterr().out.splitlines() if line.isascii() and line]
    assert english == ["One is done.", "Two is done."]
    (session,) = History().sessions()
    assert [turn.prompt for turn in History().turns(session.id)] == ["the first", "the second"]


@pytest.mark.parametrize(("answer", "is_made"), [("y", True), ("n", False), ("a", True)])
def test_a_permission_is_asked_for_at_the_terminal(
    ask: Ask, claude_home: ClaudeHome, capsys: pytest.CaptureFixture[str], answer: str, is_made: bool
) -> None:
    typing = Typing("perhaps", answer)
    assert ask(["make a file"], [Text("I will make it. "), TOUCH], [Text("Over. ")], typing=typing) == 0
    assert "Claude wants to use Bash: touch made.txt" in capsys.readouterr().err
    assert (claude_home.project / "made.txt").exists() is is_made
    assert len(typing.prompts) == 2


def test_with_nobody_there_a_permission_is_refused_and_said(
    ask: Ask, claude_home: ClaudeHome, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(["make a file"], [Text("I will make it. "), TOUCH], [Text("Over. ")]) == 0
    assert "refused, as nobody can be asked" in capsys.readouterr().err
    assert not (claude_home.project / "made.txt").exists()


def test_claudes_question_is_answered_by_number(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    answers: list[Answer] = [
        [Text("I ask. "), ToolUse("AskUserQuestion", {"questions": [QUESTION]})],
        [Text("Blue it is. ")],
    ]
    typing = Typing("7", "2")
    assert ask(["choose"], *answers, typing=typing) == 0
    printed = capsys.readouterr()
    assert "  2. Blue: A cold one" in printed.err
    assert "Blue it is." in printed.out


def test_a_claude_that_ends_is_said(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(["hello", "--", "--no-such-flag"]) == 1
    assert "Claude has ended before it answered" in capsys.readouterr().err


def test_a_program_that_is_not_there_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask", "--command", "no-such-claude", "hello"]) == 2
    assert "was not found on PATH" in capsys.readouterr().err
