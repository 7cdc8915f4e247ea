"""A kept-alive connection to one chat server, with deadlines, and errors in plain words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from engine.models import ModelError
from engine.protocols import TranslatorError
from engine.translate import http_openai_errors, http_openai_stream

_END_S = 0.2


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds."""

    connect_s: float = 5.0
    first_s: float = 20.0
    """for the first text of an answer: some servers begin at once, and only then read the question"""
    next_s: float = 10.0
    """between two pieces"""
    whole_s: float = 60.0
    """for the whole of a sentence"""
    load_s: float = 75.0
    """for the very first answer: the server may have to load its model"""


class _Deadline:
    """When the next bytes have to be there."""

    def __init__(self, first_s: float, next_s: float, whole_s: float) -> None:
        self._wait_s = first_s
        self._next_s = next_s
        self._began_at = time.monotonic()
        self._ends_at = self._began_at + first_s + whole_s
        self._has_text = False

    def left_s(self) -> float:
        """Seconds from now."""
        now = time.monotonic()
        first = self._began_at + self._wait_s - now
        return max(0.0, min(self._next_s if self._has_text else first, self._ends_at - now))

    def note_text(self) -> None:
        """The translation has begun."""
        self._has_text = True


class Connection:
    """Talks with the server at `url`, and with no other. Close it at the end.

    `key` is sent as a bearer token, empty sends none; `key_env` is the name it has in messages.
    """

    def __init__(self, url: str, key: str, key_env: str, patience: Patience) -> None:
        self.where = name_of(url)
        self.has_key = bool(key)
        self._url = url
        self._key_env = key_env
        self._patience = patience
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(None, connect=patience.connect_s),
            follow_redirects=False,  # text and key go where the user said, and nowhere else
            trust_env=not is_this_machine(url),  # a proxy cannot reach this machine
        )

    async def models(self) -> list[str]:
        """The names of the models the server has. Raises TranslatorError."""
        async with self._asking("GET", "/models", None, self._deadline(None)) as (_, chunks):
            return await http_openai_stream.read_models(self.where, chunks)

    async def chat(self, body: dict[str, Any], first_s: float | None = None) -> AsyncGenerator[str, None]:
        """Yield the pieces of the answer to one chat request; ending early ends the request. Raises TranslatorError.

        `first_s` is the patience for the first text, where it is not the usual one.
        """
        deadline = self._deadline(first_s)
        async with self._asking("POST", "/chat/completions", body, deadline) as (kind, chunks):
            if "json" in kind:
                yield await http_openai_stream.read_whole(self.where, chunks)
                return
            async with aclosing(http_openai_stream.read_events(self.where, chunks)) as pieces:
                async for piece in pieces:
                    deadline.note_text()
                    yield piece
            await _read_to_the_end(chunks)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _deadline(self, first_s: float | None) -> _Deadline:
        patience = self._patience
        return _Deadline(patience.first_s if first_s is None else first_s, patience.next_s, patience.whole_s)

    @asynccontextmanager
    async def _asking(
        self, method: str, path: str, body: dict[str, Any] | None, deadline: _Deadline
    ) -> AsyncIterator[tuple[str, AsyncGenerator[bytes, None]]]:
        """The kind of the answer and its bytes. Raises TranslatorError."""
        request = self._client.build_request(method, f"{self._url}{path}", json=body)
        response = await self._in_time(self._send(request), deadline)
        try:
            kind = response.headers.get("content-type", "")
            async with aclosing(self._bytes_of(response, deadline)) as chunks:
                if response.status_code != 200:
                    start = await anext(chunks, b"")
                    raise http_openai_errors.refusal(self.where, self._key_env, response, start)
                if "html" in kind:
                    raise TranslatorError("bad_reply", f"{self.where} sent a web page: check translate.http_url.")
                yield kind, chunks
        finally:
            await response.aclose()

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # A kept connection that the server closed meanwhile: nothing was answered, so it is asked once more.
            return await self._client.send(request, stream=True)

    async def _bytes_of(self, response: httpx.Response, deadline: _Deadline) -> AsyncGenerator[bytes, None]:
        arriving = response.aiter_bytes()
        while (chunk := await self._in_time(anext(arriving, None), deadline)) is not None:
            yield chunk

    async def _in_time(self, answer: Any, deadline: _Deadline) -> Any:
        try:
            async with asyncio.timeout(deadline.left_s()):
                return await answer
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TranslatorError("slow", f"{self.where} does not answer in time.") from error
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise http_openai_errors.unreachable(self.where, error) from error


async def _read_to_the_end(chunks: AsyncGenerator[bytes, None]) -> None:
    """Only an answer that was read to its end leaves the connection free for the next; it follows the last event."""
    with suppress(TimeoutError, TranslatorError):
        async with asyncio.timeout(_END_S):
            async for _ in chunks:
                pass


def require_url(url: str) -> None:
    """Raise ModelError (`bad_url`) for anything but a full http or https address."""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        is_good = False
    if not is_good:
        raise ModelError(
            "bad_url", "translate.http_url is no address of a server; one looks like http://127.0.0.1:11434/v1"
        )


def name_of(url: str) -> str:
    """Host and port: what an error may show of an address that may hold a password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def is_this_machine(url: str) -> bool:
    """Say whether the address is this machine's own: what is sent there does not leave it."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
