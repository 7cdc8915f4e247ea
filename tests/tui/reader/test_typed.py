from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.commands.ask.lines import NobodyThere
from tui.reader.typed import TypedLines


class Typist:
    """Types into a pipe; what is printed and which commands were taken is kept."""

    def __init__(self) -> None:
        self.read_fd, self.write_fd = os.pipe()
        self.said: list[str] = []
        self.commands: list[str] = []
        self.lines = TypedLines(self.read_fd, self._take, self.said.append)

    def _take(self, line: str) -> bool:
        if line.startswith(":"):
            self.commands.append(line)
        return line.startswith(":")

    def type(self, text: str | bytes) -> None:
        os.write(self.write_fd, text.encode() if isinstance(text, str) else text)

    def hang_up(self) -> None:
        os.close(self.write_fd)


@asynccontextmanager
async def typist() -> AsyncIterator[Typist]:
    made = Typist()
    made.lines.start()
    try:
        async with asyncio.timeout(60):
            yield made
    finally:
        made.lines.close()
        os.close(made.read_fd)


async def test_lines_come_in_their_order_and_empty_ones_never() -> None:
    async with typist() as person:
        person.type("the first\n\n  \nthe second\n")
        assert [await person.lines.prompt(), await person.lines.prompt()] == ["the first", "the second"]


async def test_a_line_may_come_in_pieces_and_in_the_middle_of_a_character() -> None:
    async with typist() as person:
        whole = "日本語で答えて\n".encode()
        waiting = asyncio.ensure_future(person.lines.prompt())
        for byte in whole:
            person.type(bytes([byte]))
            await asyncio.sleep(0)
        assert await waiting == "日本語で答えて"


async def test_a_command_is_taken_at_once_and_is_no_prompt() -> None:
    async with typist() as person:
        person.type(":mute\nhello\n")
        assert await person.lines.prompt() == "hello"
        assert person.commands == [":mute"]


async def test_what_was_typed_before_a_question_is_no_answer_to_it() -> None:
    async with typist() as person:
        person.type("hello\nyes, do that next\n:mute\n")
        assert await person.lines.prompt() == "hello"
        answer = asyncio.ensure_future(person.lines.answer("Allow it? "))
        await asyncio.sleep(0)
        assert person.said[-1] == "Allow it?"
        person.type(":pause\nno\n")
        assert await answer == "no"
        assert person.commands == [":mute", ":pause"]
        assert person.lines.waiting == 1
        assert await person.lines.prompt() == "yes, do that next"


async def test_at_the_end_of_the_input_there_is_nobody() -> None:
    async with typist() as person:
        person.type("the last, without an end of line")
        person.hang_up()
        assert await person.lines.prompt() == "the last, without an end of line"
        with pytest.raises(NobodyThere):
            await person.lines.prompt()
        with pytest.raises(NobodyThere):
            await person.lines.answer("Allow it?")


async def test_a_file_can_be_typed_too(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("hello\n:mute\nbye")
    commands: list[str] = []

    def take(line: str) -> bool:
        commands.extend([line] if line == ":mute" else [])
        return line == ":mute"

    with script.open() as file:
        lines = TypedLines(file.fileno(), take, lambda _: None)
        lines.start()
        async with asyncio.timeout(60):
            assert [await lines.prompt(), await lines.prompt()] == ["hello", "bye"]
        assert commands == [":mute"]
        with pytest.raises(NobodyThere):
            await lines.prompt()
