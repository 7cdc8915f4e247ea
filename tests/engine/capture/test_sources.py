"""Which source is followed, and how it is changed without a sentence lost or said twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine.capture import sources as module
from engine.capture.choice import Choice
from engine.capture.sources import CaptureSource, NoSourceError, OnSourceEvent, Program, SourceFactory, SourceManager
from engine.capture.version_cache import Known, Versions
from engine.source import (
    Attention,
    AttentionEnd,
    AttentionKind,
    BlockEnd,
    OldText,
    SessionChange,
    SessionChanged,
    SourceEvent,
    SourceStatus,
    TextDelta,
    TurnEnd,
    TurnStart,
)
from tests.support.recordings import heard

NEW, OLD = Known((2, 1, 328)), Known((2, 1, 197))


class FakeVersions(Versions):
    """Knows a version without running anything."""

    def __init__(self, known: Known | None, folder: Path) -> None:
        super().__init__(folder / "versions.json")
        self._known = known
        self.blocked: list[bool] = []

    async def of(self, *_: object, **__: object) -> Known | None:
        return self._known

    def note_mod(self, key: str | None, *, is_blocked: bool) -> None:
        self.blocked.append(is_blocked)


class FakeSource:
    """A source that says what a test wants."""

    def __init__(self, name: str, on_event: OnSourceEvent, problem: str) -> None:
        self.name = name
        self.say = on_event
        self.problem = problem
        self.is_expected = self.is_closed = False
        self.last_words = ""

    async def start(self) -> None:
        if self.problem == "start":
            raise OSError("no room")

    def arguments(self, arguments: Sequence[str], cwd: str) -> list[str]:
        if self.problem == "arguments":
            raise ValueError("bad settings")
        return [f"--{self.name}", *arguments]

    def expect_handshake(self) -> None:
        self.is_expected = True

    async def close(self) -> None:
        self.is_closed = True
        words, self.last_words = self.last_words, ""
        if words:
            self.text(words)

    def up(self) -> None:
        self.say(SourceStatus(self.name, True))

    def turn(self, *texts: str, at: float = 0.0, ends: bool = True) -> None:
        self.say(TurnStart(f"{self.name}-turn", at, "hello"))
        self.text(*texts, at=at)
        if ends:
            self.say(TurnEnd(f"{self.name}-turn", at))

    def text(self, *texts: str, at: float = 0.0) -> None:
        for text in texts:
            self.say(TextDelta(f"{self.name}/{text}", text, at))
            self.say(BlockEnd(f"{self.name}/{text}", at))


class Session:
    """A manager on fake sources, and what it said."""

    def __init__(
        self, folder: Path, known: Known | None, *, wanted: str = "auto", has_screen: bool = False, **problems: str
    ) -> None:
        names = ("mod", "hook", "screen", "transcript") if has_screen else ("mod", "hook", "transcript")
        self.events: list[SourceEvent] = []
        self._changed = asyncio.Event()
        self.sources: dict[str, FakeSource] = {}
        self.now = 0.0
        self.versions = FakeVersions(known, folder)
        factories = {name: self._factory(name, problems.get(name, "")) for name in names}
        program = Program(["claude"], {}, "/")
        self.manager = SourceManager(
            self._take, program, factories, wanted=wanted, versions=self.versions, clock=lambda: self.now
        )

    def _take(self, event: SourceEvent) -> None:
        self.events.append(event)
        self._changed.set()

    def _factory(self, name: str, problem: str) -> SourceFactory:
        def make(on_event: OnSourceEvent, choice: Choice) -> CaptureSource:
            self.sources[name] = FakeSource(name, on_event, problem)
            return self.sources[name]

        return make

    @property
    def text(self) -> list[str]:
        return heard(self.events)

    @property
    def statuses(self) -> list[tuple[str, bool]]:
        return [(event.source, event.connected) for event in self.events if isinstance(event, SourceStatus)]

    @property
    def detail(self) -> str:
        return [event for event in self.events if isinstance(event, SourceStatus)][-1].detail

    async def until(self, condition: Callable[[], object]) -> None:
        """Let the manager's timers run until what it says makes `condition` true."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()


@pytest.fixture(autouse=True)
def _short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LATE_HANDSHAKE_S", 0.01)
    monkeypatch.setattr(module, "QUIET_S", dict.fromkeys(module.QUIET_S, 0.01))


async def test_the_mod_is_followed_and_says_nothing_of_why(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW)
    assert await session.manager.start(["--model", "opus"]) == ["--transcript", "--mod", "--model", "opus"]
    session.sources["mod"].up()
    session.sources["mod"].turn("One.")
    assert session.events[0] == SourceStatus("mod", True)
    assert session.text == ["One."]
    assert session.versions.blocked == [False]
    await session.manager.close()
    assert all(source.is_closed for source in session.sources.values())


