"""Greedy decoding: always the likeliest piece, the same as transformers' `generate(num_beams=1, do_sample=False)`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from engine.translate.m2m.linear import NotANumberError
from engine.translate.m2m.model import Encoded, Model
from engine.translate.m2m.network import LayerMemory, Memory

STRIDE = 4
"""A device is waited for once in so many pieces: often enough for the first phrase, seldom enough to keep it busy."""


class Steps(Protocol):
    """One sentence being written on a device that is not waited for."""

    def begin(self, start: Sequence[int]) -> Any:
        """The first piece after `start`, as `pick` gives it."""
        ...

    def next(self, index: Any) -> Any:
        """The piece after the one at `index`, as `pick` gives it. The result may be overwritten by the next call."""
        ...


def greedy(model: Model, encoded: Encoded, start: Sequence[int], most: int) -> Iterator[int]:
    """Yield the ids that follow `start`, the end's id last, at most `most`. Raises NotANumberError."""
    if model.is_static:
        return on_device(EagerSteps(model, encoded, len(start) + most), model, start, most)
    return _at_once(model, encoded, start, most)


def on_device(steps: Steps, model: Model, start: Sequence[int], most: int) -> Iterator[int]:
    """As `greedy`, with `steps` made for the sentence. Pieces come STRIDE at a time."""
    import torch

    index, waiting = steps.begin(start), []
    for number in range(1, most + 1):
        waiting.append(index.clone())
        if number % STRIDE == 0 or number == most:
            for found in torch.cat(waiting).tolist():
                if found < 0:
                    raise NotANumberError(f"{model.device} computed NaN in {model.number_format}")
                yield model.ids[found]
                if model.ids[found] == model.shape.end:
                    return
            waiting = []
        if number < most:
            index = steps.next(index)


def pick(scores: Any) -> Any:
    """The index of the highest score (1,), or -1 where there is a NaN: so nobody has to wait to find out."""
    import torch

    # Not every device takes a NaN for the maximum, but every sum with one is one.
    return torch.where(scores[0].sum().isnan(), -1, scores[0].argmax(0, keepdim=True))


class EagerSteps:
    """Steps whose operations are sent to the device one by one."""

    def __init__(self, model: Model, encoded: Encoded, capacity: int) -> None:
        self._model, self._source, self._capacity = model, encoded.layers(), _rounded(capacity)
        self._memory = model.memory(1, self._capacity)

    def begin(self, start: Sequence[int]) -> Any:
        """The first piece after `start`."""
        import torch

        with torch.inference_mode():
            self._position = torch.tensor([len(start)], device=self._model.device)
            place = self._model.place(0, len(start), self._capacity)
            return pick(self._model.step(self._model.embed([start], 0), self._memory, place, self._source))

    def next(self, index: Any) -> Any:
        """The piece after the one at `index`."""
        import torch

        with torch.inference_mode():
            found = step_on_device(self._model, index, self._position, self._memory, self._source)
            self._position += 1
            return found


def step_on_device(model: Model, index: Any, position: Any, memory: Memory, source: Sequence[LayerMemory]) -> Any:
    """The piece after the one at `index`, which stands at `position`; both (1,), on the device."""
    hidden = model.embed_kept(index.clamp(min=0), position)
    return pick(model.step(hidden, memory, model.place_at(position, memory.store.shape[4]), source))


def _at_once(model: Model, encoded: Encoded, start: Sequence[int], most: int) -> Iterator[int]:
    """On the CPU nothing runs ahead, so that each piece can be had as soon as it is there."""
    import torch

    memory, source = model.memory(1, len(start) + most), encoded.layers()
    rows, seen = list(start), 0
    for _ in range(most):
        with torch.inference_mode():
            place = model.place(seen, len(rows), seen + len(rows))
            found = _pick_at_once(model.step(model.embed([rows], seen), memory, place, source))
        if found < 0:
            raise NotANumberError(f"{model.device} computed NaN in {model.number_format}")
        seen += len(rows)
        rows = [model.ids[found]]
        yield rows[0]
        if rows[0] == model.shape.end:
            return


def _pick_at_once(scores: Any) -> int:
    """As `pick`."""
    index = int(scores[0].argmax())
    best = scores[0, index].item()
    return index if best == best else -1


def _rounded(capacity: int) -> int:
    """Few sizes: a device prepares for every new one."""
    return -(-capacity // 64) * 64
