"""The mod as a source, spoken to over its socket as the real one does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from engine.capture.mod import ModSource
from engine.source import SourceStatus, TextDelta, TurnStart
from tests.support.collected import Collected


class Session(Collected):
    """A source and what it said; `post` plays the mod."""

    def __init__(self) -> None:
        super().__init__()
        self.source = ModSource(self.take)
        self._seq = 0

    async def post(self, *events: dict[str, Any], skip: int = 0) -> None:
        self._seq += skip
        numbered = []
        for event in events:
            numbered.append({"run": "r", "seq": self._seq, **event})
            self._seq += 1
        socket = str(self.source.plugin_dir.parent / "s")
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=socket)) as client:
            response = await client.post("http://streamtts/ev", json=numbered)
        assert response.status_code == 200


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    session = Session()
    await session.source.start()
    yield session
    await session.source.close()


SESSION_START = {"ev": "session.start", "surface": "terminal", "isInteractive": True}
TURN_START = {"ev": "turn.start", "turnId": "T", "prompt": "hello"}


async def test_claude_is_told_where_the_mod_is(session: Session) -> None:
    folders = [session.source.plugin_dir, session.source.plugin_dir.with_name("mod_session")]
    assert session.source.claude_arguments == ["--plugin-dir", str(folders[0]), "--plugin-dir", str(folders[1])]
    assert (session.source.plugin_dir / "hooks/register.ts").is_file()


async def test_a_version_that_does_not_know_all_events_gets_one_mod_only() -> None:
    source = ModSource(lambda event: None, has_session_mod=False)
    await source.start()
    assert source.arguments(["-c"], "/") == ["--plugin-dir", str(source.plugin_dir), "-c"]
    await source.close()


async def test_the_first_event_connects_once(session: Session) -> None:
    session.source.expect_handshake(60)
    await session.post(SESSION_START)
    await session.post(TURN_START)
    await session.until(2)
    assert session.source.connected
    assert session.events[0] == SourceStatus("mod", True)
    assert isinstance(session.events[1], TurnStart)


async def test_a_handshake_that_fails_says_why_and_a_late_one_still_connects(session: Session) -> None:
    session.source.expect_handshake(0.01)
    await session.until(1)
    (missed,) = session.events
    assert isinstance(missed, SourceStatus)
    assert not missed.connected
    assert "claude update" in missed.detail
    await session.post(SESSION_START)
    await session.until(2)
    assert session.events[1] == SourceStatus("mod", True)


async def test_lost_pieces_are_reported(session: Session) -> None:
    await session.post(TURN_START)
    await session.post({"ev": "text", "turnId": "T", "step": 0, "index": 0, "text": "late"}, skip=2)
    await session.until(4)
    assert SourceStatus("mod", True, "2 pieces of text were lost on the way.") in session.events
    assert isinstance(session.events[-1], TextDelta)


async def test_closing_removes_every_trace(session: Session) -> None:
    folder = session.source.plugin_dir.parent
    await session.source.close()
    await session.source.close()
    assert not folder.exists()
    with pytest.raises(RuntimeError):
        _ = session.source.plugin_dir
