"""The companion as plain lines, typed to through a terminal; Claude is the real one, the API and the translator not."""

from __future__ import annotations

import asyncio
import functools
import io
import os
import shlex
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pexpect
import pytest

from engine.events import SentenceAdded, TranslationChanged
from engine.history import History
from engine.pipeline import Engine
from engine.pipeline.parts import Parts
from engine.sentence import Kind, Sentence
from engine.settings import Settings
from tests.support.answers import Answer, Hold, Text, ToolUse
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import LoopbackApi, in_order
from tests.support.memory_sink import MemorySink
from tests.support.mock_translator import japanese_for, make_spec
from tui.cli import main
from tui.control import Demo
from tui.reader.lines_out import LinesOut
from tui.reader.run import Reading

PATIENCE_S = 60.0
PROGRAM = str(Path(sys.executable).with_name("streamtts-tui"))
WITHOUT = ["--translator", "none:none", "--voice", "none", "--sink", "null"]
TURN_ENDS = "End of the answer. Your turn."
Step = tuple[str, str]
"""what is waited for below all that was waited for before, and what is typed then"""
Converse = Callable[..., list[str]]


class Typist(threading.Thread):
    """Types at the terminal's other end once it reads what it waits for; gives up by leaving."""

    def __init__(self, fd: int, heard: io.StringIO, steps: Sequence[Step]) -> None:
        super().__init__(name="typist", daemon=True)
        self._fd = fd
        self._heard = heard
        self._steps = steps
        self._place = 0
        self.missed = ""

    def run(self) -> None:
        for awaited, typed in self._steps:
            if not self._waits_for(awaited):
                self.missed = awaited
                os.write(self._fd, b":quit\n")
                return
            os.write(self._fd, typed.encode())

    def _waits_for(self, text: str) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            place = self._heard.getvalue().find(text, self._place)
            if place >= 0:
                self._place = place + len(text)
                return True
            time.sleep(0.02)
        return False


@pytest.fixture
def pty_ends() -> Iterator[tuple[int, int]]:
    ours, theirs = os.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


@pytest.fixture
def converse(
    claude_binary: Path,
    claude_home: ClaudeHome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pty_ends: tuple[int, int],
) -> Converse:
    """Runs the program in this process with what is typed; returns its lines."""
    parts = Parts(make_translator_spec=make_spec(tmp_path), open_sink=lambda *_: MemorySink(), log_folder=tmp_path)
    monkeypatch.setattr("engine.commands.speak.Engine", functools.partial(Engine, parts=parts))
    monkeypatch.chdir(claude_home.project)
    ours, theirs = pty_ends

    def run(*steps: Step, answers: Sequence[Answer], status: int = 0) -> list[str]:
        heard = io.StringIO()
        monkeypatch.setattr(sys, "stdout", heard)
        typist = Typist(ours, heard, steps)
        with LoopbackApi(in_order(*answers)) as api, os.fdopen(os.dup(theirs)) as terminal:
            monkeypatch.setattr(sys, "stdin", terminal)
            program = tmp_path / "claude"
            environment = " ".join(f"{name}={shlex.quote(v)}" for name, v in claude_home.environment(api.url).items())
            program.write_text(f'#!/bin/sh\nexec env -i {environment} {shlex.quote(str(claude_binary))} "$@"\n')
            program.chmod(0o755)
            typist.start()
            settings = ["--translator", "mock:echo", "--voice", "none", "--sink", "null"]
            ended = main(["--screen-reader", "--command", str(program), *settings])
        typist.join(PATIENCE_S)
        assert not typist.missed, heard.getvalue()
        assert ended == status, heard.getvalue()
        return heard.getvalue().splitlines()

    return run


@pytest.mark.claude
def test_a_conversation_is_typed_and_read_line_by_line(converse: Converse) -> None:
    lines = converse(
        (":quit leaves.", "How did it go?\n"),
        (TURN_ENDS, ":mute\n"),
        ("The voice is muted.", "And now?\n"),
        (TURN_ENDS, ":quit\n"),
        answers=[[Text("The build is green. ")], [Text("It is over. ")]],
    )
    first = lines.index("English: The build is green.")
    assert lines[first + 1] == f"日本語: {''.join(japanese_for('The build is green.'))}"
    assert lines[first + 2] == TURN_ENDS
    assert "English: It is over." in lines
    assert lines[-2] == "Go on with this conversation:"
    assert lines[-1].startswith("  streamtts-tui --screen-reader -- --resume ")
    (session,) = History().sessions()
    assert [turn.prompt for turn in History().turns(session.id)] == ["How did it go?", "And now?"]


