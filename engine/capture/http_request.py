"""The little of HTTP/1.1 that the mod and the hook need, with strict bounds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

MOST_HEADER_BYTES = 16 * 1024
MOST_BODY_BYTES = 10 * 1024 * 1024
BODY_TIMEOUT_S = 10.0


class BadRequestError(Exception):
    """The request cannot be served; the connection must be closed after the reply."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request that was read to its end."""

    method: str
    path: str
    body: bytes
    keep_alive: bool


async def read_request(reader: asyncio.StreamReader) -> HttpRequest | None:
    """Read one request; None when the peer closed the connection between or within requests.

    The reader's limit must be MOST_HEADER_BYTES. Raises BadRequestError for anything that is not a plain request with a
    known length of at most MOST_BODY_BYTES.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError as error:
        raise BadRequestError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from error
    method, path, version, headers = _parse_head(head)
    body = await _read_body(reader, _body_length(headers))
    if body is None:
        return None
    keep_alive = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    return HttpRequest(method, path, body, keep_alive)


def response(status: HTTPStatus, body: bytes = b"", *, keep_alive: bool) -> bytes:
    """A reply; a body is JSON."""
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        *(["Content-Type: application/json"] if body else []),
        f"Content-Length: {len(body)}",
        f"Connection: {'keep-alive' if keep_alive else 'close'}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _parse_head(head: bytes) -> tuple[str, str, str, dict[str, str]]:
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.0", "HTTP/1.1"):
        raise BadRequestError(HTTPStatus.BAD_REQUEST)
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequestError(HTTPStatus.BAD_REQUEST)
        headers[name.strip().lower()] = value.strip()
    return words[0], words[1], words[2], headers


def _body_length(headers: dict[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise BadRequestError(HTTPStatus.LENGTH_REQUIRED)
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise BadRequestError(HTTPStatus.BAD_REQUEST)
    # Ten digits are more than any allowed length; a longer number is not worth parsing.
    if len(length) > 10 or int(length) > MOST_BODY_BYTES:
        raise BadRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(length)


async def _read_body(reader: asyncio.StreamReader, length: int) -> bytes | None:
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            return await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        return None
    except TimeoutError as error:
        raise BadRequestError(HTTPStatus.REQUEST_TIMEOUT) from error
