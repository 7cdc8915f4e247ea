"""From English to growing text: tokenizer, network and search together."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from engine.translate.growth import Growth
from engine.translate.m2m import beams, greedy
from engine.translate.m2m.graphs import Graphs
from engine.translate.m2m.model import MOST_NEW, Encoded, Model
from engine.translate.m2m.tokenizer import Tokenizer

_SENTENCES_BETWEEN_CLEARING = 32
"""Metal keeps freed memory for itself; it is given back once in so many sentences."""


@dataclass(frozen=True, slots=True)
class Search:
    """How to look for a translation."""

    beams: int = 1
    """translations that grow side by side; 1 gives pieces as they come, more give the whole at once"""
    no_repeat: int = 0
    """no run of so many pieces comes twice; 0 allows all"""


@dataclass(slots=True)
class Loaded:
    """A network on its device, with its tokenizer. `say` takes a line for the user."""

    model: Model
    tokenizer: Tokenizer
    say: Callable[[str], None]
    graphs: Graphs | None = None
    """recorded steps, on CUDA"""
    _sentences: int = field(default=0, init=False)

    @property
    def device(self) -> str:
        """cpu, mps or cuda."""
        return self.model.device

    def stream(self, english: str, search: Search) -> Generator[str, None, None]:
        """Yield the growing translation. Raises NotANumberError, or what torch raises."""
        ids = self.tokenizer.encode(english)
        start = [self.model.shape.start, self.tokenizer.language]
        most = min(MOST_NEW, 16 + 3 * len(ids))
        growth = Growth(self.tokenizer.decode)
        with closing(self._ids(ids, start, most, search)) as found:
            for new in found:
                if piece := growth.add(new):
                    yield piece
        self._clear_now_and_then()

    def _ids(self, ids: list[int], start: list[int], most: int, search: Search) -> Generator[list[int], None, None]:
        import torch

        with torch.inference_mode():
            encoded = self.model.encode(ids)
        if search.beams > 1:
            yield from beams.search(self.model, encoded, start, most, search.beams, search.no_repeat)
        else:
            for found in self._greedy(encoded, start, most):
                yield [found]

    def _greedy(self, encoded: Encoded, start: list[int], most: int) -> Iterator[int]:
        steps = self._recorded(encoded)
        if steps is None:
            return greedy.greedy(self.model, encoded, start, most)
        return greedy.on_device(steps, self.model, start, most)

    def _recorded(self, encoded: Encoded) -> Any | None:
        if self.graphs is None:
            return None
        try:
            return self.graphs.steps(encoded)
        except RuntimeError as error:
            self.graphs = None
            self.say(f"CUDA cannot record steps ({' '.join(str(error).split())[:120]}): each takes longer.")
            return None

    def _clear_now_and_then(self) -> None:
        self._sentences += 1
        if self.device == "mps" and self._sentences % _SENTENCES_BETWEEN_CLEARING == 0:
            import torch

            torch.mps.empty_cache()
