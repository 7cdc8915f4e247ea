"""One conversation with `claude -p`, in a process without a terminal: prompts in, lines out, both as JSON.

Its protocol is that of Claude Code's SDK: `--input-format stream-json`, and `control_request` lines for permissions.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.capture.stream_json import StreamJsonDecoder
from engine.source import SourceEvent

ARGUMENTS = (
    *("-p", "--output-format", "stream-json", "--input-format", "stream-json"),
    *("--verbose", "--include-partial-messages", "--permission-prompt-tool", "stdio"),
)
_MOST_LINE_BYTES = 256 * 1024 * 1024
"""A tool's result may hold a whole file."""
_CLOSE_S = 3.0
_SHOWN = ("command", "file_path", "path", "url", "pattern", "query", "plan")
"""What of a tool's input tells most, the first that it has."""


@dataclass(frozen=True, slots=True)
class Permission:
    """Claude wants to use a tool and may not do so without being told."""

    tool: str
    input: Mapping[str, Any]
    description: str
    suggestions: Sequence[Any]
    """rules that would allow it from now on; passed back as they came"""

    @property
    def summary(self) -> str:
        """The tool, and what it is to do."""
        return tool_summary(self.tool, self.input)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the person says to it."""

    is_allowed: bool
    input: Mapping[str, Any] | None = None
    """a changed input, such as one with the answers to Claude's questions"""
    is_for_ever: bool = False


@dataclass(frozen=True, slots=True)
class TurnResult:
    """The end of an answer."""

    is_error: bool
    text: str


Judge = Callable[[Permission], Awaitable[Verdict]]


class Conversation:
    """Use it in `async with`; one prompt at a time. What is heard goes to `on_event`, on the loop."""

    def __init__(
        self,
        program: Sequence[str],
        judge: Judge,
        on_event: Callable[[SourceEvent], None],
        env: Mapping[str, str] = os.environ,
        *,
        program_words: int = 1,
        on_tool: Callable[[str, Mapping[str, Any]], None] = lambda name, given: None,
    ) -> None:
        """`program` is claude, in so many words, with the user's own arguments, which come after ours.

        `on_tool` gets the name and the input of each tool that Claude itself uses.
        """
        self._command = [*program[:program_words], *ARGUMENTS, *program[program_words:]]
        self._on_tool = on_tool
        self._env = dict(env)
        self._judge = judge
        self._on_event = on_event
        self._decoder = StreamJsonDecoder()
        self._process: asyncio.subprocess.Process
        self._requests = 0

    async def __aenter__(self) -> Conversation:
        """Start claude. Raises OSError when it cannot be started."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=self._env,
            limit=_MOST_LINE_BYTES,
            # Ctrl+C is for us: it interrupts the answer, not the conversation.
            start_new_session=True,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._hear(self._decoder.finish(time.monotonic()))
        if self._process.stdin:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _CLOSE_S)
        except TimeoutError:
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()

    async def ask(self, prompt: str) -> TurnResult | None:
        """Say something and hear the answer to its end; None when claude has ended instead."""
        self._send({"type": "user", "message": {"role": "user", "content": prompt}})
        async for line in self._lines():
            if line.get("type") == "control_request":
                await self._answer(line)
            elif line.get("type") == "assistant":
                self._tell_tools(line)
            elif line.get("type") == "result":
                errors = line.get("errors")
                text = line.get("result") or (errors[0] if isinstance(errors, list) and errors else "")
                return TurnResult(line.get("is_error") is True, str(text))
        return None

    def interrupt(self) -> None:
        """Have the answer stop where it is; its `result` still comes."""
        self._requests += 1
        request_id = f"streamtts-{self._requests}"
        self._send({"type": "control_request", "request_id": request_id, "request": {"subtype": "interrupt"}})

    async def _lines(self) -> AsyncIterator[Mapping[str, Any]]:
        assert self._process.stdout
        while raw := await self._process.stdout.readline():
            self._hear(self._decoder.feed(raw, time.monotonic()))
            try:
                line = json.loads(raw)
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line

    def _tell_tools(self, line: Mapping[str, Any]) -> None:
        if line.get("parent_tool_use_id"):
            return  # A subagent's.
        message = line.get("message")
        for part in message.get("content", ()) if isinstance(message, dict) else ():
            if isinstance(part, dict) and part.get("type") == "tool_use" and isinstance(part.get("input"), dict):
                self._on_tool(str(part.get("name")), part["input"])

    async def _answer(self, line: Mapping[str, Any]) -> None:
        request = line.get("request")
        if not isinstance(request, dict) or request.get("subtype") != "can_use_tool":
            self._reply(line, {"subtype": "error", "error": "not supported"})
            return
        asked = request.get("input")
        permission = Permission(
            str(request.get("display_name") or request.get("tool_name")),
            asked if isinstance(asked, dict) else {},
            str(request.get("description") or ""),
            request.get("permission_suggestions") or (),
        )
        self._reply(line, {"subtype": "success", "response": _response(permission, await self._judge(permission))})

    def _reply(self, line: Mapping[str, Any], response: Mapping[str, Any]) -> None:
        self._send({"type": "control_response", "response": {**response, "request_id": line.get("request_id")}})

    def _send(self, message: Mapping[str, Any]) -> None:
        if self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    def _hear(self, events: Sequence[SourceEvent]) -> None:
        for event in events:
            self._on_event(event)


def tool_summary(tool: str, given: Mapping[str, Any]) -> str:
    """A tool, and of its input what tells most: `Bash: make test`."""
    shown = next((str(given[key]) for key in _SHOWN if given.get(key)), None)
    if shown is None:
        shown = json.dumps(dict(given), ensure_ascii=False)[:200]
    return f"{tool}: {shown}"


def _response(permission: Permission, verdict: Verdict) -> dict[str, Any]:
    if not verdict.is_allowed:
        return {"behavior": "deny", "message": "The user refused this.", "interrupt": False}
    response: dict[str, Any] = {"behavior": "allow", "updatedInput": dict(verdict.input or permission.input)}
    if verdict.is_for_ever:
        response["updatedPermissions"] = list(permission.suggestions)
    return response
