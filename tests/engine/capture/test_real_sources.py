"""The same session through each source, with the real Claude Code of two versions: the same text, each piece once."""

from __future__ import annotations

import asyncio
import json
import statistics
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine.capture.said import letters
from engine.capture.screen_view import ScreenView
from engine.capture.source_factories import claude_sources
from engine.capture.sources import Program, SourceManager
from engine.capture.version_cache import Versions
from engine.source import SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart
from tests.support.answers import Answer, Reasoning, Refuse, Text, ToolUse
from tests.support.claude import ClaudeHome, ClaudeTerminal
from tests.support.loopback_api import LoopbackApi, in_order
from tests.support.recordings import heard
from tui.terminal.emulator import Emulator

pytestmark = pytest.mark.claude

MARKDOWN = """# A plan

It has **bold** text, `inline code` and a [link](https://example.com/docs). Next comes a list — “quoted” 日本語 🚀.

1. Read it.
2. Run it.

```python
def greet(name: str) -> str:
    return f"Hello, {name}!"
```

| Option | Meaning |
| --- | --- |
| `--fast` | Faster |

Shall I go on?
"""
SOURCES = ["mod", "hook", "screen"]
READ = ToolUse("Read", {"file_path": "README.txt"})
PARAGRAPHS = "\n\n".join(
    " ".join(f"Sentence {n} of paragraph {p} tells a little more about how the whole thing works." for n in range(3))
    for p in range(8)
)


class Session:
    """One session of a real CLI under a manager."""

    def __init__(
        self,
        claude: Path,
        home: ClaudeHome,
        answers: Sequence[Answer],
        *,
        wanted: str = "auto",
        own: Sequence[str] = (),
    ) -> None:
        self.events: list[SourceEvent] = []
        self.api = LoopbackApi(in_order(*answers))
        self._claude, self._home, self._wanted, self._own = claude, home, wanted, own
        self.manager: SourceManager
        self._terminal: ClaudeTerminal | None = None
        self._emulator = Emulator(100, 40)
        self._read = 0

    async def __aenter__(self) -> Session:
        self.api.__enter__()
        session_id = str(uuid.uuid4())
        environment = self._home.environment(self.api.url)
        cwd = str(self._home.project)
        program = Program([str(self._claude)], environment, cwd)
        versions = Versions(self._home.home / "versions.json")
        # On a busy machine the first answer may take longer than a start waits for it.
        assert await versions.of(program.argv, environment, cwd, patience_s=30.0)
        factories = claude_sources(environment, cwd, session_id, read_screen=self._read_screen)
        self.manager = SourceManager(self.events.append, program, factories, wanted=self._wanted, versions=versions)
        arguments = await self.manager.start(["--session-id", session_id, *self._own])
        self._terminal = ClaudeTerminal(self._claude, self._home, self.api.url, arguments=arguments)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.terminal.close)
        await self.manager.close()
        self.api.__exit__(None, None, None)

    @property
    def terminal(self) -> ClaudeTerminal:
        assert self._terminal is not None
        return self._terminal

    def _read_screen(self) -> ScreenView | None:
        """What the app's own emulator shows."""
        if self._terminal is None:
            return None
        reads = self._terminal.reads[self._read :]
        self._read += len(reads)
        for read in reads:
            self._emulator.feed(read.data)
        self._emulator.take_dirty()
        return ScreenView(self._emulator.text(), self._emulator.cols, self._emulator.cursor.y, self._emulator.is_held)

    async def ask(self, prompt: str) -> None:
        await asyncio.to_thread(self.terminal.ask, prompt)
        self.manager.expect_handshake()

    async def until(self, condition: Callable[[], object], what: str) -> None:
        await asyncio.to_thread(self.terminal.wait_until, condition, what, 60.0)

    async def until_turns_end(self, count: int) -> None:
        await self.until(lambda: self._count(TurnEnd) >= count, f"the end of turn {count}")

    def _count(self, kind: type[SourceEvent]) -> int:
        return sum(isinstance(event, kind) for event in self.events)

    @property
    def text(self) -> str:
        return "\n".join(block.strip() for block in heard(self.events))

    @property
    def prompts(self) -> list[str]:
        return [event.prompt.strip() for event in self.events if isinstance(event, TurnStart)]

    @property
    def sources(self) -> list[str]:
        return [event.source for event in self.events if isinstance(event, SourceStatus)]


Binaries = dict[str, Path]


@pytest.fixture
def binaries(claude_binary: Path, old_claude_binary: Path) -> Binaries:
    """By the source that is chosen for each."""
    return {"mod": claude_binary, "hook": old_claude_binary, "screen": claude_binary}


