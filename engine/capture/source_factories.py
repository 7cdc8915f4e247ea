"""How each source of a Claude Code session is made. A source's code is imported only where it is used: Claude waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.capture.choice import Choice
from engine.capture.sources import CaptureSource, OnSourceEvent, SourceFactory

if TYPE_CHECKING:
    from engine.capture.claude_process import ClaudeProcess
    from engine.capture.screen_view import WatchedScreen
    from engine.capture.transcript_follow import TranscriptSource

STAND_BY_POLL_S = 0.25
"""How often the transcript is looked at while it only stands by: a look costs little, but Claude may idle for hours."""


def claude_sources(
    environment: Mapping[str, str],
    cwd: str,
    claude: ClaudeProcess,
    *,
    include_subagents: bool = False,
    screen: WatchedScreen | None = None,
) -> dict[str, SourceFactory]:
    """What can be used for Claude Code with these settings; the screen only where there is one.

    Whoever starts `claude` says its process id there.
    """

    def mod(on_event: OnSourceEvent, choice: Choice) -> CaptureSource:
        from engine.capture.mod import ModSource

        return ModSource(on_event, include_subagents=include_subagents, has_session_mod=choice.has_session_mod)

    def hook(on_event: OnSourceEvent, choice: Choice) -> CaptureSource:
        from engine.capture.hook import HookSource

        return HookSource(on_event, hooks=choice.hooks)

    def transcript(on_event: OnSourceEvent, choice: Choice) -> CaptureSource:
        from engine.capture.transcript_follow import POLL_S, TranscriptSource, projects_folder

        poll_s = POLL_S if choice.names[0] == "transcript" else STAND_BY_POLL_S
        projects, session_id = projects_folder(environment), claude.session_id
        return _Passive(TranscriptSource(projects, session_id, cwd, on_event, pid=lambda: claude.pid, poll_s=poll_s))

    made: dict[str, SourceFactory] = {"mod": mod, "hook": hook}
    if screen is not None:
        made |= screen_sources(screen, environment, cwd, claude)
    return made | {"transcript": transcript}


def screen_sources(
    screen: WatchedScreen, environment: Mapping[str, str], cwd: str, claude: ClaudeProcess | None = None
) -> dict[str, SourceFactory]:
    """The screen, with the transcript's help where it is `claude`'s: for programs of which we know nothing else."""

    def follower(on_event: OnSourceEvent, choice: Choice) -> CaptureSource:
        from engine.capture.screen_follow import ScreenFollower
        from engine.capture.transcript_follow import projects_folder

        projects = projects_folder(environment) if claude else None
        return ScreenFollower(on_event, screen, projects=projects, claude=claude, cwd=cwd)

    return {"screen": follower}


@dataclass(frozen=True, slots=True)
class _Passive:
    """A source that only looks on: Claude is not told of it."""

    source: TranscriptSource

    async def start(self) -> None:
        """Begin to look."""
        await self.source.start()

    def arguments(self, arguments: Sequence[str], cwd: str) -> list[str]:
        """Claude needs none."""
        return list(arguments)

    def expect_handshake(self) -> None:
        """It is heard as soon as the file is there."""

    async def close(self) -> None:
        """Look no more."""
        await self.source.close()
