"""One model run in several ways, from transformers' generate() to our own loop, to see what each step is worth."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from engine.translate.languages import Language
from engine.translate.m2m import greedy, linear
from engine.translate.m2m.model import Model, Output, padded_length
from engine.translate.m2m.pruned import pruned_output
from engine.translate.m2m.random_weights import MARK
from engine.translate.m2m.source import open_source
from engine.translate.m2m.tokenizer import load_tokenizer

_ENGLISH = "The tests failed because the configuration file was missing, so I added it and ran them again."
_JAPANESE = Language("ja", "Japanese", "jpn_Jpan")
_KEPT_OF_RANDOM = 36_000
"""Pieces that a pruned random model keeps: what English and Japanese need is between 30,000 and 40,000."""

Run = Callable[[], Iterator[int]]
"""Translates once and yields the pieces' ids when they are there; beams give all of them at the end."""


@dataclass(frozen=True, slots=True)
class Task:
    """One sentence, and how many pieces of it to write."""

    ids: tuple[int, ...]
    start: tuple[int, ...]
    pieces: int
    kept: Output | None
    """the pruned output"""


def is_random(folder: Path) -> bool:
    """Whether `folder` holds weights made at random, which any report has to say."""
    return (folder / MARK).is_file()


def task(folder: Path, pieces: int = 25) -> Task:
    """A sentence of 24 pieces or so for the model in `folder`."""
    import torch

    source = open_source(folder)
    if is_random(folder):
        numbers = torch.Generator().manual_seed(1)
        number = min(_KEPT_OF_RANDOM, source.shape.vocabulary // 2)
        kept = torch.randperm(source.shape.vocabulary, generator=numbers)[:number].sort().values
        ids = torch.randint(10, source.shape.vocabulary, (22,), generator=numbers).tolist()
        return Task((5, *ids, 2), (source.shape.start, 7), pieces, Output(kept, source.embedding.index_select(0, kept)))
    tokenizer = load_tokenizer(folder, _JAPANESE)
    output = pruned_output(source, tokenizer, _JAPANESE, lambda _: None)
    return Task(tuple(tokenizer.encode(_ENGLISH)), (source.shape.start, tokenizer.language), pieces, output)


def rungs(folder: Path, what: Task) -> Mapping[str, Callable[[], Run]]:
    """The ways to run the model, slowest first; each is loaded when it is called and freed when its Run is dropped."""
    own = partial(_own, folder, what)
    return {
        "generate(), 3 beams, float32": partial(generating, folder, what, "float32", 3),
        "generate(), greedy, bfloat16": partial(generating, folder, what, "bfloat16", 1),
        "own loop, float32": partial(own, "float32", None),
        "own loop, bfloat16": partial(own, "bfloat16", None),
        "own loop, float32, pruned": partial(own, "float32", what.kept),
        "own loop, bfloat16, pruned": partial(own, "bfloat16", what.kept),
        "own loop, int8, pruned": partial(own, "int8", what.kept),
    }


def own_loop(folder: Path, what: Task, number_format: str) -> tuple[Run, Callable[[], None]]:
    """The pruned model's own loop on the CPU, and its matrix products alone: the same, as many, in the same order."""
    model = Model(open_source(folder), number_format, "cpu", what.kept)
    return partial(_run_own, model, what), _products_alone(model, what)


def _own(folder: Path, what: Task, number_format: str, output: Output | None) -> Run:
    return partial(_run_own, Model(open_source(folder), number_format, "cpu", output), what)


def _run_own(model: Model, what: Task) -> Iterator[int]:
    import torch

    with torch.inference_mode():
        encoded = model.encode(what.ids)
    yield from greedy.greedy(model, encoded, what.start, what.pieces)


def _products_alone(model: Model, what: Task) -> Callable[[], None]:
    import torch

    encoder, step = model.products()
    length = padded_length(len(what.ids))

    def rows(number: int, products: Sequence[linear.Linear]) -> dict[int, Any]:
        return {product.width: torch.randn(1, number, product.width).to(product.kind) for product in products}

    sentence, begin, one = rows(length, encoder), rows(len(what.start), step), rows(1, step)

    def run() -> None:
        with torch.inference_mode():
            for product in encoder:
                product(sentence[product.width])
            for number in range(what.pieces):
                inputs = begin if number == 0 else one
                for product in step[:-1]:
                    product(inputs[product.width])
                step[-1](one[step[-1].width])

    return run


def generating(folder: Path, what: Task, number_format: str, beams: int, device: str = "cpu") -> Run:
    """Load the model for transformers' generate(); with one beam its pieces come as they are written."""
    import torch
    from transformers import M2M100ForConditionalGeneration

    model: Any = M2M100ForConditionalGeneration.from_pretrained(
        folder, dtype=getattr(torch, number_format), local_files_only=True, weights_only=True
    )
    model.eval().to(device)
    settings = model.generation_config
    settings.early_stopping, settings.length_penalty, settings.max_length = None, None, None
    options: dict[str, Any] = {
        "input_ids": torch.tensor([what.ids], device=device),
        "attention_mask": torch.ones(1, len(what.ids), dtype=torch.long, device=device),
        "forced_bos_token_id": what.start[-1],
        "max_new_tokens": what.pieces + 1,
        "num_beams": beams,
        "do_sample": False,
    }
    return partial(_run_generate, partial(model.generate, **options), is_streaming=beams == 1)


def _run_generate(generate: Callable[..., Any], *, is_streaming: bool) -> Iterator[int]:
    """generate() returns at the end only: what it writes meanwhile comes through a streamer, on a thread of its own."""
    import torch

    if not is_streaming:
        with torch.inference_mode():
            yield from generate()[0, 2:].tolist()
        return
    with closing(_Streamed(generate)) as streamed:
        # The first two are what a translation begins with.
        for number, found in enumerate(streamed.ids()):
            if number > 1:
                yield found


class _Streamed:
    def __init__(self, generate: Callable[..., Any]) -> None:
        self._ids: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(generate,), daemon=True)
        self._thread.start()

    def ids(self) -> Iterator[int]:
        while (found := self._ids.get()) is not None:
            yield found

    def close(self) -> None:
        self._thread.join()

    def put(self, value: Any) -> None:
        """What generate() calls with every new id."""
        for found in value.flatten().tolist():
            self._ids.put(found)

    def end(self) -> None:
        """What generate() calls when it is done."""

    def _run(self, generate: Callable[..., Any]) -> None:
        import torch

        try:
            with torch.inference_mode():
                generate(streamer=self)
        finally:
            self._ids.put(None)


def first_and_last(run: Run, phrase: int, clock: Callable[[], float]) -> Sequence[float]:
    """Seconds until `phrase` pieces are there, and until all are."""
    begun, count, first = clock(), 0, 0.0
    for _ in run():
        count += 1
        if count == phrase:
            first = clock() - begun
    last = clock() - begun
    return (first if count >= phrase else last), last
