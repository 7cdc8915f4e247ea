"""Which version a program is, and what follows from it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.capture.choice import choose
from engine.capture.version import MODS_SWITCH, ask, hooks_of, mod_problem, parse, pinned
from engine.capture.version_cache import MOST_REMEMBERED, Known, Versions

ALL = ("mod", "hook", "screen", "transcript")
MakeProgram = Callable[..., str]


@pytest.fixture
def make_program(tmp_path: Path) -> MakeProgram:
    """Makes a program that says a version, and counts how often it was asked."""

    def make(says: str = "2.1.328 (Claude Code)", name: str = "claude", wait_s: float = 0.0) -> str:
        path = tmp_path / name
        wait = f"import time; time.sleep({wait_s})" if wait_s else ""
        path.write_text(
            f"#!{sys.executable}\nimport sys\nopen({str(tmp_path / 'asked')!r}, 'a').write('x')\n{wait}\n"
            f"assert sys.argv[1:] == ['--version'], sys.argv\nprint({says!r})\n",
            encoding="utf-8",
        )
        path.chmod(0o755)
        return str(path)

    return make


def asked(tmp_path: Path) -> int:
    """How often the program was run."""
    path = tmp_path / "asked"
    return len(path.read_text(encoding="utf-8")) if path.exists() else 0


@pytest.mark.parametrize(
    ("output", "version"),
    [
        (b"2.1.328 (Claude Code)\n", (2, 1, 328)),
        (b"v2.1.9\n", (2, 1, 9)),
        (b"Claude Code 10.20.30-beta", (10, 20, 30)),
        (b"", None),
        (b"1.2", None),
        (b"127.0.0.1", None),
        (b"9" * 50 + b".1.1", None),
    ],
)
def test_what_a_program_says_is_read(output: bytes, version: object) -> None:
    assert parse(output) == version


def test_a_launcher_that_names_the_version_need_not_be_asked() -> None:
    assert pinned(["npx", "@anthropic-ai/claude-code@2.1.197"]) == (2, 1, 197)
    assert pinned(["npx", "@anthropic-ai/claude-code"]) is None
    assert pinned(["/opt/claude-2.1.197/claude"]) is None


@pytest.mark.parametrize(
    ("version", "environment", "works"),
    [
        ((2, 1, 328), {}, True),
        ((2, 1, 287), {}, True),
        ((2, 1, 286), {}, False),
        ((2, 1, 280), {}, False),
        ((2, 1, 280), {"CLAUDE_CODE_ENABLE_FUNCTION_HOOKS": "1"}, True),
        ((2, 1, 285), {"CLAUDE_CODE_ENABLE_FUNCTION_HOOKS": "1"}, False),
        ((2, 1, 287), {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}, False),
        ((2, 1, 290), {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}, True),
    ],
)
def test_where_the_mod_works(version: tuple[int, int, int], environment: dict[str, str], works: bool) -> None:
    assert (mod_problem(version, environment) is None) is works


def test_no_hook_is_registered_that_a_version_does_not_know() -> None:
    assert hooks_of((2, 1, 151)) == ()
    known = ("MessageDisplay", "UserPromptSubmit", "Stop", "StopFailure", "PermissionRequest", "Notification")
    assert hooks_of((2, 1, 152)) == known


NEW, OLD, ANCIENT = Known((2, 1, 328)), Known((2, 1, 197)), Known((2, 0, 1))


@pytest.mark.parametrize(
    ("wanted", "known", "arguments", "names"),
    [
        ("auto", NEW, [], ("mod", "screen", "transcript")),
        ("auto", None, [], ("mod", "screen", "transcript")),
        ("auto", OLD, [], ("hook", "screen", "transcript")),
        ("auto", ANCIENT, [], ("screen", "transcript")),
        ("auto", Known((2, 1, 328), is_mod_blocked=True), [], ("mod", "hook", "screen", "transcript")),
        ("auto", NEW, ["--safe-mode"], ("screen", "transcript")),
        ("mod", OLD, [], ("mod",)),
        ("hook", NEW, [], ("hook",)),
        ("hook", ANCIENT, [], ()),
        ("hook", None, [], ()),
        ("transcript", None, [], ("transcript",)),
    ],
)
def test_the_choice(wanted: str, known: Known | None, arguments: list[str], names: tuple[str, ...]) -> None:
    choice = choose(wanted, known, {}, arguments, ALL)
    assert choice.names == names
    if "hook" in names:
        assert "MessageDisplay" in choice.hooks
    assert bool(choice.why) is (choice.names[:2] != ("mod", "screen"))


def test_a_source_that_a_program_does_not_have_is_not_chosen() -> None:
    assert choose("auto", OLD, {}, [], ("mod",)).names == ()
    assert choose("screen", OLD, {}, [], ("mod", "hook")).names == ()


@pytest.mark.parametrize(("version", "has_it"), [((2, 1, 283), False), ((2, 1, 287), True), (None, True)])
def test_older_mods_get_no_events_that_they_do_not_know(version: tuple[int, int, int] | None, has_it: bool) -> None:
    choice = choose("auto", Known(version) if version else None, {MODS_SWITCH: "1"}, [], ALL)
    assert choice.names[0] == "mod"
    assert choice.has_session_mod is has_it


@pytest.mark.parametrize(
    ("environment", "is_used"),
    [
        ({"HTTPS_PROXY": "http://proxy:8080"}, False),
        ({"http_proxy": "http://proxy:8080", "NO_PROXY": "localhost,.corp"}, False),
        ({"http_proxy": "http://proxy:8080", "NO_PROXY": "localhost, 127.0.0.1"}, True),
        ({"HTTP_PROXY": "http://proxy:8080", "no_proxy": "*"}, True),
        ({"HTTP_PROXY": ""}, True),
    ],
)
def test_text_is_not_sent_through_a_proxy(environment: dict[str, str], is_used: bool) -> None:
    assert ("hook" in choose("auto", OLD, environment, [], ALL).names) is is_used
    assert (choose("hook", OLD, environment, [], ALL).names == ("hook",)) is is_used
    assert ("_PROXY" in choose("auto", OLD, environment, [], ALL).why.upper()) is not is_used


async def test_a_program_is_asked_once(tmp_path: Path, make_program: MakeProgram) -> None:
    program = make_program()
    for _ in range(2):
        versions = Versions(tmp_path / "cache/versions.json")
        known = await versions.of([program], dict(os.environ), str(tmp_path), patience_s=30)
        assert known == Known((2, 1, 328))
    assert asked(tmp_path) == 1
    make_program("2.1.400 (Claude Code), a longer text")
    known = await Versions(tmp_path / "cache/versions.json").of([program], {}, str(tmp_path), patience_s=30)
    assert known == Known((2, 1, 400))


async def test_it_is_found_on_the_path_of_the_program(tmp_path: Path, make_program: MakeProgram) -> None:
    make_program()
    environment = {"PATH": str(tmp_path)}
    known = await Versions(tmp_path / "v.json").of(["claude"], environment, "/", patience_s=30)
    assert known == Known((2, 1, 328))


async def test_nobody_waits_for_an_answer_that_takes_long(tmp_path: Path, make_program: MakeProgram) -> None:
    program = make_program(wait_s=0.5)
    versions = Versions(tmp_path / "v.json")
    assert await versions.of([program], {}, str(tmp_path), patience_s=0.0) is None
    # The answer is kept for the next time.
    while not (tmp_path / "v.json").exists():
        assert versions._asking
        await next(iter(versions._asking))
    assert await Versions(tmp_path / "v.json").of([program], {}, str(tmp_path), patience_s=0.0) == Known((2, 1, 328))


@pytest.mark.parametrize("argv", [["no-such-program"], ["/"], [], ["sh", "-c", "echo nothing"]])
async def test_programs_without_a_version(argv: list[str], tmp_path: Path) -> None:
    versions = Versions(tmp_path / "v.json")
    assert await versions.of(argv, {"PATH": "/bin"}, str(tmp_path), patience_s=30) is None


async def test_a_program_that_never_answers_is_ended(tmp_path: Path, make_program: MakeProgram) -> None:
    assert await ask([make_program(wait_s=600.0)], {}, str(tmp_path), timeout_s=0.05) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": 1}', b'{"a": {"version": [1]}}', b"\xff"])
async def test_a_broken_cache_is_no_harm(tmp_path: Path, make_program: MakeProgram, content: bytes) -> None:
    (tmp_path / "v.json").write_bytes(content)
    known = await Versions(tmp_path / "v.json").of([make_program()], {}, str(tmp_path), patience_s=30)
    assert known == Known((2, 1, 328))


async def test_the_cache_is_bounded(tmp_path: Path, make_program: MakeProgram) -> None:
    versions = Versions(tmp_path / "v.json")
    program = make_program()
    for number in range(MOST_REMEMBERED + 2):
        await versions.of([program], {}, str(tmp_path), patience_s=30)
        os.utime(program, ns=(number, number))
    assert len(versions._load()) == MOST_REMEMBERED


async def test_a_mod_that_was_not_heard_is_remembered(tmp_path: Path, make_program: MakeProgram) -> None:
    program, versions = [make_program()], Versions(tmp_path / "v.json")
    await versions.of(program, {}, str(tmp_path), patience_s=30)
    key = versions.key(program, {}, str(tmp_path))
    for is_blocked in (True, False):
        versions.note_mod(key, is_blocked=is_blocked)
        known = await Versions(tmp_path / "v.json").of(program, {}, str(tmp_path), patience_s=30)
        assert known == Known((2, 1, 328), is_blocked)
    versions.note_mod(None, is_blocked=True)
