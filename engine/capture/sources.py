"""The sources of one session: picks them, starts them, follows the best one that is heard, and changes over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Protocol

from engine.capture.choice import RANKING, Choice, choose
from engine.capture.merge import Merger
from engine.capture.version_cache import Known, Versions
from engine.source import OldText, SessionChanged, SourceEvent, SourceStatus, TurnStart

VERSION_PATIENCE_S = 0.3
"""Claude's start waits so long for its version, the first time only."""
WANTED_PATIENCE_S = 5.0
"""The same where a hook was asked for by name, which cannot be registered without knowing the version."""
LATE_HANDSHAKE_S = 1.5
"""A better source that is silent while another one already tells of a prompt gets so long."""
QUIET_S: Mapping[str, float] = {"mod": 2.0, "hook": 15.0, "screen": 5.0, "transcript": 30.0}
"""A source that is silent for so long, while another one has text that it has not, has gone quiet.

The hook may be silent while a long paragraph is being written, the transcript while a message is.
"""
_SELF_SUFFICIENT = ("mod", "hook")
"""With one of these nobody needs to read the screen, which costs more than all the others."""
_HEARD_AT_ONCE = ("mod",)
"""It tells of an earlier conversation itself as soon as it is there."""
_TELLERS = {"hook": "transcript"}
"""Who tells what becomes of the conversation for a source that does not know."""
_INEXACT = frozenset({"screen"})
_GRAIN = {
    "hook": "a hook, a paragraph at a time",
    "screen": "the screen",
    "transcript": "the transcript, a message at a time",
}

OnSourceEvent = Callable[[SourceEvent], None]
log = logging.getLogger(__name__)


class CaptureSource(Protocol):
    """One source of text, on the loop that `start` is called on."""

    async def start(self) -> None:
        """Listen. Raises where that cannot be done."""
        ...

    def arguments(self, arguments: Sequence[str], cwd: str) -> list[str]:
        """Claude's arguments with what this source needs. Raises where it cannot be given."""
        ...

    def expect_handshake(self) -> None:
        """Claude is at work: say so if nothing is heard."""
        ...

    async def close(self) -> None:
        """Stop listening; safe to call twice."""
        ...


SourceFactory = Callable[[OnSourceEvent, Choice], CaptureSource]


class NoSourceError(Exception):
    """What the program writes cannot be captured. The message says why."""


@dataclass(frozen=True, slots=True)
class Program:
    """What will run."""

    argv: Sequence[str]
    """The program, without Claude's arguments."""
    environment: Mapping[str, str]
    cwd: str


class _State(Enum):
    WAITING = auto()
    HEARD = auto()
    FAILED = auto()


@dataclass(slots=True)
class _Member:
    source: CaptureSource
    state: _State = _State.WAITING
    problem: str = ""


