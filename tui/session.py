"""One session of Claude Code: the arguments we give it, and the capture source that listens to it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from engine.source import SourceEvent

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


class CaptureSource(Protocol):
    """What a session needs of `engine.capture.mod.ModSource`."""

    @property
    def claude_arguments(self) -> list[str]:
        """What Claude must be given."""
        ...

    async def start(self) -> None:
        """Listen."""
        ...

    def expect_handshake(self) -> None:
        """Say so if nothing is heard."""
        ...

    async def close(self) -> None:
        """Stop listening."""
        ...


CaptureFactory = Callable[[Callable[[SourceEvent], None], bool], CaptureSource]


def mod_source(on_event: Callable[[SourceEvent], None], include_subagents: bool) -> CaptureSource:
    """The mod as the capture source."""
    from engine.capture.mod import ModSource

    return ModSource(on_event, include_subagents=include_subagents)


@dataclass(slots=True)
class CaptureSession:
    """A source's life around Claude's. If it cannot start, Claude does all the same."""

    feed: Callable[[SourceEvent], None]
    include_subagents: bool = False
    factory: CaptureFactory = mod_source
    _source: CaptureSource | None = None

    async def start(self) -> tuple[list[str], str | None]:
        """Listen. Returns Claude's additional arguments, and why there are none."""
        try:
            source = self.factory(self.feed, self.include_subagents)
            await source.start()
        except Exception as error:
            return [], f"What Claude writes cannot be captured: {error}. Claude runs as always, without Japanese."
        self._source = source
        return source.claude_arguments, None

    def expect_handshake(self) -> None:
        """Claude shows its prompt: from now on the source should be heard."""
        if self._source is not None:
            self._source.expect_handshake()

    async def close(self) -> None:
        """Stop listening; safe to call twice."""
        source, self._source = self._source, None
        if source is not None:
            await source.close()
