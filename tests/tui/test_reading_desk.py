"""Readings through a worker process: asked for once, and a text that kills the process costs only itself."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pytest

from engine.protocols import ProgressFn
from engine.text.ruby import Readings, Ruby
from tui.reading_desk import ReadingDesk

HERE = "tests.tui.test_reading_desk"


class Hosted:
    """Reads every text as its length; `deadly` ends the process, `bad` raises."""

    info = "hosted"

    def load(self, progress: ProgressFn) -> None:
        pass

    def read(self, texts: Sequence[str]) -> Iterator[tuple[str, Readings]]:
        for text in texts:
            if text == "deadly":
                os._exit(3)
            if text == "bad":
                raise ImportError("the dictionary is not there")
            yield text, Readings((Ruby(0, 1, str(len(text))),))


def create() -> Hosted:
    return Hosted()


class Asker:
    """A desk, and what it says."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.notices: list[str] = []
        self.desk = ReadingDesk(self._on_found, lambda code, message: self.notices.append(message))

    def _on_found(self, texts: Collection[str]) -> None:
        self.found += texts

    async def until_known(self, *texts: str) -> list[Readings | None]:
        deadline = time.monotonic() + 120
        while any(self.desk.of(text) is None for text in texts):
            assert time.monotonic() < deadline, self.notices
            await asyncio.sleep(0.01)
        return [self.desk.of(text) for text in texts]


@pytest.fixture(autouse=True)
def hosted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tui.reading_desk.FACTORY", f"{HERE}:create")
    monkeypatch.setattr("engine.settings.log_folder", lambda: tmp_path)


async def test_each_text_is_asked_for_once_and_told_when_it_is_known() -> None:
    asker = Asker()
    assert asker.desk.of("設定") is None
    assert asker.desk.of("設定") is None
    [known] = await asker.until_known("設定")
    assert known == Readings((Ruby(0, 1, "2"),))
    assert asker.found == ["設定"]
    await asker.desk.close()


async def test_a_text_that_ends_the_process_costs_only_itself() -> None:
    asker = Asker()
    known = await asker.until_known("deadly", "one", "three")
    assert known == [Readings(), Readings((Ruby(0, 1, "3"),)), Readings((Ruby(0, 1, "5"),))]
    assert asker.notices == []
    await asker.desk.close()


async def test_what_cannot_be_read_at_all_is_told_once_and_tried_again_after_it_was_closed() -> None:
    asker = Asker()
    asker.desk.of("bad")
    deadline = time.monotonic() + 120
    while not asker.notices:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    assert asker.desk.of("one") is None
    assert asker.notices == ["Readings cannot be shown: the dictionary is not there"]
    await asker.desk.close()
    await asker.until_known("one")
    await asker.desk.close()


async def test_closing_while_it_is_asked_ends_the_process() -> None:
    asker = Asker()
    asker.desk.of("one")
    await asyncio.sleep(0)
    await asker.desk.close()
    assert asker.found == []
