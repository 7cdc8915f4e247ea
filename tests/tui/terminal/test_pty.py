from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tui.terminal.pty import WRITE_LIMIT, PtyError, PtyProcess, child_environment

ENV = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


class Session:
    """A process and what it said."""

    def __init__(self, *argv: str, env: dict[str, str] = ENV, cwd: str = "/", cols: int = 80, rows: int = 24) -> None:
        self.output = b""
        self.statuses: list[int] = []
        self._news = asyncio.Event()
        self.process = PtyProcess(
            argv, env=env, cwd=cwd, cols=cols, rows=rows, on_data=self._said, on_exit=self.statuses.append
        )

    def _said(self, data: bytes, at: float) -> None:
        self.output += data
        self._news.set()

    async def until(self, text: bytes) -> None:
        while text not in self.output:
            self._news.clear()
            await self._news.wait()


@pytest.mark.parametrize(
    ("command", "status"), [("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 137), ("kill -TERM $$", 143)]
)
async def test_exit_status(command: str, status: int) -> None:
    session = Session("sh", "-c", command)
    assert await session.process.wait() == status
    assert session.statuses == [status]
    assert not session.process.is_alive


async def test_the_last_words_come_before_the_exit() -> None:
    session = Session("sh", "-c", "seq 1 20000; echo the-end")
    await session.process.wait()
    assert session.output.endswith(b"the-end\r\n")
    assert session.output.count(b"\r\n") == 20001


async def test_input_and_output() -> None:
    session = Session("sh", "-c", "read line; echo got:$line")
    assert session.process.write("日本\r".encode())
    await session.until("got:日本".encode())
    await session.process.wait()


async def test_a_program_that_listens_to_its_size_only_after_a_while_learns_of_an_early_change() -> None:
    # As Claude Code does: the size is read at once, the signal is heeded later, and until then it is lost.
    script = "stty size; echo started; sleep 0.5; trap 'stty size' WINCH; while :; do sleep 0.05; done"
    session = Session("sh", "-c", script)
    await session.until(b"24 80\r\nstarted")
    session.process.resize(120, 36)
    await session.until(b"36 120")
    await session.process.terminate()


async def test_size_at_the_start_and_after_a_resize() -> None:
    script = "trap 'stty size' WINCH; stty size; echo ready; while :; do sleep 0.05; done"
    session = Session("sh", "-c", script, cols=91, rows=17)
    await session.until(b"17 91")
    await session.until(b"ready")
    session.process.resize(120, 36)
    await session.until(b"36 120")
    await session.process.terminate()


async def test_folder_and_arguments(tmp_path: Path) -> None:
    session = Session("sh", "-c", 'pwd; printf "<%s>" "$@"', "name", "a b", "", "'\"\\", cwd=str(tmp_path))
    await session.process.wait()
    assert str(tmp_path).encode() in session.output
    assert b"<a b><><'\"\\>" in session.output


async def test_a_program_with_a_blank_in_its_path_and_no_arguments(tmp_path: Path) -> None:
    program = tmp_path / "it's a program"
    program.write_text("#!/bin/sh\necho started\n")
    program.chmod(0o755)
    session = Session(str(program))
    assert await session.process.wait() == 0
    assert b"started" in session.output


async def test_a_child_that_stops_reading_does_not_block_write() -> None:
    session = Session("sh", "-c", "stty raw -echo; echo ready; sleep 1000")
    await session.until(b"ready")
    block = b"x" * 65_536
    accepted = 0
    while session.process.write(block):
        accepted += len(block)
        assert accepted <= 4 * WRITE_LIMIT
    assert accepted >= WRITE_LIMIT - len(block)
    assert await session.process.terminate() == 128 + signal.SIGHUP


async def test_what_waits_arrives_whole_when_the_child_reads_again() -> None:
    script = "import os, sys, termios, tty; tty.setraw(0); os.write(1, b'ready'); sys.stdin.readline()"
    script += "\nn = 0\nwhile n < 500_000: n += len(os.read(0, 65536))\nos.write(1, b'all %d' % n)"
    session = Session(
        sys.executable, "-u", "-c", script.replace("sys.stdin.readline()", "import time; time.sleep(0.3)")
    )
    await session.until(b"ready")
    assert session.process.write(b"y" * 500_000)
    await session.until(b"all 500000")
    await session.process.terminate()


async def test_terminate_goes_on_to_kill_and_meets_only_the_child(tmp_path: Path) -> None:
    bystander = Session("sh", "-c", "echo ready; read line")
    stubborn = Session("sh", "-c", "trap '' HUP TERM; echo ready; while :; do sleep 0.05; done")
    await asyncio.gather(bystander.until(b"ready"), stubborn.until(b"ready"))
    assert await stubborn.process.terminate(grace_s=0.1) == 128 + signal.SIGKILL
    assert bystander.process.is_alive
    await bystander.process.terminate()


async def test_terminate_lets_a_polite_child_end_itself() -> None:
    session = Session("sh", "-c", "trap 'echo bye; exit 3' HUP; echo ready; while :; do sleep 0.05; done")
    await session.until(b"ready")
    assert await session.process.terminate() == 3
    assert b"bye" in session.output


async def test_after_the_end_nothing_is_sent_and_nothing_fails() -> None:
    session = Session("true")
    status = await session.process.wait()
    assert not session.process.write(b"x")
    session.process.resize(10, 10)
    session.process.kill()
    assert await session.process.terminate() == status


async def test_the_exit_is_seen_though_a_grandchild_keeps_the_terminal() -> None:
    session = Session("sh", "-c", "trap '' HUP; sleep 5 & exit 4")
    assert await session.process.wait() == 4


async def test_a_child_that_closed_its_terminal_is_still_alive() -> None:
    session = Session("sh", "-c", "exec <&- >&- 2>&-; read x < /dev/null; sleep 0.3; exit 5")
    assert await session.process.wait() == 5


@pytest.mark.parametrize(
    ("argv", "cwd", "message"),
    [
        ((), "/", "No program"),
        (("no-such-program-here",), "/", "no-such-program-here: not found"),
        (("./nothing",), "/", "./nothing: not found"),
        (("/etc/passwd",), "/", "not a program"),
        (("sh",), "/no/such/folder", "/no/such/folder: no such folder"),
    ],
)
async def test_what_cannot_be_started_is_named(argv: tuple[str, ...], cwd: str, message: str) -> None:
    with pytest.raises(PtyError, match=message):
        Session(*argv, cwd=cwd)


async def test_a_file_that_is_no_program_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF nothing")
    broken.chmod(0o755)
    with pytest.raises(PtyError, match="broken"):
        Session(str(broken), "x")


def test_environment_of_the_child() -> None:
    env = {
        "HOME": "/home/me",
        "ANTHROPIC_API_KEY": "theirs",
        "TERM": "dumb",
        "TERM_PROGRAM": "iTerm.app",
        "TERM_PROGRAM_VERSION": "3",
        "COLUMNS": "300",
        "LINES": "2",
    }
    assert child_environment(env) == {
        "HOME": "/home/me",
        "ANTHROPIC_API_KEY": "theirs",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }
    assert env["TERM"] == "dumb"


async def test_the_child_gets_just_that_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOT_FOR_THE_CHILD", "1")
    session = Session("env", env=child_environment(ENV))
    await session.process.wait()
    names = {line.partition(b"=")[0] for line in session.output.split(b"\r\n")}
    assert {b"TERM", b"COLORTERM", b"PATH"} <= names
    assert b"NOT_FOR_THE_CHILD" not in names
