"""One decoding with CTranslate2 that streams and can be stopped."""

from __future__ import annotations

import queue
import threading
import weakref
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engine.translate.ct2_families import Codec
from engine.translate.growth import Growth

_MOST_TOKENS = 256
_MOST_POSITIONS = 512
"""Marian models know no more, and fail beyond."""
_RELEASE_S = 5.0

GREEDY: Mapping[str, Any] = {"beam_size": 1}
BEAMS: Mapping[str, Any] = {"beam_size": 4}
TRIAL: Mapping[str, Any] = {"beam_size": 1, "min_decoding_length": 8, "max_decoding_length": 8}
"""For measuring: the same work at every run, and enough of it."""


def another(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The setting for a second try after `options`: beams after greedy, greedy after beams, and no repeats."""
    beam_size = 3 if options["beam_size"] == 1 else 1
    return {"beam_size": beam_size, "no_repeat_ngram_size": 4}


class Taker(Protocol):
    """What the runtime calls for each token. It must not hold the model: see `run`."""

    def take(self, step: Any) -> bool:
        """Take one token; True stops the decoding."""
        ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model on its device, with its tokenizers."""

    engine: Any
    codec: Codec
    device: str
    is_narrowed: bool = False
    """whether the model has a map of the pieces to choose among"""
    choices: tuple[str, ...] = ()
    """the pieces of that map by the numbers the runtime gives them; empty where it names them itself"""

    def stream(self, english: str, options: Mapping[str, Any]) -> Generator[str, None, None]:
        """Yield the growing translation; in one piece where `options` has several beams. Raises RuntimeError."""
        yield from _Decoding(self, english, options).pieces()

    def streams_what_it_translates(self, english: str) -> bool:
        """Whether the pieces that are streamed are those of the whole. Raises what the runtime raises."""
        taken: list[str] = []
        taker = _Taker(self.choices, taken.append, threading.Event())
        whole = run(self, self.codec.encode(english), TRIAL, taker)
        return taken[: len(whole)] == whole


class _Decoding:
    """The runtime returns only at the end and calls back for each token, so it runs in a thread that fills a queue."""

    new_flag = threading.Event

    def __init__(self, loaded: Loaded, english: str, options: Mapping[str, Any]) -> None:
        self._loaded = loaded
        self._tokens = loaded.codec.encode(english)
        self._options = options
        self._growth = Growth(loaded.codec.decode)
        self._pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        self._is_cancelled = self.new_flag()

    def pieces(self) -> Iterator[str]:
        thread = threading.Thread(target=self._run, name="ctranslate2", daemon=True)
        thread.start()
        try:
            while (piece := self._pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            # The runtime looks at the flag at its next token; the wait keeps the next sentence from queueing behind.
            self._is_cancelled.set()
            thread.join()

    def _run(self) -> None:
        try:
            self._translate()
        except Exception as error:
            self._pieces.put(error)
        self._pieces.put(None)

    def _translate(self) -> None:
        if self._options["beam_size"] > 1:
            self._give(run(self._loaded, self._tokens, self._options))
            return
        growth, pieces = self._growth, self._pieces

        def give(token: str) -> None:
            if piece := growth.add([token]):
                pieces.put(piece)

        run(self._loaded, self._tokens, self._options, _Taker(self._loaded.choices, give, self._is_cancelled))

    def _give(self, tokens: Sequence[str]) -> None:
        if piece := self._growth.add(tokens):
            self._pieces.put(piece)


class _Taker:
    """Passes the tokens on, until it is cancelled."""

    def __init__(self, choices: Sequence[str], give: Callable[[str], None], is_cancelled: threading.Event) -> None:
        self._choices = choices
        self._give = give
        self._is_cancelled = is_cancelled

    def take(self, step: Any) -> bool:
        """Pass one token on; True stops the decoding."""
        # With a map the runtime names the piece that would have this number without one.
        self._give(self._choices[step.token_id] if self._choices else step.token)
        return self._is_cancelled.is_set()


def run(loaded: Loaded, tokens: Sequence[str], options: Mapping[str, Any], taker: Taker | None = None) -> list[str]:
    """Translate and return the tokens; `taker` gets each of them at once.

    The runtime's own thread lets go of the callback a moment after the call has returned. A model that is freed there
    waits for its own thread, and a process that ends in that moment is aborted: so we wait for it.
    """
    prefix = list(loaded.codec.prefix)
    callback = taker.take if taker else None
    is_released = threading.Event()
    watch = weakref.ref(callback, lambda _: is_released.set()) if callback else None
    try:
        results = loaded.engine.translate_batch(
            [list(tokens)],
            target_prefix=[prefix] if prefix else None,
            max_input_length=_MOST_POSITIONS,
            use_vmap=loaded.is_narrowed,
            disable_unk=True,
            return_scores=False,
            callback=callback,
            **({"max_decoding_length": min(_MOST_TOKENS, 16 + 3 * len(tokens))} | dict(options)),
        )
    finally:
        del callback
        if watch is not None:
            is_released.wait(_RELEASE_S)
    return list(results[0].hypotheses[0])
