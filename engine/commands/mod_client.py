"""Speaks to the mod's socket as the mod in Claude Code does: for the benchmark and for tests, where no Claude is."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class ModClient:
    """One kept-alive connection; events are numbered and stamped as the mod does it."""

    def __init__(self, socket_path: Path) -> None:
        self._path = socket_path
        self._sequence = 0

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_unix_connection(self._path)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    async def send(self, ev: str, **fields: Any) -> None:
        """Send one event and wait for the reply, as the mod does before its next batch."""
        event = {"run": "client", "seq": self._sequence, "t": time.time() * 1000, "ev": ev, **fields}
        self._sequence += 1
        body = json.dumps([event]).encode()
        head = (
            f"POST /ev HTTP/1.1\r\nhost: streamtts\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        )
        self._writer.write(head.encode() + b"\r\n" + body)
        await self._writer.drain()
        while (await self._reader.readline()).strip():
            pass
