"""One decoding with CTranslate2 that streams and can be stopped."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.translate.ct2_families import Codec
from engine.translate.growth import Growth

_MOST_TOKENS = 256
_MOST_POSITIONS = 512
"""Marian models know no more, and fail beyond."""

GREEDY: Mapping[str, Any] = {"beam_size": 1}
BEAMS: Mapping[str, Any] = {"beam_size": 4}
TRIAL: Mapping[str, Any] = {"beam_size": 1, "min_decoding_length": 8, "max_decoding_length": 8}
"""For measuring: the same work at every run, and enough of it."""


def another(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The setting for a second try after `options`: beams after greedy, greedy after beams, and no repeats."""
    beam_size = 3 if options["beam_size"] == 1 else 1
    return {"beam_size": beam_size, "no_repeat_ngram_size": 4}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model on its device, with its tokenizers."""

    engine: Any
    codec: Codec
    device: str

    def stream(self, english: str, options: Mapping[str, Any]) -> Generator[str, None, None]:
        """Yield the growing translation; in one piece where `options` has several beams. Raises RuntimeError."""
        yield from _Decoding(self, english, options).pieces()


class _Decoding:
    """The runtime returns only at the end and calls back for each token, so it runs in a thread that fills a queue."""

    new_flag = threading.Event

    def __init__(self, loaded: Loaded, english: str, options: Mapping[str, Any]) -> None:
        self._loaded = loaded
        self._tokens = loaded.codec.encode(english)
        self._options = options
        self._pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        self._is_cancelled = self.new_flag()
        self._taker = _Taker(Growth(loaded.codec.decode), self._pieces, self._is_cancelled)

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
        prefix = list(self._loaded.codec.prefix)
        streams = self._options["beam_size"] == 1
        results = self._loaded.engine.translate_batch(
            [self._tokens],
            target_prefix=[prefix] if prefix else None,
            max_input_length=_MOST_POSITIONS,
            disable_unk=True,
            return_scores=False,
            callback=self._taker.take if streams else None,
            **({"max_decoding_length": min(_MOST_TOKENS, 16 + 3 * len(self._tokens))} | dict(self._options)),
        )
        if not streams:
            self._taker.give(results[0].hypotheses[0])


class _Taker:
    """What the runtime calls. It must not hold the model: the runtime's own thread lets go of it last.

    A model that is freed in its own thread waits for itself, and the process is aborted.
    """

    def __init__(
        self, growth: Growth[str], pieces: queue.SimpleQueue[str | Exception | None], is_cancelled: threading.Event
    ) -> None:
        self._growth = growth
        self._pieces = pieces
        self._is_cancelled = is_cancelled

    def take(self, step: Any) -> bool:
        """The runtime's callback for one token; True stops it."""
        self.give([step.token])
        return self._is_cancelled.is_set()

    def give(self, tokens: Sequence[str]) -> None:
        """Pass on the text that these tokens add."""
        if piece := self._growth.add(tokens):
            self._pieces.put(piece)
