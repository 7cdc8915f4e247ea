"""`streamtts ask`: a question to Claude without its screen, answered in both languages and aloud."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shlex
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

from engine.commands.ask.conversation import Conversation, TurnResult
from engine.commands.ask.lines import NobodyThere, ThreadedLines
from engine.commands.ask.person import Person
from engine.commands.ask.printed import Printed
from engine.commands.speak import BAD_USAGE, OK, SOME_FAILED, make_printer, speak
from engine.pipeline import Engine
from engine.settings import SettingsError, load
from engine.source import SourceEvent, TurnStart

EXAMPLES = """examples:
  streamtts ask "What does this project do?"
  streamtts ask                       a conversation: one prompt a line, Ctrl+C stops an answer, Ctrl+D ends
  git diff | streamtts ask "Review this diff" -
  streamtts ask "Fix the tests" -- --model opus --permission-mode acceptEdits
"""
PROMPT = "❯ "
PATIENCE_S = 600.0
"""For the Japanese of an answer to be printed before the next prompt is asked for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only `ask` takes."""
    parser.add_argument("--json", action="store_true", help="one JSON event a line on stdout, and nothing else there")
    parser.add_argument(
        "--command", dest="program", metavar="PROGRAM", default="claude", help="what to run (default: claude)"
    )
    parser.add_argument("prompt", nargs="?", metavar="PROMPT", help="what to ask; without one, a conversation")
    parser.add_argument("rest", nargs="*", metavar="- | -- CLAUDE ARGUMENTS", help="`-` adds what is piped in")


def run(arguments: argparse.Namespace) -> int:
    """Ask; 0 when Claude answered and every sentence came through, else as `speak`, or 1 when Claude failed."""
    try:
        settings = load(vars(arguments))
        program = _program(arguments)
    except (SettingsError, ValueError) as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return BAD_USAGE
    printed = Printed(make_printer(arguments.json))
    asking = _Asking(program, arguments.prompt, printed, reads_input="-" in arguments.rest)
    status = speak(settings, printed.take, asking.feed, record_as="ask")
    return status or asking.status


def _program(arguments: argparse.Namespace) -> list[str]:
    words = shlex.split(arguments.program)
    if not words or shutil.which(words[0]) is None:
        raise ValueError(
            f"{arguments.program or 'nothing'} was not found on PATH; install Claude Code or say --command"
        )
    return [*words, *(word for word in arguments.rest if word != "-")]


class _Asking:
    """One run of the command: feeds an engine with what Claude answers."""

    def __init__(self, program: list[str], prompt: str | None, printed: Printed, *, reads_input: bool) -> None:
        self._program = program
        self._prompt = prompt
        self._reads_input = reads_input
        self._printed = printed
        self._answers = 0
        self._asked = ""
        self.status = OK

    def feed(self, engine: Engine) -> None:
        """Ask, and hear to the end; called on the main thread."""
        with contextlib.suppress(NobodyThere):
            asyncio.run(self._converse(engine))

    async def _converse(self, engine: Engine) -> None:
        is_there = sys.stdin.isatty() and not self._reads_input
        lines = ThreadedLines(input)
        person = Person(lines.line, sys.stderr, is_there=is_there)

        def hear(event: SourceEvent) -> None:
            # Claude's lines do not repeat the prompt; the record of the session wants it.
            engine.feed(replace(event, prompt=self._asked) if isinstance(event, TurnStart) else event)

        async with Conversation(self._program, person.judge, hear) as conversation:
            async for prompt in self._prompts(lines):
                self._asked = prompt
                with on_ctrl_c(lambda: self._stop(engine, conversation)):
                    result = await conversation.ask(prompt)
                self._note(result)
                if result is None:
                    return

    async def _prompts(self, lines: ThreadedLines) -> AsyncIterator[str]:
        if self._prompt is not None:
            piped = await asyncio.to_thread(sys.stdin.read) if self._reads_input else ""
            yield f"{self._prompt}\n\n{piped}".strip()
            return
        while True:
            # The prompt stands below the answer's Japanese, not in the middle of it.
            await asyncio.to_thread(self._printed.wait, self._answers, PATIENCE_S)
            if prompt := (await lines.line(PROMPT)).strip():
                yield prompt

    def _note(self, result: TurnResult | None) -> None:
        if result is None:
            self.status = SOME_FAILED
            print("streamtts: Claude has ended before it answered", file=sys.stderr)
            return
        self._answers += 1
        if result.is_error:
            self.status = SOME_FAILED
            print(f"streamtts: Claude could not answer: {result.text or 'interrupted'}", file=sys.stderr)

    def _stop(self, engine: Engine, conversation: Conversation) -> None:
        engine.stop()
        conversation.interrupt()


@contextlib.contextmanager
def on_ctrl_c(stop: Callable[[], None]) -> Iterator[None]:
    """The first Ctrl+C stops the answer; the next one, or one between answers, ends the program."""
    loop = asyncio.get_running_loop()

    def stop_once() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        stop()

    with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
        loop.add_signal_handler(signal.SIGINT, stop_once)
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            loop.remove_signal_handler(signal.SIGINT)
