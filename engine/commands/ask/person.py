"""The person at the terminal: reads prompts, and asks about permissions and Claude's questions."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from engine.commands.ask.conversation import Permission, Verdict

PROMPT = "❯ "
_SHOWN = ("command", "file_path", "path", "url", "pattern", "query", "plan")
"""What of a tool's input tells most, the first that it has."""
QUESTION_TOOL = "AskUserQuestion"


class NobodyThere(Exception):  # noqa: N818  (it says what is)
    """Nobody can answer: there is no terminal, or it was closed."""


class Person:
    """Reads lines with `read` (which blocks, on a thread of its own) and writes to `out`."""

    def __init__(self, read: Callable[[str], str], out: TextIO, *, is_there: bool) -> None:
        """`read` shows a prompt and returns a line, or raises EOFError. `is_there` says whether anybody can answer."""
        self._read = read
        self._out = out
        self._is_there = is_there

    async def line(self, prompt: str = PROMPT) -> str:
        """The next line. Raises NobodyThere at the end of the input."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str] = loop.create_future()

        def settle(line: str | None) -> None:
            if answer.done():
                return
            if line is None:
                answer.set_exception(NobodyThere())
            else:
                answer.set_result(line)

        def read() -> None:
            try:
                line: str | None = self._read(prompt)
            except (EOFError, OSError, ValueError):
                line = None
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, line)

        # A daemon: a line that nobody types must not hold up the end of the program.
        threading.Thread(target=read, name="line", daemon=True).start()
        return await answer

    async def judge(self, permission: Permission) -> Verdict:
        """Ask whether a tool may run. Without anybody there it may not."""
        if not self._is_there:
            self._say(f"{_summary(permission)}: refused, as nobody can be asked. Allow it with -- --allowedTools …")
            return Verdict(False)
        try:
            if permission.tool == QUESTION_TOOL:
                return await self._answers(permission)
            return await self._permission(permission)
        except NobodyThere:
            return Verdict(False)

    async def _permission(self, permission: Permission) -> Verdict:
        always = ", [a]lways" if permission.suggestions else ""
        self._say(f"\nClaude wants to use {_summary(permission)}")
        while True:
            answer = (await self.line(f"Allow it? [y]es{always}, [n]o: ")).strip().lower()
            if answer in ("y", "yes", "はい"):
                return Verdict(True)
            if always and answer in ("a", "always"):
                return Verdict(True, is_for_ever=True)
            if answer in ("n", "no", "いいえ"):
                return Verdict(False)

    async def _answers(self, permission: Permission) -> Verdict:
        answers = {}
        for question in permission.input.get("questions", ()):
            answers[str(question.get("question"))] = await self._choice(question)
        return Verdict(True, {**permission.input, "answers": answers})

    async def _choice(self, question: Mapping[str, Any]) -> str:
        labels = [str(option.get("label")) for option in question.get("options", ())]
        self._say(f"\n{question.get('question')}")
        for number, option in enumerate(question.get("options", ()), 1):
            self._say(f"  {number}. {option.get('label')}: {option.get('description', '')}")
        several = " (several: 1,3)" if question.get("multiSelect") else ""
        while True:
            answer = (await self.line(f"Number{several}, or your own words: ")).strip()
            numbers = [part.strip() for part in answer.split(",")]
            if all(part.isdecimal() and 1 <= int(part) <= len(labels) for part in numbers):
                return ", ".join(labels[int(part) - 1] for part in numbers)
            if answer and not answer.replace(",", "").strip().isdecimal():
                return answer

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def _summary(permission: Permission) -> str:
    shown = next((str(permission.input[key]) for key in _SHOWN if permission.input.get(key)), None)
    if shown is None:
        shown = json.dumps(dict(permission.input), ensure_ascii=False)[:200]
    return f"{permission.tool}: {shown}"