async def test_an_old_version_gets_the_hook_and_the_reason(tmp_path: Path) -> None:
    session = Session(tmp_path, OLD)
    await session.manager.start([])
    assert "mod" not in session.sources
    session.sources["hook"].up()
    session.sources["hook"].turn("One.")
    assert session.statuses == [("hook", True)]
    assert "Claude Code 2.1.197 has no mods yet" in session.detail
    assert session.text == ["One."]


async def test_the_mod_that_is_not_heard_gives_way_without_a_loss(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW)
    await session.manager.start([])
    session.manager.expect_handshake()
    assert session.sources["mod"].is_expected
    session.sources["transcript"].turn("One.", ends=False)
    assert session.text == []
    session.sources["mod"].say(SourceStatus("mod", False, "Mods are off."))
    session.sources["transcript"].text("Two.")
    assert session.text == ["One.", "Two."]
    assert session.statuses == [("transcript", True)]
    assert "Mods are off" in session.detail
    assert session.versions.blocked == [True]


async def test_who_is_silent_while_another_tells_of_a_prompt_is_not_waited_for(tmp_path: Path) -> None:
    session = Session(tmp_path, Known((2, 1, 328), is_mod_blocked=True))
    await session.manager.start([])
    session.sources["hook"].up()
    session.sources["hook"].turn("One.")
    await session.until(lambda: session.text == ["One."])
    assert session.manager.active == "hook"
    assert "the mod was not heard" in session.detail


async def test_a_source_that_goes_quiet_hands_over_in_the_middle_of_a_sentence(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW)
    await session.manager.start([])
    mod, transcript = session.sources["mod"], session.sources["transcript"]
    mod.up()
    mod.say(TurnStart("t", 0.0, "hello"))
    mod.say(TextDelta("m", "One. Tw", 0.0))
    session.now = 5.0
    transcript.turn("One. Two. Three.", at=4.0)
    await session.until(lambda: session.manager.active == "transcript")
    assert session.text == ["One. Two. Three."]
    assert "has gone quiet" in session.detail
    # It was only slow: what it tells late is not heard again, and with the next turn it is back.
    mod.say(TextDelta("m", "o. Three.", 6.0))
    mod.say(BlockEnd("m", 6.0))
    mod.say(TurnEnd("t", 6.0))
    mod.turn("Four.")
    transcript.turn("Four.")
    assert session.text == ["One. Two. Three.", "Four."]
    assert session.manager.active == "mod"
    assert session.statuses == [("mod", True), ("transcript", True), ("mod", True)]


async def test_a_source_that_lags_behind_is_no_reason_to_change(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW)
    await session.manager.start([])
    session.sources["mod"].up()
    session.sources["mod"].turn("One.", "Two.")
    session.now = 100.0
    session.sources["transcript"].turn("One.", "Two.", at=50.0)
    session.sources["transcript"].text("Claude's own words on an error.", at=50.0)
    session.manager._check_quiet()
    assert session.manager.active == "mod"
    assert session.text == ["One.", "Two."]


async def test_the_last_source_that_is_lost_is_said(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW, transcript="start")
    await session.manager.start([])
    session.sources["mod"].say(SourceStatus("mod", False, "Mods are off."))
    assert session.events == [SourceStatus("mod", False, "Mods are off.")]
    session.sources["mod"].up()
    assert session.events[-1] == SourceStatus("mod", True)


@pytest.mark.parametrize("problem", ["start", "arguments"])
async def test_a_source_that_cannot_start_is_left_out_with_the_reason(tmp_path: Path, problem: str) -> None:
    session = Session(tmp_path, OLD, hook=problem)
    assert await session.manager.start(["-c"]) == ["--transcript", "-c"]
    assert session.sources["hook"].is_closed
    session.sources["transcript"].up()
    assert "no room" in session.detail or "bad settings" in session.detail


async def test_without_any_source_the_reason_is_said(tmp_path: Path) -> None:
    session = Session(tmp_path, OLD, hook="start", transcript="start")
    with pytest.raises(NoSourceError, match="no room"):
        await session.manager.start([])
    with pytest.raises(NoSourceError, match="no source 'screen'"):
        await Session(tmp_path, OLD, wanted="screen").manager.start([])


async def test_the_user_may_choose(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW, wanted="hook")
    assert await session.manager.start([]) == ["--hook"]
    session.sources["hook"].turn("One.")
    assert list(session.sources) == ["hook"]
    assert "--source hook" in session.detail
    assert session.text == ["One."]


