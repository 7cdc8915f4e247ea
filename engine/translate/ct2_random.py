"""CTranslate2 models of known shapes with weights made at random: for speed, where the real ones are not to be had."""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine.translate import ct2_decoding
from engine.translate.ct2_decoding import Loaded
from engine.translate.ct2_families import Codec
from engine.translate.ct2_tuning import Setup
from engine.translate.m2m.random_weights import MARK

_SPREAD = 0.03
_MAP = "vmap.txt"
_SPECIAL = ("<unk>", "<s>", "</s>")

Run = Callable[[], Iterator[int]]
"""Translates once and yields the pieces' ids when they are there."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a Transformer."""

    encoder_layers: int
    decoder_layers: int
    width: int
    inner: int
    """width of the feed-forward layers"""
    heads: int
    vocabulary: int
    is_shared: bool
    """one table of pieces for both languages, which is the output layer too"""
    pre_norm: bool = True
    kept: int = 0
    """pieces that one language needs, where the model knows many; 0 for all"""


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "nllb-600m": Shape(12, 12, 1024, 4096, 16, 256_206, is_shared=True, kept=36_000),
        # 8 and 2 layers as published; the vocabulary follows from the size of its file, 401,699,775 bytes of float16.
        "quickmt": Shape(8, 2, 1024, 4096, 16, 20_000, is_shared=False),
        "fugumt": Shape(6, 6, 512, 2048, 8, 32_000, is_shared=True, pre_norm=False),
        "tiny": Shape(1, 1, 32, 64, 2, 100, is_shared=True),
    }
)


def make_random(folder: Path, name: str, seed: int = 0, quantization: str = "int8", kept: int | None = None) -> Path:
    """Write a model of the shape `name` into `folder`, and a file that says what it is. There is no tokenizer.

    It gets a map of as many pieces to choose among as the shape says, or as `kept` says; 0 is none. `nllb-600m` takes
    0.6 GB on the disk and about 3 GB of memory while it is made.
    """
    from ctranslate2 import specs

    shape = SHAPES[name]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(f"The shape of {name}, weights made at random with seed {seed}. No translator.\n")
    spec = specs.TransformerSpec.from_config(
        (shape.encoder_layers, shape.decoder_layers), shape.heads, pre_norm=shape.pre_norm
    )
    _Filling(shape, seed).fill(spec)
    pieces = [*_SPECIAL, *(f"piece{number}" for number in range(shape.vocabulary - len(_SPECIAL)))]
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.validate()
    spec.optimize(quantization=quantization)
    spec.save(str(folder))
    number = shape.kept if kept is None else kept
    if number:
        chosen = random.Random(seed).sample(pieces[len(_SPECIAL) :], number)
        (folder / _MAP).write_text("\t" + " ".join(chosen) + "\n")
    return folder


def is_random(folder: Path) -> bool:
    """Whether `folder` holds weights made at random, which any report has to say."""
    return (folder / MARK).is_file()


def open_run(
    folder: Path,
    name: str,
    setup: Setup,
    *,
    device: str = "cpu",
    source_pieces: int = 24,
    pieces: int = 25,
    is_narrowed: bool | None = None,
) -> Run:
    """What translates a sentence of `source_pieces` into exactly `pieces`, always the same, with the model in `folder`.

    `name` is the shape it was made with. The map is used where there is one, as translators do, unless `is_narrowed` is
    False. Raises what CTranslate2 raises for a file or a device that fails.
    """
    import ctranslate2

    engine = ctranslate2.Translator(
        str(folder),
        device=device,
        compute_type=setup.number_format,
        inter_threads=1,
        intra_threads=setup.threads,
    )
    numbers = random.Random(1)
    own = SHAPES[name].vocabulary - len(_SPECIAL)
    sentence = tuple(f"piece{numbers.randrange(own)}" for _ in range(source_pieces - 1))
    # The end is never taken before: each run does the same work.
    options = {"beam_size": 1, "min_decoding_length": pieces, "max_decoding_length": pieces}
    codec = Codec("random", str.split, " ".join, (), ("</s>",), ())
    has_map = (folder / _MAP).is_file() and is_narrowed is not False
    return partial(_streamed, Loaded(engine, codec, device, has_map), (*sentence, "</s>"), options)


def _streamed(loaded: Loaded, sentence: tuple[str, ...], options: Mapping[str, Any]) -> Iterator[int]:
    found: queue.SimpleQueue[int | None] = queue.SimpleQueue()

    def translate() -> None:
        try:
            ct2_decoding.run(loaded, sentence, options, _Counting(found))
        finally:
            found.put(None)

    thread = threading.Thread(target=translate, daemon=True)
    thread.start()
    count = 0
    while (number := found.get()) is not None:
        count += 1
        if count <= options["max_decoding_length"]:
            yield number
    thread.join()


class _Counting:
    """Takes the numbers of the pieces."""

    def __init__(self, found: queue.SimpleQueue[int | None]) -> None:
        self._found = found

    def take(self, step: Any) -> bool:
        """Pass one on."""
        self._found.put(step.token_id)
        return False


class _Filling:
    """Puts random numbers into a specification."""

    def __init__(self, shape: Shape, seed: int) -> None:
        import numpy as np

        self._shape = shape
        self._numpy = np
        self._numbers = np.random.default_rng(seed)

    def fill(self, spec: Any) -> None:
        """Set every weight that the specification wants."""
        shape = self._shape
        source = self._table()
        target = source if shape.is_shared else self._table()
        output = source if shape.is_shared else self._table()
        spec.encoder.embeddings[0].weight = source
        spec.decoder.embeddings.weight = target
        spec.decoder.projection.weight = output
        for side in (spec.encoder, spec.decoder):
            if shape.pre_norm:
                self._norm(side.layer_norm)
            for layer in side.layer:
                self._attention(layer.self_attention, (3, 1))
                if side is spec.decoder:
                    self._attention(layer.attention, (1, 2, 1))
                self._norm(layer.ffn.layer_norm)
                self._linear(layer.ffn.linear_0, shape.inner, shape.width)
                self._linear(layer.ffn.linear_1, shape.width, shape.inner)

    def _attention(self, spec: Any, parts: tuple[int, ...]) -> None:
        self._norm(spec.layer_norm)
        for linear, number in zip(spec.linear, parts, strict=True):
            self._linear(linear, number * self._shape.width, self._shape.width)

    def _table(self) -> Any:
        return self._random(self._shape.vocabulary, self._shape.width)

    def _linear(self, spec: Any, rows: int, columns: int) -> None:
        spec.weight = self._random(rows, columns)
        spec.bias = self._random(rows)

    def _norm(self, spec: Any) -> None:
        spec.gamma = self._numpy.ones(self._shape.width, dtype="float16")
        spec.beta = self._numpy.zeros(self._shape.width, dtype="float16")

    def _random(self, *size: int) -> Any:
        return (self._numbers.standard_normal(size, dtype="float32") * _SPREAD).astype("float16")
