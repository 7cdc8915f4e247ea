"""NLLB on torch in several ways, each timed. A worker hosts it: `engine.commands.bench.torch_rungs:create`."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal

from engine.commands.bench.timing import Run, repeat
from engine.protocols import Progress, ProgressFn, TranslatorInfo
from engine.translate import cores, devices
from engine.translate.m2m import greedy, ladder
from engine.translate.m2m.graphs import Graphs
from engine.translate.m2m.model import Model
from engine.translate.m2m.random_weights import make_random
from engine.translate.m2m.source import open_source

PIECES = 25
"""written for each sentence: about 17 English words"""
PHRASE_PIECES = 8
"""A first phrase."""

Size = Literal["600m", "tiny"]
BEAMS, GREEDY, OWN = "beams", "greedy", "own"
"""Ways to translate for the time to the first sound: generate() with 3 beams in float32, generate() greedy in bfloat16,
and our own loop as the product runs it."""
PHRASE, WHOLE = "phrase", "whole"


class TorchRungs:
    """One NLLB: the real one in `folder`, else one of the same shape made at random."""

    def __init__(self, folder: str, size: Size, device: str, threads: int) -> None:
        self.info = TranslatorInfo(folder or size, "torch", device, False, "")
        self._size = size
        self._device = device
        self._threads = cores.choose_threads(threads, cores.physical_cores())
        self._parent = tempfile.TemporaryDirectory(prefix="streamtts-")
        self._folder = Path(folder) if folder else Path(self._parent.name) / "random"
        self._opened: ladder.Run | None = None

    def load(self, progress: ProgressFn) -> None:
        """Make the weights where there are none."""
        import torch
        import transformers

        transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(self._threads)
        self._device, _ = devices.pick_device(self._device, devices.torch_has)
        if not self._folder.exists():
            progress(Progress(f"Making weights at random, shape of NLLB {self._size}", 0, None))
            make_random(self._folder, self._size)
        self._task = ladder.task(self._folder, PIECES)

    def prepare(self, way: str) -> Iterator[str]:
        """Open one of the ways on the device, and free the one before it; then its number format."""
        self._opened = None
        gc.collect()
        self._opened, number_format = self._open(way)
        yield number_format

    def once(self) -> Iterator[str]:
        """Translate once with what is prepared: PHRASE when the first phrase is there, WHOLE when all is."""
        assert self._opened is not None
        for count, _ in enumerate(self._opened(), 1):
            if count == PHRASE_PIECES:
                yield PHRASE
        yield WHOLE

    def names(self) -> Iterator[str]:
        """The ways there are on the CPU, slowest first."""
        yield from ladder.rungs(self._folder, self._task)

    def rung(self, name: str) -> Iterator[Run]:
        """The runs of one of these ways."""
        yield from repeat(partial(_run, ladder.rungs(self._folder, self._task)[name]()))

    def products(self, number_format: str) -> Iterator[tuple[float, float]]:
        """Seconds of our own loop, and of its matrix products alone, one after the other so that both are alike."""
        own, products = ladder.own_loop(self._folder, self._task, number_format)
        for _ in repeat(partial(_run, own)):
            begin = time.perf_counter()
            _run(own)
            middle = time.perf_counter()
            products()
            yield middle - begin, time.perf_counter() - middle

    def device(self) -> Iterator[str]:
        """mps or cuda where there is one; nothing otherwise."""
        if self._device != "cpu":
            yield self._device

    def on_device(self, number_format: str) -> Iterator[Run]:
        """Our own loop, pruned, on that device, as the product runs it."""
        model = self._on_device(number_format)
        graphs = Graphs(model) if self._device == "cuda" else None
        yield from repeat(partial(_run, partial(self._write, model, graphs)))

    def bound_ms(self, number_format: str) -> Iterator[float]:
        """Milliseconds that the device needs to read the weights for one piece; nothing where it is not CUDA."""
        import torch

        if self._device == "cuda":
            size = getattr(torch, number_format).itemsize
            yield self._weights_per_piece() * size / _readable_bytes_per_second(self._device) * 1000

    def _weights_per_piece(self) -> int:
        """How many: the decoder's layers, and the output layer, pruned."""
        source = open_source(self._folder)
        once = ("encoder_attn.k_proj", "encoder_attn.v_proj")  # a sentence
        layers = sum(
            tensor.numel()
            for name, tensor in source.tensors.items()
            if name.startswith("model.decoder.layers.") and not any(part in name for part in once)
        )
        output = source.embedding if self._task.kept is None else self._task.kept.rows
        return int(layers + output.numel())

    def _open(self, way: str) -> tuple[ladder.Run, str]:
        if way in (BEAMS, GREEDY):
            beams, number_format = (3, "float32") if way == BEAMS else (1, "bfloat16")
            return ladder.generating(self._folder, self._task, number_format, beams, self._device), number_format
        if self._device == "cpu":
            return ladder.own_loop(self._folder, self._task, "int8")[0], "int8"
        model = self._on_device("bfloat16")
        return partial(self._write, model, Graphs(model) if self._device == "cuda" else None), "bfloat16"

    def _on_device(self, number_format: str) -> Model:
        return Model(open_source(self._folder), number_format, self._device, self._task.kept)

    def _write(self, model: Model, graphs: Graphs | None) -> Iterator[int]:
        import torch

        with torch.inference_mode():
            encoded = model.encode(self._task.ids)
        if graphs is None:
            yield from greedy.greedy(model, encoded, self._task.start, PIECES)
        else:
            yield from greedy.on_device(graphs.steps(encoded), model, self._task.start, PIECES)


def create(folder: str = "", size: Size = "600m", device: str = "auto", threads: int = 0) -> TorchRungs:
    """What a worker hosts."""
    return TorchRungs(folder, size, device, threads)


def _run(run: Callable[[], Iterator[int]]) -> Run:
    first_s, whole_s = ladder.first_and_last(run, PHRASE_PIECES, time.perf_counter)
    return Run(first_s * 1000, whole_s * 1000, PIECES)


def _readable_bytes_per_second(device: str) -> float:
    """How fast the device reads its memory: the sum over 1 GiB, the fastest of five."""
    import torch

    block = torch.ones(2**28, dtype=torch.float32, device=device)
    fastest = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        block.sum().item()
        fastest = min(fastest, time.perf_counter() - begin)
    return block.nbytes / fastest
