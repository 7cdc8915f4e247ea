"""The child's side: `python -m engine.worker.child FACTORY KWARGS_JSON`.

The factory (`package.module:name`) makes the hosted object; `load(progress)` brings it up; then each call iterates one
of its generator methods on the main thread. A reader thread takes frames meanwhile, so that a cancel or a ping
is heard while the model computes. When the parent is gone, the pipe ends and so do we.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any, BinaryIO

from engine.protocols import Progress
from engine.worker import wire
from engine.worker.vitals import Vitals, device_of, read_vitals


class Outbox:
    """Sends frames to the parent from any thread."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: wire.FromChild) -> None:
        """Write one frame; when the parent is gone, end the process."""
        try:
            with self._lock:
                self._stream.write(wire.encode(message))
                self._stream.flush()
        except BrokenPipeError:
            os._exit(0)

    def fail(self, call_id: int, error: BaseException) -> None:
        """Tell the parent that a call (or, with id 0, loading) raised."""
        code = getattr(error, "code", "")
        self.send(wire.Failure(call_id, type(error).__name__, str(error), code if isinstance(code, str) else ""))


class Inbox:
    """Reads frames on a thread of its own: calls are queued, cancels noted, pings answered."""

    def __init__(self, stream: BinaryIO, outbox: Outbox) -> None:
        self.calls: queue.SimpleQueue[wire.Call] = queue.SimpleQueue()
        self._stream = stream
        self._outbox = outbox
        self.vitals: Callable[[], Vitals] = Vitals
        """what a sign of life tells"""
        self._cancelled: set[int] = set()

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, name="worker-inbox", daemon=True).start()

    def is_cancelled(self, call_id: int) -> bool:
        """Say whether the parent no longer wants this call's items."""
        return call_id in self._cancelled

    def forget(self, call_id: int) -> None:
        """Drop the note of a cancel once the call is over."""
        self._cancelled.discard(call_id)

    def _read(self) -> None:
        while (message := wire.read_frame(self._stream)) is not None:
            match message:
                case wire.Call():
                    self.calls.put(message)
                case wire.Cancel(call_id):
                    self._cancelled.add(call_id)
                case wire.Ping():
                    self._outbox.send(wire.Pong(self.vitals()))
        # The parent closed the pipe or died: native code may be busy on the main thread, so do not wait for it.
        os._exit(0)


def serve(hosted: Any, inbox: Inbox, outbox: Outbox) -> None:
    """Answer calls for ever."""
    while True:
        call = inbox.calls.get()
        try:
            _answer(hosted, call, inbox, outbox)
        except Exception as error:
            outbox.fail(call.id, error)
        finally:
            inbox.forget(call.id)


def _answer(hosted: Any, call: wire.Call, inbox: Inbox, outbox: Outbox) -> None:
    if not inbox.is_cancelled(call.id):
        with closing(getattr(hosted, call.method)(*call.args)) as items:
            for item in items:
                if inbox.is_cancelled(call.id):
                    break
                outbox.send(wire.Item(call.id, item))
    outbox.send(wire.End(call.id))


def resolve(dotted: str) -> Callable[..., Any]:
    """Return the object named `package.module:name`."""
    module, _, name = dotted.partition(":")
    factory: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return factory


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    # Libraries print to fd 1 as they like; ours is moved away first, and theirs goes where stderr goes: the log.
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, outgoing


def main() -> None:
    """Load the hosted object, then serve calls until the parent is gone."""
    incoming, outgoing = _private_streams()
    outbox = Outbox(outgoing)
    inbox = Inbox(incoming, outbox)
    inbox.start()
    try:
        hosted = resolve(sys.argv[1])(**json.loads(sys.argv[2]))
        hosted.load(_reporter(outbox))
    except Exception as error:
        outbox.fail(0, error)
        raise SystemExit(1) from error
    info = hosted.info
    inbox.vitals = partial(read_vitals, hosted, device_of(info))
    outbox.send(wire.Ready(info))
    serve(hosted, inbox, outbox)


def _reporter(outbox: Outbox) -> Callable[[Progress], None]:
    return outbox.send


if __name__ == "__main__":
    main()
