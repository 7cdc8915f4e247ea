"""What the voices behind an HTTP server of one's own share: a kept connection, deadlines, and errors in plain words."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from engine.protocols import SpeechError

if TYPE_CHECKING:
    import httpx

CONNECT_S = 2.0
ANSWER_S = 15.0
"""For the first byte, and between two pieces."""
MOST_MESSAGE = 160


class _RefusedError(SpeechError):
    """The server answered, but not with what was asked for."""


class HttpVoice:
    """Talks with one server. `name` stands in the errors, `url` has no slash at its end."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self._client: httpx.AsyncClient | None = None

    async def has_path(self, path: str) -> bool:
        """Say whether the server's own description lists this path; False when it has none."""
        import httpx

        try:
            answer = await self._connect().get(f"{self.url}/openapi.json")
            return path in answer.json()["paths"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return False

    async def post_quietly(self, path: str, **options: Any) -> None:
        """Ask for something that is only nice to have: a server that refuses is not an error, one that is gone is."""
        with suppress(_RefusedError):
            async with self._stream(path, options):
                pass

    async def post_json(self, path: str, **options: Any) -> Any:
        """Return the JSON that the server answers. Raises SpeechError."""
        async with self._stream(path, options) as response:
            body = await response.aread()
        try:
            return json.loads(body)
        except ValueError as error:
            raise SpeechError("bad_answer", f"{self.name} at {self.url} answers something that is no JSON") from error

    async def post_bytes(self, path: str, **options: Any) -> AsyncGenerator[bytes, None]:
        """Yield the body as it arrives. Raises SpeechError."""
        async with self._stream(path, options) as response:
            if response.headers.get("content-type", "").startswith(("text/", "application/json")):
                raise SpeechError(
                    "bad_audio", f"{self.name} at {self.url} sent a page of text instead of sound; check its address"
                )
            # Leaving the stream closes the connection, and with it this iterator.
            async for piece in response.aiter_bytes():
                yield piece

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client:
            await client.aclose()

    @asynccontextmanager
    async def _stream(self, path: str, options: dict[str, Any]) -> AsyncIterator[httpx.Response]:
        import httpx

        try:
            async with self._connect().stream("POST", f"{self.url}{path}", **options) as response:
                if not response.is_success:
                    raise self._refused(response.status_code, await response.aread())
                yield response
        except httpx.TimeoutException as error:
            raise SpeechError(
                "slow", f"{self.name} at {self.url} does not answer in time; choose another voice"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            reason = str(error) or type(error).__name__
            raise SpeechError(
                "offline", f"{self.name} at {self.url} cannot be reached ({reason}); start it or choose openjtalk:mei"
            ) from error

    def _connect(self) -> httpx.AsyncClient:
        import httpx

        if self._client is None:
            timeout = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
            # Redirects are not followed: the text goes where the user said, and nowhere else.
            self._client = httpx.AsyncClient(timeout=timeout, trust_env=not is_this_machine(self.url))
        return self._client

    def _refused(self, status: int, body: bytes) -> _RefusedError:
        detail = " ".join(body.decode(errors="replace").split())[:MOST_MESSAGE]
        where = f"{self.name} at {self.url}"
        if status in (401, 403):
            return _RefusedError("refused", f"{where} refused us (HTTP {status}); check its key")
        if status == 429:
            return _RefusedError("throttled", f"{where} takes no more for now (HTTP 429); wait or choose another voice")
        if 300 <= status < 400:
            return _RefusedError("service", f"{where} points to another address (HTTP {status}); set that one instead")
        return _RefusedError("service", f"{where} failed (HTTP {status}: {detail}); choose another voice")


def answers(url: str, patience_s: float) -> bool:
    """Say whether something listens at the address; cheaper than asking it, and most often nothing does."""
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), patience_s).close()
    except (OSError, ValueError):
        return False
    return True


def is_this_machine(url: str) -> bool:
    """Say whether the address is this machine's own, which a proxy cannot reach and where text does not leave."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
