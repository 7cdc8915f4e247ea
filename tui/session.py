"""One session of Claude Code: the arguments we give it, and the capture sources that listen to it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

from engine.capture.claude_process import ClaudeProcess
from engine.capture.screen_view import WatchedScreen

if TYPE_CHECKING:
    from engine.settings import Capture
    from engine.source import SourceEvent
    from tui.control import Launch

_OWN_ID_FLAGS = ("--session-id", "--resume", "-r")
_NO_ID_FLAGS = ("--continue", "-c", "-p", "--print")
_PRINT_FLAGS = ("-p", "--print")
_LAUNCHERS = ("npx", "bunx")
_CLAUDE_PACKAGE = "@anthropic-ai/claude-code"


def is_claude(argv: Sequence[str]) -> bool:
    """Whether a command is Claude Code itself, so that it takes Claude Code's arguments."""
    program = PurePath(argv[0]).stem
    return program == "claude" or (program in _LAUNCHERS and any(a.startswith(_CLAUDE_PACKAGE) for a in argv[1:]))


def with_session_id(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """Claude's arguments with a session id of ours, unless the user's own settle it; and the id where it is known."""
    for flag in _OWN_ID_FLAGS:
        value = _flag_value(arguments, flag)
        if value is not None:
            return list(arguments), value or None
    if any(flag in arguments for flag in _NO_ID_FLAGS):
        return list(arguments), None
    session_id = str(uuid.uuid4())
    return ["--session-id", session_id, *arguments], session_id


def _flag_value(arguments: Sequence[str], flag: str) -> str | None:
    """The flag's value, empty when it has none; None when the flag is not there."""
    for index, argument in enumerate(arguments):
        if argument.startswith(flag + "="):
            return argument.split("=", 1)[1]
        if argument == flag:
            following = arguments[index + 1] if index + 1 < len(arguments) else ""
            return "" if following.startswith("-") else following
    return None


def resume_command(session_id: str | None) -> str:
    """What to type to go on with the conversation."""
    return f"claude --resume {session_id}" if session_id else "claude --continue"


class Capturing(Protocol):
    """What a session needs of `engine.capture.sources.SourceManager`."""

    async def start(self, arguments: Sequence[str]) -> list[str]:
        """Listen. Returns Claude's arguments with what is needed for that."""
        ...

    def expect_handshake(self) -> None:
        """Claude is at work: say so if nothing is heard."""
        ...

    async def close(self) -> None:
        """Stop listening."""
        ...


CaptureFactory = Callable[
    [Callable[["SourceEvent"], None], "Launch", "Capture", WatchedScreen, ClaudeProcess], Capturing
]


def all_sources(
    on_event: Callable[[SourceEvent], None],
    launch: Launch,
    settings: Capture,
    screen: WatchedScreen,
    claude: ClaudeProcess,
) -> Capturing:
    """All sources that there are: for Claude Code its own ways of telling, for other programs the screen."""
    from engine.capture.source_factories import claude_sources, screen_sources
    from engine.capture.sources import Program, SourceManager

    cwd = launch.cwd or os.getcwd()
    program = Program(launch.argv[: launch.program_words], launch.env, cwd)
    if not launch.is_claude:
        factories = screen_sources(screen, launch.env, cwd)
        return SourceManager(on_event, program, factories, wanted=settings.source, versions=None)
    factories = claude_sources(launch.env, cwd, claude, include_subagents=settings.subagents, screen=screen)
    return SourceManager(on_event, program, factories, wanted=settings.source)


@dataclass(slots=True)
class CaptureSession:
    """The sources' life around Claude's. If none can start, Claude does all the same."""

    feed: Callable[[SourceEvent], None]
    launch: Launch
    settings: Capture
    factory: CaptureFactory = all_sources
    screen: WatchedScreen = field(default_factory=WatchedScreen)
    """what shows the program attaches itself to it"""
    _capturing: Capturing | None = None
    _claude: ClaudeProcess = field(default_factory=ClaudeProcess)

    async def start(self) -> tuple[list[str], str | None]:
        """Listen. Returns Claude's arguments, ours and the user's, and why ours are missing."""
        given = list(self.launch.argv[self.launch.program_words :])
        try:
            self._claude.session_id = self.launch.session_id
            capturing = self.factory(self.feed, self.launch, self.settings, self.screen, self._claude)
            arguments = await capturing.start(given)
        except Exception as error:
            return given, f"What Claude writes cannot be captured: {error}. Claude runs as always, without Japanese."
        self._capturing = capturing
        return arguments, None

    def started(self, pid: int) -> None:
        """Claude runs, as this process."""
        self._claude.pid = pid

    def expect_handshake(self) -> None:
        """Claude shows its prompt: from now on it should be heard."""
        if self._capturing is not None:
            self._capturing.expect_handshake()

    async def close(self) -> None:
        """Stop listening; safe to call twice."""
        capturing, self._capturing = self._capturing, None
        if capturing is not None:
            await capturing.close()
