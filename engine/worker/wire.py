"""The frames between a worker and its parent: a four-byte length, then a pickled message.

Pickle is safe here and only here: both ends are our own code, joined by a private pipe that nobody else can open.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

from engine.protocols import Progress
from engine.worker.vitals import Vitals

_LENGTH = struct.Struct(">I")
HEADER_BYTES = _LENGTH.size


@dataclass(frozen=True, slots=True)
class Call:
    """Parent to child: iterate `method(*args)` and send back each item."""

    id: int
    method: str
    args: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Cancel:
    """Parent to child: the items of this call are no longer wanted."""

    id: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Parent to child: are you there?"""


@dataclass(frozen=True, slots=True)
class Pong:
    """Child to parent: yes, and this is how I am."""

    vitals: Vitals


@dataclass(frozen=True, slots=True)
class Ready:
    """Child to parent: loaded and warm; `info` is the hosted object's `info`."""

    info: Any


@dataclass(frozen=True, slots=True)
class Item:
    """Child to parent: one item of a call."""

    id: int
    value: Any


@dataclass(frozen=True, slots=True)
class End:
    """Child to parent: the call has no more items."""

    id: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Child to parent: the call raised; id 0 means that loading did."""

    id: int
    kind: str
    message: str
    code: str


FromParent = Call | Cancel | Ping
FromChild = Progress | Ready | Item | End | Failure | Pong


def encode(message: FromParent | FromChild) -> bytes:
    """Return the frame of a message."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(body)) + body


def body_length(header: bytes) -> int:
    """Return how many bytes follow the header."""
    length: int = _LENGTH.unpack(header)[0]
    return length


def decode(body: bytes) -> Any:
    """Return the message of a frame's body."""
    return pickle.loads(body)


def read_frame(stream: BinaryIO) -> Any | None:
    """Read one message, blocking; None at the end of the stream."""
    header = stream.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return None
    length = body_length(header)
    body = stream.read(length)
    return decode(body) if len(body) == length else None
