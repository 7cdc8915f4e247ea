"""CUDA graphs: one step recorded once and replayed, so that a piece costs one launch instead of hundreds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.translate.m2m import greedy
from engine.translate.m2m.model import CAPACITY, Encoded, Model
from engine.translate.m2m.network import Memory

Record = Callable[[Callable[[], None]], Callable[[], None]]
"""Takes what to record; returns what replays it."""

_WARM_UPS = 3
"""Libraries set themselves up in the first runs, which must not be recorded."""


def record_on_cuda(run: Callable[[], None]) -> Callable[[], None]:
    """Record `run`, which must only use buffers that stay. Raises RuntimeError when CUDA cannot record it."""
    import torch

    side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(_WARM_UPS):
            run()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()

    def replay() -> None:
        graph.replay()

    return replay


class Graphs:
    """The recorded steps of one model: one for each padded length, so at most as many as there are lengths."""

    def __init__(self, model: Model, record: Record = record_on_cuda) -> None:
        self._model, self._record = model, record
        self._by_length: dict[int, GraphSteps] = {}

    def steps(self, encoded: Encoded) -> GraphSteps:
        """Steps for one sentence; those of the sentence before are then over. Raises RuntimeError."""
        length = encoded.mask.shape[1]
        if length not in self._by_length:
            self._by_length[length] = GraphSteps(self._model, encoded, self._record)
        steps = self._by_length[length]
        steps.take(encoded)
        return steps


class GraphSteps:
    """As `greedy.EagerSteps`, over buffers that stay where they are."""

    def __init__(self, model: Model, encoded: Encoded, record: Record) -> None:
        import torch

        self._model = model
        self._memory = model.memory(1, CAPACITY)
        with torch.inference_mode():
            self._encoded = Encoded(Memory(encoded.memory.store.clone()), encoded.mask.clone())
            self._source = self._encoded.layers()
            self._index, self._position = (torch.zeros(1, dtype=torch.int64, device=model.device) for _ in range(2))
            self._replay = record(self._run)

    def take(self, encoded: Encoded) -> None:
        """Copy a sentence into the buffers."""
        import torch

        with torch.inference_mode():
            self._encoded.memory.store.copy_(encoded.memory.store)
            self._encoded.mask.copy_(encoded.mask)

    def begin(self, start: Sequence[int]) -> Any:
        """The first piece after `start`."""
        import torch

        with torch.inference_mode():
            self._position.fill_(len(start))
            place = self._model.place(0, len(start), CAPACITY)
            hidden = self._model.embed([start], 0)
            self._index.copy_(greedy.pick(self._model.step(hidden, self._memory, place, self._source)))
        return self._index

    def next(self, index: Any) -> Any:
        """The piece after the one at `index`, which is the last that was given."""
        import torch

        with torch.inference_mode():
            self._replay()
        return self._index

    def _run(self) -> None:
        found = greedy.step_on_device(self._model, self._index, self._position, self._memory, self._source)
        self._index.copy_(found)
        self._position.add_(1)