@pytest.mark.claude
def test_tools_are_told_and_permissions_are_asked_for(converse: Converse, claude_home: ClaudeHome) -> None:
    touch = ToolUse("Bash", {"command": "touch made.txt", "description": "make a file"})
    lines = converse(
        (":quit leaves.", "Make a file.\n"),
        ("Allow it? [y]es", "y\n"),
        (TURN_ENDS, "\x04"),
        answers=[[Text("I will make it. "), touch], [Text("Made. ")]],
    )
    assert (claude_home.project / "made.txt").exists()
    assert "Claude uses Bash: touch made.txt" in lines
    assert "Claude wants to use Bash: touch made.txt" in lines


@pytest.mark.claude
def test_stop_ends_the_answer_and_the_conversation_goes_on(converse: Converse) -> None:
    never = threading.Event()
    try:
        lines = converse(
            (":quit leaves.", "Tell me a long story.\n"),
            ("English: Once upon a time.", ":stop\n"),
            (TURN_ENDS, "And now?\n"),
            ("English: It is over.", ""),
            (TURN_ENDS, ":quit\n"),
            answers=[[Text("Once upon a time. There was "), Hold(never)], [Text("It is over. ")]],
        )
    finally:
        never.set()
    assert "Claude was interrupted." in lines
    assert not any(line.startswith("Error") for line in lines)


@pytest.mark.claude
def test_stop_while_claude_waits_for_a_permission_refuses_it(converse: Converse, claude_home: ClaudeHome) -> None:
    touch = ToolUse("Bash", {"command": "touch made.txt", "description": "make a file"})
    lines = converse(
        (":quit leaves.", "Make a file.\n"),
        ("Allow it? [y]es", ":stop\n"),
        (TURN_ENDS, "And now?\n"),
        ("English: It is over.", ""),
        (TURN_ENDS, ":quit\n"),
        answers=[[Text("I will make it. "), touch], [Text("It is over. ")]],
    )
    assert not (claude_home.project / "made.txt").exists()
    assert not any(line.startswith("Error") for line in lines)


@pytest.mark.claude
def test_ctrl_c_stops_the_answer_and_then_the_program(claude_binary: Path, claude_home: ClaudeHome) -> None:
    never = threading.Event()
    arguments = ["--screen-reader", "--command", str(claude_binary), *WITHOUT]
    with LoopbackApi(in_order([Text("Once upon a time. There was "), Hold(never)])) as api:
        child = pexpect.spawn(
            PROGRAM, arguments, env=claude_home.environment(api.url), cwd=str(claude_home.project), timeout=PATIENCE_S
        )
        try:
            child.expect_exact(":quit leaves.")
            child.sendline("Tell me a long story.")
            child.expect_exact("English: Once upon a time.")
            child.sendintr()
            child.expect_exact("Claude was interrupted.")
            child.expect_exact(TURN_ENDS)
            child.sendintr()
            child.expect_exact("streamtts-tui --screen-reader -- --resume ")
            child.expect(pexpect.EOF)
            child.wait()
        finally:
            never.set()
            child.close(force=True)
    assert child.exitstatus == 130


def test_in_a_terminal_of_its_own_it_prints_lines_and_leaves_when_told(tmp_path: Path) -> None:
    arguments = ["--screen-reader", "--demo", "--replay-speed", "4"]
    child = pexpect.spawn(PROGRAM, [*arguments, *WITHOUT], env={**os.environ, "NO_COLOR": ""}, timeout=PATIENCE_S)
    child.logfile_read = heard = io.BytesIO()
    try:
        child.expect_exact("English: ")
        child.sendline(":voice")
        child.expect_exact("The voice is none.")
        child.sendline(":quit")
        child.expect(pexpect.EOF)
        child.wait()
    finally:
        child.close(force=True)
    assert b"\x1b" not in heard.getvalue()
    assert child.exitstatus is not None


async def test_a_recorded_session_is_printed_whole_before_its_end_is_said() -> None:
    heard = io.StringIO()
    reading = Reading(Settings(), Demo(0.0), LinesOut(heard))
    reading.printed.take(SentenceAdded(Sentence(1, Kind.PROSE, "It is late.")))
    playing = asyncio.ensure_future(reading.play(Demo(0.0), feed=lambda _: None, waiting=lambda: 0))
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.sleep(0.3)  # It may not end now, however long this takes.
        assert not playing.done()
        reading.printed.take(TranslationChanged(1, "遅くなりました。", final=True))
        await playing
    assert heard.getvalue().splitlines()[-3:] == [
        "English: It is late.",
        "日本語: 遅くなりました。",
        "The recorded session has ended.",
    ]


def test_a_program_that_is_not_claude_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--screen-reader", "--command", "cat"]) == 2
    assert "cat is not Claude Code" in capsys.readouterr().err


def test_a_recording_of_the_screen_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--screen-reader", "--record", "talk.streamtts"]) == 2
    assert "--record" in capsys.readouterr().err
