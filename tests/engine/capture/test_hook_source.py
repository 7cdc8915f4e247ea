"""The hooks as a source, called over HTTP as Claude Code does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from engine.capture.hook import HookSource
from engine.capture.hook_settings import HookSettingsError
from engine.capture.http_request import MOST_BODY_BYTES
from engine.source import SourceStatus, TextDelta, TurnEnd
from tests.support.collected import Collected
from tests.support.recordings import heard, lines, served


class Session(Collected):
    """A source, what it said, and a client."""

    def __init__(self) -> None:
        super().__init__()
        self.source = HookSource(self.take)
        self.client = httpx.AsyncClient(trust_env=False)

    async def post(self, body: object, url: str | None = None) -> httpx.Response:
        return await self.client.post(url or self.source.url, content=json.dumps(body))


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    session = Session()
    await session.source.start()
    yield session
    await session.client.aclose()
    await session.source.close()


def private_text(path: str) -> str:
    """What is in a file that nobody else can read."""
    assert Path(path).parent.stat().st_mode & 0o077 == 0
    return Path(path).read_text(encoding="utf-8")


PROMPT = {"hook_event_name": "UserPromptSubmit", "prompt_id": "P", "prompt": "hello"}
PIECE = {
    "hook_event_name": "MessageDisplay",
    "message_id": "m",
    "turn_id": "T",
    "index": 0,
    "final": False,
    "delta": "Hi.",
}


async def test_every_call_is_answered_with_an_empty_object(session: Session) -> None:
    response = await session.post(PROMPT)
    assert (response.status_code, response.json()) == (200, {})
    assert response.headers["content-type"] == "application/json"


async def test_a_recorded_session_over_http(session: Session) -> None:
    for line in lines("messagedisplay-http", "hooks.jsonl"):
        assert (await session.post(line["body"])).status_code == 200
    assert heard(session.events) == served("messagedisplay-http")
    assert session.events[0] == SourceStatus("hook", True)
    assert isinstance(session.events[-1], TurnEnd)


async def test_a_call_without_the_secret_is_refused_and_not_read(session: Session) -> None:
    root = session.source.url.rsplit("/", 1)[0]
    for path in ("/", "/hook", "/" + "x" * 32):
        assert (await session.post(PIECE, root + path)).status_code == 403
    assert (await session.client.get(session.source.url)).status_code == 405
    assert session.source.refused == 4
    assert session.events == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000])
async def test_bodies_that_are_not_an_object_do_no_harm(session: Session, body: bytes) -> None:
    assert (await session.client.post(session.source.url, content=body)).status_code == 200
    await session.post(PIECE)
    assert heard(session.events) == ["Hi."]


async def test_a_body_that_is_too_large_is_refused(session: Session) -> None:
    address, path = session.source.url.removeprefix("http://").split("/", 1)
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST /{path} HTTP/1.1\r\nContent-Length: {MOST_BODY_BYTES + 1}\r\n\r\n".encode())
    assert (await reader.readline()).split()[1] == b"413"
    writer.close()


async def test_late_text_is_waited_for_and_then_given_up(session: Session) -> None:
    await session.post(PROMPT)
    await session.post(PIECE | {"index": 1, "delta": "late"})
    assert heard(session.events) == []
    await session.until(4)
    assert SourceStatus("hook", True, "1 pieces of text were lost on the way.") in session.events
    assert isinstance(session.events[-1], TextDelta)


async def test_a_handshake_that_fails_says_why(session: Session) -> None:
    session.source.expect_handshake(0.01)
    await session.until(1)
    (missed,) = session.events
    assert isinstance(missed, SourceStatus)
    assert not missed.connected
    assert "disableAllHooks" in missed.detail


async def test_the_secret_is_in_a_private_file_which_closing_removes(session: Session, tmp_path: Path) -> None:
    arguments = session.source.arguments(["--model", "opus"], str(tmp_path))
    assert arguments[0] == "--settings"
    assert arguments[2:] == ["--model", "opus"]
    folder = Path(arguments[1]).parent
    assert private_text(arguments[1]).count(session.source.url) == 3
    await session.source.close()
    await session.source.close()
    assert not folder.exists()


async def test_settings_that_cannot_be_read_are_no_reason_to_lose_them(session: Session, tmp_path: Path) -> None:
    with pytest.raises(HookSettingsError):
        session.source.arguments(["--settings", "missing.json"], str(tmp_path))


async def test_closing_passes_on_what_was_held_back(session: Session) -> None:
    await session.post(PIECE | {"index": 3})
    await session.source.close()
    assert heard(session.events) == ["Hi."]