@pytest.mark.parametrize("source", SOURCES)
async def test_each_version_gets_its_source_and_says_the_same(
    binaries: Binaries, claude_home: ClaudeHome, source: str
) -> None:
    answers: list[Answer] = [
        [Reasoning(), Text("I will look at the file first.\n"), READ],
        [Text(MARKDOWN)],
        Refuse(),
        [Text("The second answer. It comes after a busy server.\n\nYes.")],
    ]
    own = [] if source != "screen" else ["--safe-mode"]
    async with Session(binaries[source], claude_home, answers, own=own) as session:
        await session.ask("please answer")
        await session.until_turns_end(1)
        await session.ask("and again")
        await session.until_turns_end(2)
    assert session.sources == [source]
    assert session.prompts == ["please answer", "and again"]
    said = [
        "I will look at the file first.",
        MARKDOWN.strip(),
        "The second answer. It comes after a busy server.\n\nYes.",
    ]
    if source == "screen":
        # It shows neither the signs of headings and emphasis nor where links lead.
        assert letters(session.text) == letters("\n".join(said).replace("(https://example.com/docs)", ""))
    else:
        assert session.text == "\n".join(said)


@pytest.mark.parametrize("source", ["mod", "hook"])
async def test_esc_and_then_another_prompt(binaries: Binaries, claude_home: ClaudeHome, source: str) -> None:
    async with Session(binaries[source], claude_home, [[Text(PARAGRAPHS)], [Text("The second answer.")]]) as session:
        await session.ask("please answer")
        await session.until(lambda: len(session.text) > 300, "some text")
        session.terminal.press("\x1b")
        await session.until(lambda: "nterrupted" in session.terminal.screen(), "the interruption")
        # Claude puts a prompt that was hardly answered back into the box; this one was answered.
        await session.ask("and again")
        await session.until(lambda: "The second answer." in session.text, "the second answer")
        await session.until_turns_end(2)
    first, second = session.text.rsplit("\n", 1)
    assert second == "The second answer."
    assert PARAGRAPHS.startswith(first.rstrip())
    ends = [event for event in session.events if isinstance(event, TurnEnd)]
    assert [end.aborted for end in ends] == [True, False]


async def test_the_users_own_settings_stay(old_claude_binary: Path, claude_home: ClaudeHome) -> None:
    seen = claude_home.home / "seen"
    hook = {"type": "command", "command": f"echo stopped >> {seen}"}
    own = json.dumps({"hooks": {"Stop": [{"hooks": [hook]}]}})
    async with Session(old_claude_binary, claude_home, [[Text("Hello.")]], own=["--settings", own]) as session:
        await session.ask("please answer")
        await session.until_turns_end(1)
        await session.until(seen.exists, "the user's own hook")
    assert session.text == "Hello."


async def test_a_newer_version_takes_the_hook_too(claude_binary: Path, claude_home: ClaudeHome) -> None:
    async with Session(claude_binary, claude_home, [[Text(MARKDOWN)]], wanted="hook") as session:
        await session.ask("please answer")
        await session.until_turns_end(1)
    assert session.sources == ["hook"]
    assert session.text == MARKDOWN.strip()


async def test_the_mod_that_dies_hands_over_to_the_transcript(claude_binary: Path, claude_home: ClaudeHome) -> None:
    answers: list[Answer] = [[Text(PARAGRAPHS), READ], [Text("The last words.")]]
    async with Session(claude_binary, claude_home, answers) as session:
        await session.ask("please answer")
        await session.until(lambda: len(session.text) > 300, "some text")
        await session.manager._members["mod"].source.close()
        await session.until(lambda: "The last words." in session.text, "the last words")
    assert session.sources == ["mod", "transcript"]
    assert session.text == PARAGRAPHS + "\nThe last words."


@pytest.mark.parametrize("source", [*SOURCES, "transcript"])
async def test_how_late_a_sentence_is(
    binaries: Binaries, claude_home: ClaudeHome, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints the delays; a busy machine must not fail a test."""
    claude = binaries.get(source, binaries["mod"])
    wanted = source if source in ("screen", "transcript") else "auto"
    async with Session(claude, claude_home, [[Text(PARAGRAPHS)]], wanted=wanted) as session:
        await session.ask("please answer")
        await session.until(lambda: len(session.text) >= len(PARAGRAPHS), "the whole text")
    sent = _ends([(delta.text, delta.at) for delta in session.api.deltas])
    received = _ends([(event.text, event.received_at) for event in session.events if isinstance(event, TextDelta)])
    assert len(sent) == len(received) == PARAGRAPHS.count(".")
    late = [(b - a) * 1000 for a, b in zip(sent, received, strict=True)]
    cuts = statistics.quantiles(late, n=10)
    with capsys.disabled():
        print(f"\n{source}: n {len(late)}, p50 {cuts[4]:.0f}, p90 {cuts[8]:.0f}, max {max(late):.0f} ms", end="")


def _ends(pieces: Sequence[tuple[str, float]]) -> list[float]:
    """When each full stop came."""
    return [at for text, at in pieces for character in text if character == "."]
