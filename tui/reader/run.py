"""Runs the companion as plain lines: prompts and commands are typed, everything said is printed below."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.commands.ask import PATIENCE_S, on_ctrl_c
from engine.commands.ask.conversation import Conversation, TurnResult, tool_summary
from engine.commands.ask.lines import NobodyThere
from engine.commands.ask.person import Person
from engine.commands.ask.printed import Printed
from engine.commands.speak import OK, SOME_FAILED, speak
from engine.events import Event, GaugesChanged
from engine.source import TurnStart
from tui.background import on_own_thread
from tui.control import Demo, EngineControl, Launch
from tui.reader.commands import Commands
from tui.reader.lines_out import JAPANESE, LinesOut, Shown
from tui.reader.typed import TypedLines
from tui.voice_control import VoiceControl

if TYPE_CHECKING:
    from engine.pipeline import Engine
    from engine.settings import Settings
    from engine.source import SourceEvent

LOOK_EVERY_S = 0.1
"""While an answer is being printed or a recording is being spoken to its end."""
WELCOME = "Type to Claude, a line at a time. :help lists what else you can type. :quit leaves."


def run_reader(
    settings: Settings, start: Launch | Demo, also: Sequence[Callable[[Event], None]] = (), problems: Sequence[str] = ()
) -> int:
    """Converse until the person leaves, or play a recording; return the exit status. `problems` are said first."""
    out = LinesOut(sys.stdout, _language(settings.translate.to))
    out.shown = Shown(settings.screen.languages)
    for problem in problems:
        out.say(f"Warning: {problem}. The default is used.")
    reading = Reading(settings, start, out)
    record_as = start.name if isinstance(start, Launch) else None
    status = speak(settings, reading.printed.take, reading.feed, record_as=record_as, also=also)
    if reading.answers and isinstance(start, Launch) and start.session_id:
        out.say(f"Go on with this conversation:\n  streamtts-tui --screen-reader -- --resume {start.session_id}")
    return status or reading.status


class Reading:
    """One run: feeds an engine with what Claude or a recording says, while commands are taken."""

    def __init__(self, settings: Settings, start: Launch | Demo, out: LinesOut) -> None:
        self._settings = settings
        self._start = start
        self._out = out
        self.printed = Printed(out.take)
        self.answers = 0
        self.status = OK
        self._conversation: Conversation | None = None
        """while it answers"""
        self._typed: TypedLines | None = None
        self._was_stopped = False
        self._is_leaving = False
        self._thread_jobs: set[asyncio.Task[None]] = set()

    def feed(self, engine: Engine) -> None:
        """Go on until the person leaves or everything is said; called on the main thread."""
        asyncio.run(self._run(engine, engine.feed, lambda: engine.waiting))

    async def _run(
        self, engine: EngineControl, feed: Callable[[SourceEvent], None], waiting: Callable[[], int]
    ) -> None:
        control = VoiceControl.of(engine, self._settings.speech)
        unsubscribe = engine.subscribe(lambda event: control.learn(event) if isinstance(event, GaugesChanged) else None)
        task = asyncio.current_task()
        assert task is not None

        def leave() -> None:
            self._is_leaving = True
            engine.stop()
            task.cancel()

        commands = Commands(engine, control, self._out, self._stop_claude, leave, self._later)
        typed = TypedLines(sys.stdin.fileno(), commands.take, self._out.say)
        typed.start()
        self._typed = typed
        try:
            if isinstance(self._start, Launch):
                await self._converse(self._start, engine, typed, feed)
            else:
                await self.play(self._start, feed, waiting)
        except NobodyThere:
            pass
        except asyncio.CancelledError:
            if not self._is_leaving:
                raise
        finally:
            typed.close()
            unsubscribe()

    # With Claude

    async def _converse(
        self, launch: Launch, engine: EngineControl, typed: TypedLines, feed: Callable[[SourceEvent], None]
    ) -> None:
        asked = ""

        def hear(event: SourceEvent) -> None:
            # Claude's lines do not repeat the prompt; the record of the session wants it.
            feed(replace(event, prompt=asked) if isinstance(event, TurnStart) else event)

        def stop() -> None:
            engine.stop()
            self._stop_claude()

        person = Person(typed.answer, sys.stdout, is_there=sys.stdin.isatty())
        conversation = Conversation(
            launch.argv,
            person.judge,
            hear,
            launch.env,
            program_words=launch.program_words,
            on_tool=lambda name, given: self._out.say(f"Claude uses {tool_summary(name, given)}"),
        )
        self._out.say(WELCOME)
        async with conversation:
            while True:
                asked = await typed.prompt()
                self._conversation, self._was_stopped = conversation, False
                with on_ctrl_c(stop):
                    result = await conversation.ask(asked)
                self._conversation = None
                if not await self._end_turn(result, typed):
                    return

    async def _end_turn(self, result: TurnResult | None, typed: TypedLines) -> bool:
        """Say how it ended, once all of it is printed; False when there is no Claude any more."""
        if result is None:
            self.status = SOME_FAILED
            self._out.say("Error: Claude has ended before it answered.")
            return False
        self.answers += 1
        await self._until(lambda: self.printed.has_all(self.answers))
        if result.is_error and not self._was_stopped:
            self.status = SOME_FAILED
            self._out.say(f"Error: Claude could not answer: {result.text or 'interrupted'}")
        if not typed.waiting:
            self._out.say("End of the answer. Your turn.")
        return True

    def _stop_claude(self) -> None:
        if self._conversation is not None and self._typed is not None:
            self._was_stopped = True
            self._typed.refuse_to_answer()  # Claude may be waiting for a permission.
            self._conversation.interrupt()

    # A recording

    async def play(self, demo: Demo, feed: Callable[[SourceEvent], None], waiting: Callable[[], int]) -> None:
        """Feed what was recorded, until it is all said and printed; `waiting` counts what is not said yet."""
        from engine.history import HistoryError
        from engine.recording import RecordingError, open_built_in, open_recorded, play

        self._out.say("A recorded session, with its own timing. :help lists what you can type.")
        try:
            recorded = await asyncio.to_thread(open_recorded, demo.what) if demo.what else open_built_in()
            await play(recorded.steps(), feed, speed=demo.speed)
        except (RecordingError, HistoryError) as error:
            self.status = SOME_FAILED
            self._out.say(f"Error: {error}")
        # Sentences that are muted are done with before their Japanese is printed.
        await self._until(lambda: waiting() <= 0 and self.printed.has_all(turns=0))
        self._out.say("The recorded session has ended.")

    # Both

    async def _until(self, condition: Callable[[], bool]) -> None:
        for _ in range(round(PATIENCE_S / LOOK_EVERY_S)):
            if condition():
                return
            await asyncio.sleep(LOOK_EVERY_S)

    def _later(self, what: Callable[[], str]) -> None:
        async def do() -> None:
            try:
                said = await on_own_thread(what)
            except Exception as error:
                said = f"Error: {error}"
            self._out.say(said)

        job = asyncio.get_running_loop().create_task(do())
        self._thread_jobs.add(job)
        job.add_done_callback(self._thread_jobs.discard)


def _language(code: str) -> str:
    """What the language is called in front of its lines."""
    from engine.translate.languages import find

    language = find(code)
    return JAPANESE if code == "ja" else language.name if language else code
