"""The runtime llama.cpp (package xllamacpp), started quietly and privately, and one request to it."""

from __future__ import annotations

import queue
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.models import ModelError

_CONTEXT_TOKENS = 2048


class Decoding:
    """One request: the runtime calls back from its own wait, so that runs in a thread and fills a queue."""

    new_flag = threading.Event

    def __init__(self, server: Any, request: dict[str, Any]) -> None:
        self.tokens_per_s: float | None = None
        """as the runtime tells at the end"""
        self._server = server
        self._request = request
        self._pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        self._is_cancelled = self.new_flag()
        self._thread = threading.Thread(target=self._run, name="llama", daemon=True)

    def pieces(self) -> Iterator[str]:
        """Yield the text as it is decoded. Closed early it stops the runtime at its next token, and waits for that."""
        self._thread.start()
        try:
            while (piece := self._pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            # The runtime looks at the flag at its next token; the wait keeps the next sentence from queueing behind.
            self._is_cancelled.set()
            self._thread.join()

    def _run(self) -> None:
        try:
            self._server.handle_completions(self._request, self._take)
        except Exception as error:
            self._pieces.put(error)
        self._pieces.put(None)

    def _take(self, chunk: dict[str, Any]) -> bool:
        """The runtime's callback; True stops it."""
        if "choices" not in chunk:
            self._pieces.put(RuntimeError(f"llama.cpp: {chunk.get('message') or chunk}"))
            return True
        if "timings" in chunk:
            self.tokens_per_s = chunk["timings"].get("predicted_per_second")
        for choice in chunk["choices"]:
            if choice["text"]:
                self._pieces.put(choice["text"])
        return self._is_cancelled.is_set()


def start_server(runtime: Any, path: Path, threads: int, *, use_gpu: bool) -> Any:
    """Load a GGUF file. Raises RuntimeError where the runtime cannot."""
    previous = _signal_handlers()
    with tempfile.TemporaryDirectory(prefix="streamtts-llama-") as private:
        server = runtime.Server(_parameters(runtime, path, Path(private), threads, use_gpu))
    _restore(previous)
    return server


def import_runtime() -> Any:
    """The package xllamacpp. Raises ModelError where it is not installed."""
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelError(
            "no_runtime", f"llama.cpp is not installed ({error}). Install it: pip install 'streamtts[offline]'"
        ) from error
    return xllamacpp


def _parameters(runtime: Any, path: Path, private: Path, threads: int, use_gpu: bool) -> Any:
    parameters = runtime.CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx = _CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.n_gpu_layers = -1 if use_gpu else 0
    for group in (parameters.cpuparams, parameters.cpuparams_batch):
        group.n_threads = threads
        # Waiting threads sleep instead of spinning: the voice needs the cores too. Measured: no slower.
        group.poll = 0
    parameters.embedding = False
    parameters.warmup = False  # ours reads the prompt as well
    parameters.cache_ram_mib = 0  # one prefix in the slot is all we need
    parameters.verbosity = -1  # its log would tear the screen
    # The runtime insists on an HTTP server. A socket file in a private folder that is removed at once keeps
    # everybody out; a TCP port would be open to every program and web page on this machine.
    parameters.hostnames = [str(private / "unused.sock")]
    parameters.ui = False
    return parameters


def find_gpu(runtime: Any) -> str | None:
    """mps or cuda when the installed runtime drives such a device."""
    for device in runtime.get_device_info():
        name = f"{device['name']} {device['description']}".lower()
        if "cuda" in name or "nvidia" in name:
            return "cuda"
        if "metal" in name or "apple" in name or device["name"].startswith("MTL"):
            return "mps"
    return None


def _signal_handlers() -> dict[signal.Signals, Any]:
    return {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}


def _restore(handlers: dict[signal.Signals, Any]) -> None:
    """Some builds of the runtime take SIGINT and SIGTERM for themselves: then a worker could not be ended."""
    if threading.current_thread() is threading.main_thread():
        for number, handler in handlers.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