@dataclass(slots=True)
class SourceManager:
    """Listens to one session of Claude Code. All of it runs on the loop that `start` is called on.

    `on_event` gets one stream of text, and a SourceStatus whenever another source is followed, with the reason.
    """

    on_event: OnSourceEvent
    program: Program
    factories: Mapping[str, SourceFactory]
    """By name; what is not here cannot be chosen."""
    wanted: str = "auto"
    versions: Versions | None = field(default_factory=Versions)
    """None for a program that is not Claude Code itself, and so is not asked for its version."""
    clock: Callable[[], float] = time.monotonic
    _merger: Merger = field(init=False)
    _members: dict[str, _Member] = field(default_factory=dict)
    _choice: Choice = field(default_factory=lambda: Choice(()))
    _key: str | None = None
    _quiet_timer: asyncio.TimerHandle | None = None
    _late_timer: asyncio.TimerHandle | None = None
    _closing: asyncio.Task[None] | None = None
    _sweeping: asyncio.Task[int] | None = None
    _is_closing: bool = False
    _told: SourceStatus | None = None
    _changes: dict[str, list[SourceEvent]] = field(default_factory=dict)
    """What became of the conversation before any source was followed, as each tells it."""

    def __post_init__(self) -> None:
        self._merger = Merger(self.on_event)

    @property
    def active(self) -> str | None:
        """The source that is followed."""
        return self._merger.active

    async def start(self, arguments: Sequence[str]) -> list[str]:
        """Listen; return Claude's arguments with what the sources need. Raises NoSourceError where there is none."""
        given = list(arguments)
        known = await self._ask_version()
        self._choice = choose(self.wanted, known, self.program.environment, given, tuple(self.factories))
        problems = [self._choice.why] if self._choice.why else []
        for name in self._choice.names:
            try:
                given = await self._start_one(name, given)
            except Exception as error:
                log.warning("The source %s cannot be used: %s", name, error)
                problems.append(f"{name}: {error}")
        if not self._members:
            raise NoSourceError("; ".join(problems) or "no source fits")
        # Nobody waits for this, but the end of the session.
        self._sweeping = asyncio.create_task(asyncio.to_thread(_sweep))
        if self._choice.names[0] not in self._members:
            self._choice = replace(self._choice, why="; ".join(problems))
        return given

    def expect_handshake(self) -> None:
        """Claude is at work on a prompt: from now on it should be heard."""
        for member in self._members.values():
            if member.state is _State.WAITING:
                member.source.expect_handshake()

    async def close(self) -> None:
        """Stop listening; safe to call twice."""
        for timer in (self._quiet_timer, self._late_timer):
            if timer is not None:
                timer.cancel()
        self._quiet_timer = self._late_timer = None
        self._is_closing = True
        for member in list(self._members.values()):
            # What it held back, or reads last, is still heard.
            await member.source.close()
        self._members.clear()
        if self._closing is not None:
            await self._closing
        if self._sweeping is not None:
            await self._sweeping

    async def _ask_version(self) -> Known | None:
        if self.versions is None:
            return None
        program = self.program
        patience = WANTED_PATIENCE_S if self.wanted == "hook" else VERSION_PATIENCE_S
        self._key = self.versions.key(program.argv, program.environment, program.cwd)
        return await self.versions.of(program.argv, program.environment, program.cwd, patience_s=patience)

    def _note_mod(self, *, is_blocked: bool) -> None:
        if self.versions is not None:
            self.versions.note_mod(self._key, is_blocked=is_blocked)

    async def _start_one(self, name: str, arguments: list[str]) -> list[str]:
        source = self.factories[name](lambda event: self._take(name, event), self._choice)
        # Known before it starts: it may speak at once.
        self._merger.add(name, is_exact=name not in _INEXACT)
        self._members[name] = _Member(source)
        try:
            await source.start()
            return source.arguments(arguments, self.program.cwd)
        except Exception:
            del self._members[name]
            await source.close()
            raise

    # -- what the sources say ------------------------------------------------------------------------------------

    def _take(self, name: str, event: SourceEvent) -> None:
        member = self._members.get(name)
        if member is None:
            return
        if isinstance(event, SourceStatus):
            if not self._is_closing:
                self._take_status(name, member, event)
            return
        if isinstance(event, OldText | SessionChanged):
            self._take_change(name, event)
            return
        if member.state is not _State.HEARD:
            self._hear(name, member)
        self._merger.take(name, event)
        if name != self.active and not self._is_closing:
            self._take_from_another(name, event)

    def _take_change(self, name: str, event: OldText | SessionChanged) -> None:
        """What becomes of the conversation counts from one source only: others would say the same once more."""
        active = self.active or next((name for name, m in self._members.items() if m.state is not _State.FAILED), None)
        if self.active is None and active in _HEARD_AT_ONCE:
            # Another one may be followed, but this one would tell of its own accord.
            self._changes.setdefault(name, []).append(event)
        elif name == _TELLERS.get(active or "", active):
            self.on_event(event)

    def _take_status(self, name: str, member: _Member, status: SourceStatus) -> None:
        if not status.connected:
            member.state, member.problem = _State.FAILED, status.detail
            if name == "mod":
                self._note_mod(is_blocked=True)
            self._settle()
        elif member.state is not _State.HEARD:
            self._hear(name, member)
        elif name == self.active and status.detail:
            self.on_event(status)

    def _hear(self, name: str, member: _Member) -> None:
        member.state, member.problem = _State.HEARD, ""
        if name == "mod":
            self._note_mod(is_blocked=False)
        self._settle()

    def _take_from_another(self, name: str, event: SourceEvent) -> None:
        active = self.active
        if active is None:
            # Somebody tells of a prompt already, so a better source would have been heard long ago.
            if self._late_timer is None and isinstance(event, TurnStart):
                self._late_timer = asyncio.get_running_loop().call_later(LATE_HANDSHAKE_S, self._give_up_waiting)
        elif isinstance(event, TurnStart) and RANKING.index(name) < RANKING.index(active):
            # It is back; a new turn is a good place to change over.
            self._follow(name, "")
        elif self._quiet_timer is None:
            self._watch(QUIET_S[active])

    # -- whom to follow ------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Follow the best source that is heard; one that may still be heard is waited for."""
        active = self.active
        name = next((name for name, member in self._members.items() if member.state is not _State.FAILED), None)
        if name is not None and self._members[name].state is _State.HEARD:
            is_lost = active is None or self._members[active].state is not _State.HEARD
            if is_lost or not self._merger.in_turn:
                self._follow(name, self._why_not_better(name))
            return
        failed = active or next(iter(self._members))
        if self._members[failed].state is _State.FAILED:
            self._tell(SourceStatus(failed, False, self._members[failed].problem or f"The {failed} is lost."))

    def _why_not_better(self, name: str) -> str:
        """Why no better source is followed."""
        problems = []
        for other, member in self._members.items():
            if other == name:
                break
            problems.append(member.problem)
        if self._choice.why and (name != "mod" or self.wanted != "auto"):
            problems.insert(0, self._choice.why)
        return "; ".join(problem.rstrip(".") for problem in problems if problem)

    def _follow(self, name: str, why: str) -> None:
        if name == self.active:
            return
        detail = ""
        if why and name != "mod":
            detail = f"What Claude writes comes through {_GRAIN.get(name, name)}, because {why}."
        self._tell(SourceStatus(name, True, detail))
        changes, self._changes = self._changes, {}
        for event in changes.get(_TELLERS.get(name, name), []):
            self.on_event(event)
        self._merger.follow(name)
        if name in _SELF_SUFFICIENT and "screen" in self._members:
            self._closing = asyncio.create_task(self._members.pop("screen").source.close())

    def _tell(self, status: SourceStatus) -> None:
        if status != self._told:
            self._told = status
            self.on_event(status)

    def _give_up_waiting(self) -> None:
        self._late_timer = None
        for name, member in self._members.items():
            if member.state is _State.HEARD:
                break
            if member.state is _State.WAITING:
                member.state, member.problem = _State.FAILED, f"the {name} was not heard"
                if name == "mod":
                    self._note_mod(is_blocked=True)
        self._settle()

    # -- a source that goes quiet --------------------------------------------------------------------------------

    def _watch(self, delay_s: float) -> None:
        self._quiet_timer = asyncio.get_running_loop().call_later(delay_s, self._check_quiet)

    def _check_quiet(self) -> None:
        self._quiet_timer = None
        active = self.active
        if active is None:
            return
        quiet_s, now = QUIET_S[active], self.clock()
        waits = []
        for name, member in self._members.items():
            since = self._merger.ahead_since(name) if member.state is _State.HEARD else None
            if since is None:
                continue
            wait_s = quiet_s - (now - max(since, self._merger.heard_at(active)))
            if wait_s <= 0:
                self._leave(active)
                return
            waits.append(wait_s)
        if waits:
            self._watch(max(min(waits), 0.05))

    def _leave(self, name: str) -> None:
        member = self._members[name]
        member.state, member.problem = _State.FAILED, f"the {name} has gone quiet"
        self._settle()


def _sweep() -> int:
    """Remove what killed sessions have left; returns how many folders. Imported here, as Claude waits for our start."""
    from engine.capture.mod_files import parents
    from engine.capture.private_folder import sweep

    return sweep(parents())