async def test_lost_pieces_are_reported_of_the_followed_source_only(tmp_path: Path) -> None:
    session = Session(tmp_path, Known((2, 1, 328), is_mod_blocked=True))
    await session.manager.start([])
    for name in ("mod", "hook"):
        session.sources[name].up()
        session.sources[name].say(SourceStatus(name, True, "3 pieces were lost"))
    assert session.statuses == [("mod", True), ("mod", True)]


async def test_nobody_reads_the_screen_once_the_mod_is_heard(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW, has_screen=True)
    await session.manager.start([])
    session.sources["mod"].up()
    await asyncio.sleep(0)
    assert session.sources["screen"].is_closed
    session.sources["screen"].turn("One.")
    session.sources["mod"].turn("One.")
    assert session.text == ["One."]


async def test_without_mod_and_hook_the_screen_is_followed(tmp_path: Path) -> None:
    session = Session(tmp_path, Known((2, 0, 1)), has_screen=True)
    await session.manager.start([])
    assert list(session.sources) == ["screen", "transcript"]
    session.sources["screen"].turn("One.")
    session.sources["transcript"].turn("One.")
    assert session.text == ["One."]
    assert session.statuses == [("screen", True)]


async def test_a_program_that_is_not_claude_is_not_asked_for_its_version(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW, has_screen=True)
    session.manager.versions = None
    session.manager.factories = {"screen": session.manager.factories["screen"]}
    assert await session.manager.start(["-x"]) == ["--screen", "-x"]


async def test_what_a_source_says_as_it_closes_is_heard(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW)
    await session.manager.start([])
    for source in session.sources.values():
        source.last_words = "Two."
    session.sources["mod"].up()
    session.sources["mod"].turn("One.", ends=False)
    await session.manager.close()
    assert session.text == ["One.", "Two."]


async def test_after_the_end_nothing_is_said(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW)
    await session.manager.start([])
    session.sources["mod"].up()
    await session.manager.close()
    await session.manager.close()
    session.sources["mod"].turn("One.")
    assert session.text == []


OLD_TEXT, RESUMED = OldText("It was so.", 0.0), SessionChanged(SessionChange.RESUMED, 0.0)


def tell_changes(session: Session, *names: str) -> None:
    """Each of the sources tells what was said before."""
    for name in names:
        for event in (OLD_TEXT, RESUMED):
            session.sources[name].say(event)


def changes(session: Session) -> list[SourceEvent]:
    return [event for event in session.events if isinstance(event, OldText | SessionChanged)]


async def test_what_was_said_before_is_told_by_one_source_only(tmp_path: Path) -> None:
    session = Session(tmp_path, Known((2, 1, 328), is_mod_blocked=True), has_screen=True)
    await session.manager.start([])
    tell_changes(session, "screen", "transcript")
    assert session.events == []
    session.sources["mod"].up()
    tell_changes(session, "transcript", "mod")
    assert changes(session) == [OLD_TEXT, RESUMED]
    # The mod is gone; what the transcript said at the beginning is past.
    session.sources["mod"].say(SourceStatus("mod", False, "Gone."))
    session.sources["transcript"].up()
    assert changes(session) == [OLD_TEXT, RESUMED]


async def test_for_the_hook_the_transcript_tells_of_the_conversation(tmp_path: Path) -> None:
    session = Session(tmp_path, OLD, has_screen=True)
    await session.manager.start([])
    tell_changes(session, "screen", "transcript")
    assert changes(session) == [OLD_TEXT, RESUMED]
    session.sources["hook"].turn("One.")
    session.sources["transcript"].say(SessionChanged(SessionChange.CLEARED, 1.0))
    assert changes(session)[2:] == [SessionChanged(SessionChange.CLEARED, 1.0)]
    assert session.manager.active == "hook"


async def test_a_mod_that_is_not_heard_leaves_it_to_the_screen(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW, has_screen=True)
    await session.manager.start([])
    tell_changes(session, "transcript", "screen")
    assert changes(session) == []
    session.sources["screen"].up()
    session.sources["mod"].say(SourceStatus("mod", False, "Mods are off."))
    assert changes(session) == [OLD_TEXT, RESUMED]


async def test_what_claude_waits_for_ends_where_its_source_is_left(tmp_path: Path) -> None:
    session = Session(tmp_path, NEW)
    await session.manager.start([])
    mod = session.sources["mod"]
    mod.up()
    mod.turn("One.", ends=False)
    mod.say(Attention("mod-attention-1", AttentionKind.PERMISSION, 0.0, "Bash: ls"))
    session.sources["transcript"].turn("One.")
    mod.say(SourceStatus("mod", False, "Gone."))
    assert [event.key for event in session.events if isinstance(event, AttentionEnd)] == ["mod-attention-1"]
