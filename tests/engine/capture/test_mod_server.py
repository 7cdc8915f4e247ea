"""The socket's server answers at once and survives anything."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.capture.http_clients import MOST_CLIENTS
from engine.capture.http_request import MOST_BODY_BYTES, MOST_HEADER_BYTES
from engine.capture.mod_order import ModEvent
from engine.capture.mod_server import ModServer


class Receiver:
    """A running server and what it passed on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.events: list[ModEvent] = []
        self._changed = asyncio.Event()
        self.server = ModServer(path, self._take)

    def _take(self, event: ModEvent, received_at: float) -> None:
        if event.get("explode"):
            raise ValueError("cannot be handled")
        self.events.append(event)
        self._changed.set()

    @property
    def seqs(self) -> list[Any]:
        return [event["seq"] for event in self.events]

    async def wait_for_events(self, count: int) -> None:
        while len(self.events) < count:
            self._changed.clear()
            await self._changed.wait()

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(self.path)

    async def send(self, raw: bytes) -> bytes:
        """Send bytes on a connection of their own; return all that came back until it was closed."""
        reader, writer = await self.connect()
        writer.write(raw)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer


@pytest.fixture
async def receiver(socket_path: Path) -> AsyncIterator[Receiver]:
    receiver = Receiver(socket_path)
    await receiver.server.start()
    yield receiver
    await receiver.server.close()


def post(body: bytes, path: str = "/ev", method: str = "POST") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: streamtts\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def batch(*seqs: int, **extra: Any) -> bytes:
    return post(json.dumps([{"ev": "edge", "seq": seq, **extra} for seq in seqs]).encode())


def status(answer: bytes) -> int:
    return int(answer.split(b" ")[1])


async def test_only_the_user_may_connect(receiver: Receiver) -> None:
    assert stat.S_IMODE(receiver.path.stat().st_mode) == 0o600


async def test_a_batch_is_answered_with_an_empty_200_and_passed_on(receiver: Receiver) -> None:
    answer = await receiver.send(batch(0, 1, 2))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"Content-Length: 0\r\nConnection: keep-alive\r\n\r\n")
    assert receiver.seqs == [0, 1, 2]


async def test_one_connection_carries_many_batches(receiver: Receiver) -> None:
    reader, writer = await receiver.connect()
    for seq in range(3):
        writer.write(batch(seq))
        assert status(await reader.readuntil(b"\r\n\r\n")) == 200
    writer.close()
    await receiver.wait_for_events(3)
    assert receiver.seqs == [0, 1, 2]


