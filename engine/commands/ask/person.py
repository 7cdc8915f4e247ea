"""The person at the terminal: is asked about permissions and Claude's questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TextIO

from engine.commands.ask.conversation import Permission, Verdict
from engine.commands.ask.lines import AskLine, NobodyThere

QUESTION_TOOL = "AskUserQuestion"


class Person:
    """Is asked with `ask_line` and told on `out`."""

    def __init__(self, ask_line: AskLine, out: TextIO, *, is_there: bool) -> None:
        """`is_there` says whether anybody can answer."""
        self._ask_line = ask_line
        self._out = out
        self._is_there = is_there

    async def judge(self, permission: Permission) -> Verdict:
        """Ask whether a tool may run. Without anybody there it may not."""
        if not self._is_there:
            self._say(f"{permission.summary}: refused, as nobody can be asked. Allow it with -- --allowedTools …")
            return Verdict(False)
        try:
            if permission.tool == QUESTION_TOOL:
                return await self._answers(permission)
            return await self._permission(permission)
        except NobodyThere:
            return Verdict(False)

    async def _permission(self, permission: Permission) -> Verdict:
        always = ", [a]lways" if permission.suggestions else ""
        self._say(f"\nClaude wants to use {permission.summary}")
        while True:
            answer = (await self._ask_line(f"Allow it? [y]es{always}, [n]o: ")).strip().lower()
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
            answer = (await self._ask_line(f"Number{several}, or your own words: ")).strip()
            numbers = [part.strip() for part in answer.split(",")]
            if all(part.isdecimal() and 1 <= int(part) <= len(labels) for part in numbers):
                return ", ".join(labels[int(part) - 1] for part in numbers)
            if answer and not answer.replace(",", "").strip().isdecimal():
                return answer

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)
