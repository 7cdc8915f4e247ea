"""Beam search: several translations grow side by side and the best whole one wins, as in transformers' `generate`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.translate.m2m.linear import NotANumberError
from engine.translate.m2m.model import Encoded, Model
from engine.translate.m2m.network import Memory


@dataclass(frozen=True, slots=True)
class _Line:
    """A translation so far."""

    ids: tuple[int, ...]
    score: float
    """sum of the pieces' log probabilities; for a whole one their mean"""
    beam: int = 0
    """where its memory is"""


def search(
    model: Model, encoded: Encoded, start: Sequence[int], most: int, beams: int, no_repeat: int = 0
) -> Iterator[list[int]]:
    """Yield the best ids that follow `start`, the end's id last, once; before that empty lists, one for each step.

    The same as `generate(num_beams=beams, length_penalty=1.0, early_stopping=False)`; with a pruned output the
    probabilities are those among the kept pieces. At most `most` pieces. `no_repeat`: no run of so many pieces comes
    twice; 0 allows all. Raises NotANumberError.
    """
    import torch

    capacity = len(start) + most
    memory, source = model.memory(1, capacity), encoded.layers()
    hidden, seen = model.embed([start], 0), len(start)
    running, whole = [_Line((), 0.0)], list[_Line]()
    for step in range(1, most + 1):
        with torch.inference_mode():
            place = model.place(seen - hidden.shape[1], hidden.shape[1], capacity)
            scores = model.step(hidden, memory, place, source)
            lines = _continue(model, scores, running, 2 * beams, (start, no_repeat))
        # As generate() does: the piece that starts the translation counts for the mean.
        length = step + len(start) - 1
        ended = [line.ids[-1] == model.shape.end or step == most for line in lines]
        whole += [
            _Line(line.ids, line.score / length) for line, is_end in zip(lines[:beams], ended, strict=False) if is_end
        ]
        whole = sorted(whole, key=lambda line: -line.score)[:beams]
        running = [line for line, is_end in zip(lines, ended, strict=True) if not is_end][:beams]
        if not running or (len(whole) == beams and running[0].score / length <= whole[-1].score):
            break
        with torch.inference_mode():
            memory = _reorder(memory, [line.beam for line in running], model.device)
            hidden = model.embed([[line.ids[-1]] for line in running], seen)
        seen += 1
        yield []
    yield list(whole[0].ids)


def _continue(
    model: Model, scores: Any, running: Sequence[_Line], number: int, rule: tuple[Sequence[int], int]
) -> list[_Line]:
    """The `number` best lines that are one piece longer, best first."""
    import torch

    # Not every device sorts NaN to where it would be seen, but every sum with one is one.
    if scores.sum().isnan():
        raise NotANumberError(f"{model.device} computed NaN in {model.number_format}")
    chances = torch.log_softmax(scores, -1)
    for beam, line in enumerate(running):
        for banned in _repeats((*rule[0], *line.ids), rule[1]):
            chances[beam, bisect_left(model.ids, banned)] = float("-inf")
    chances += torch.tensor([line.score for line in running], device=chances.device)[:, None]
    best, places = chances.flatten().topk(min(number, chances.numel()))
    found = []
    for score, place in zip(best.tolist(), places.tolist(), strict=True):
        beam, index = divmod(place, len(model.ids))
        found.append(_Line((*running[beam].ids, model.ids[index]), score, beam))
    return found


def _repeats(ids: Sequence[int], size: int) -> set[int]:
    """What must not follow `ids`, lest a run of `size` pieces come twice."""
    if size == 0 or len(ids) < size:
        return set()
    end = tuple(ids[len(ids) - size + 1 :])
    runs = (tuple(ids[at : at + size]) for at in range(len(ids) - size + 1))
    return {run[-1] for run in runs if run[:-1] == end}


def _reorder(memory: Memory, order: list[int], device: str) -> Memory:
    import torch

    if order == list(range(memory.store.shape[2])):
        return memory
    return Memory(memory.store.index_select(2, torch.tensor(order, device=device)))