async def test_requests_in_one_write_and_byte_by_byte(receiver: Receiver) -> None:
    reader, writer = await receiver.connect()
    writer.write(batch(0) + batch(1))
    for byte in batch(2):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0)
    writer.write_eof()
    assert (await reader.read()).count(b"200 OK") == 3
    writer.close()
    assert receiver.seqs == [0, 1, 2]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (post(b"[]", path="/other"), 404),
        (post(b"[]", method="PUT"), 405),
        (b"GET /ev HTTP/1.1\r\n\r\n", 405),
        (b"\x00\xff\xfe garbage\r\n\r\n", 400),
        (b"POST /ev HTTP/2\r\n\r\n", 400),
        (b"POST /ev HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"POST /ev HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /ev HTTP/1.1\r\nContent-Length: ten\r\n\r\n", 400),
        (b"POST /ev HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (f"POST /ev HTTP/1.1\r\nContent-Length: {MOST_BODY_BYTES + 1}\r\n\r\n".encode(), 413),
        (b"POST /ev HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (b"POST /ev HTTP/1.1\r\nX: " + b"x" * (2 * MOST_HEADER_BYTES) + b"\r\n\r\n", 431),
    ],
)
async def test_what_cannot_be_served_is_refused(receiver: Receiver, raw: bytes, expected: int) -> None:
    assert status(await receiver.send(raw)) == expected
    assert receiver.server.stats.refused == 1
    assert_still_serving = await receiver.send(batch(0))
    assert status(assert_still_serving) == 200
    assert receiver.seqs == [0]


@pytest.mark.parametrize(
    "body", [b"", b"[", b'[{"ev":"te', b"{}", b"[1]", b"null", b"\xff\xfe", b"[" * 200_000, b"[]garbage"]
)
async def test_a_body_that_is_no_list_of_events_is_counted_and_dropped(receiver: Receiver, body: bytes) -> None:
    assert status(await receiver.send(post(body))) == 200
    await receiver.send(batch(0))
    assert receiver.server.stats.broken == 1
    assert receiver.seqs == [0]


async def test_a_client_that_leaves_in_the_middle_costs_nothing(receiver: Receiver) -> None:
    for cut in (0, 5, 40, len(batch(0)) - 1):
        assert await receiver.send(batch(0)[:cut]) == b""
    await receiver.send(batch(0))
    assert receiver.seqs == [0]


async def test_ten_megabytes_are_taken(receiver: Receiver) -> None:
    empty = len(json.dumps([{"seq": 0, "text": ""}]))
    body = json.dumps([{"seq": 0, "text": "x" * (MOST_BODY_BYTES - empty)}]).encode()
    assert len(body) == MOST_BODY_BYTES
    assert status(await receiver.send(post(body))) == 200
    assert receiver.seqs == [0]


async def test_a_second_client_is_served_while_the_first_is_silent(receiver: Receiver) -> None:
    first_reader, first = await receiver.connect()
    first.write(batch(0)[:30])
    await first.drain()
    assert status(await receiver.send(batch(1, run="b"))) == 200
    first.write(batch(0)[30:])
    first.write_eof()
    assert status(await first_reader.read()) == 200
    first.close()
    # Each load of the mod counts for itself: the second one's gap holds up only its own events.
    await receiver.wait_for_events(2)
    assert sorted(receiver.seqs) == [0, 1]


async def test_too_many_clients_are_turned_away(receiver: Receiver) -> None:
    clients = [await receiver.connect() for _ in range(MOST_CLIENTS)]
    await asyncio.sleep(0)
    assert await receiver.send(b"") == b""
    for _, writer in clients:
        writer.close()
        await writer.wait_closed()


async def test_numbers_put_batches_in_order_once(receiver: Receiver) -> None:
    for seqs in ((0, 1), (3,), (1, 2), (0, 4)):
        await receiver.send(batch(*seqs))
    assert receiver.seqs == [0, 1, 2, 3, 4]
    assert receiver.server.stats.duplicates == 2
    assert receiver.server.stats.lost == 0


async def test_a_gap_that_nobody_fills_is_given_up_and_counted(receiver: Receiver) -> None:
    await receiver.send(batch(0, 3, 4))
    await receiver.wait_for_events(3)
    assert receiver.seqs == [0, 3, 4]
    assert receiver.server.stats.lost == 2
    await receiver.send(batch(5))
    assert receiver.seqs == [0, 3, 4, 5]


async def test_a_reload_of_the_mod_counts_from_zero_again(receiver: Receiver) -> None:
    await receiver.send(batch(0, 1, run="a"))
    await receiver.send(batch(0, 1, run="b"))
    assert receiver.seqs == [0, 1, 0, 1]


async def test_an_event_that_cannot_be_handled_does_not_cost_the_others(receiver: Receiver) -> None:
    await receiver.send(post(json.dumps([{"seq": 0, "explode": True}, {"seq": 1}]).encode()))
    assert receiver.seqs == [1]


async def test_close_ends_waiting_clients_and_removes_the_socket(receiver: Receiver) -> None:
    reader, writer = await receiver.connect()
    writer.write(batch(1))
    assert status(await reader.readuntil(b"\r\n\r\n")) == 200
    await receiver.server.close()
    assert await reader.read() == b""
    writer.close()
    assert not receiver.path.exists()
    # What was held back behind the gap is not lost.
    assert receiver.seqs == [1]
