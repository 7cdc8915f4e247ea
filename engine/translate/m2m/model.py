"""NLLB ready to decode: the encoder run once a sentence, the decoder step by step, on one device in one format."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.translate.m2m import linear
from engine.translate.m2m.network import DecoderLayer, EncoderLayer, LayerMemory, Memory, Parameters, Place, split_heads
from engine.translate.m2m.source import Shape, Source

LENGTHS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""Sentences are padded to one of these: devices and oneDNN prepare for every new length, and keep what they made."""

MOST_NEW = 256
"""A translation has at most so many pieces."""

CAPACITY = 320
"""So many rows of memory are the most: MOST_NEW and what a translation starts with, rounded up."""


def padded_length(pieces: int) -> int:
    """The length that a sentence of so many pieces gets."""
    return next(size for size in LENGTHS if size >= pieces)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A sentence as the decoder looks at it."""

    memory: Memory
    mask: Any
    """(1, length): 0 for a piece, minus infinity for padding"""

    def layers(self) -> list[LayerMemory]:
        """What each layer of the decoder sees of the sentence."""
        length = self.mask.shape[1]
        return self.memory.at(Place((0, length), length, self.mask))


@dataclass(frozen=True, slots=True)
class Output:
    """What may be written: ids of the vocabulary, ascending, shape (kept,), and their rows (kept, width)."""

    kept: Any
    rows: Any


class Model:
    """The network on `device` (cpu, cuda, mps), in `number_format`, writing what `output` has, None for everything.

    Scores and `pick` speak of the n-th kept piece; `ids` has the vocabulary's ids. `is_static`: every step has the same
    shapes, as graphics processors want it; else only what is needed is computed.
    """

    def __init__(
        self,
        source: Source,
        number_format: str,
        device: str,
        output: Output | None = None,
        *,
        is_static: bool | None = None,
    ) -> None:
        import torch

        self.shape, self.device, self.number_format = source.shape, device, number_format
        self.is_static = device != "cpu" if is_static is None else is_static
        self.kind = linear.hidden_type(number_format, device)
        self.ids: list[int] = list(range(source.shape.vocabulary)) if output is None else output.kept.tolist()
        self._embedding = source.embedding
        self._scale = math.sqrt(source.shape.width) if source.shape.scales_embedding else 1.0
        self._build_layers(source)
        rows = source.embedding if output is None else output.rows
        self._output = linear.make(rows, None, number_format, device, many_rows=False)
        self._rows: Any = rows.to(device, self.kind) if self.is_static else None
        most = max(*LENGTHS, CAPACITY)
        self._positions = _positions(most, source.shape).to(device, self.kind)
        self._causal = torch.full((CAPACITY, CAPACITY), float("-inf"), dtype=self.kind).triu(1).to(device)

    def encode(self, ids: Sequence[int]) -> Encoded:
        """Run the encoder over the pieces of a sentence, at most LENGTHS[-1] of them."""
        import torch

        length = padded_length(len(ids))
        mask = torch.zeros(1, length)
        mask[:, len(ids) :] = float("-inf")
        mask = mask.to(self.device, self.kind)
        hidden = self.embed([[*ids, *[self.shape.pad] * (length - len(ids))]], 0)
        for layer in self._encoder:
            hidden = layer(hidden, mask)
        joined = self._source_memory(self._encoder_norm(hidden)).to(self.kind)
        parts = split_heads(joined, 2 * self.shape.decoder_layers, self.shape.decoder_heads)
        return Encoded(Memory(parts.contiguous().unflatten(0, (-1, 2))), mask)

    def memory(self, beams: int, capacity: int) -> Memory:
        """An empty memory for the decoder."""
        import torch

        heads = self.shape.decoder_heads
        size = (self.shape.decoder_layers, 2, beams, heads, capacity, self.shape.width // heads)
        return Memory(torch.zeros(size, dtype=self.kind, device=self.device))

    def embed(self, ids: Sequence[Sequence[int]], first: int) -> Any:
        """Hidden states (beams, rows, width) for ids of the vocabulary, the first of them at position `first`.

        Any id will do, even one that is never written: the whole embedding stays on the disk.
        """
        import torch

        if len(ids) == len(ids[0]) == 1:
            # The common step; looking up a list of one takes several times longer.
            found = self._embedding[ids[0][0]].view(1, 1, -1)
        else:
            found = torch.embedding(self._embedding, torch.tensor(ids))
        hidden = found.to(self.device, self.kind) * self._scale
        return hidden.add_(self._positions[first : first + len(ids[0])])

    def embed_kept(self, index: Any, position: Any) -> Any:
        """The same for the n-th kept piece at one position, tensors of shape (1,), without leaving the device."""
        hidden = self._rows.index_select(0, index) * self._scale
        return (hidden + self._positions.index_select(0, position)).unsqueeze(0)

    def place(self, first: int, rows: int, capacity: int) -> Place:
        """Where `rows` rows belong that follow `first` others."""
        import torch

        if self.is_static:
            return self.place_at(torch.arange(first, first + rows, device=self.device), capacity)
        mask = self._causal[:rows, :rows] if rows > 1 else None
        assert mask is None or first == 0, "several rows at once only begin a translation"
        return Place((first, rows), first + rows, mask)

    def place_at(self, positions: Any, capacity: int) -> Place:
        """The same for positions that only the device knows."""
        return Place(positions, capacity, self._causal.index_select(0, positions)[:, :capacity])

    def step(self, hidden: Any, memory: Memory, place: Place, source: Sequence[LayerMemory]) -> Any:
        """Scores (beams, kept), float32, for what follows the last of the rows in `hidden`, which is written over."""
        for layer, own, other in zip(self._decoder, memory.at(place), source, strict=True):
            hidden = layer(hidden, own, other)
        return self._output(self._decoder_norm(hidden[:, -1])).float()

    def products(self) -> tuple[list[linear.Linear], list[linear.Linear]]:
        """The matrix products of the encoder and of one step, in their order."""
        encoder = [product for layer in self._encoder for product in layer.products]
        decoder = [product for layer in self._decoder for product in layer.products]
        return [*encoder, self._source_memory], [*decoder, self._output]

    def _build_layers(self, source: Source) -> None:
        from transformers.activations import ACT2FN

        shape = source.shape
        few, many = (
            partial(linear.make, number_format=self.number_format, device=self.device, many_rows=is_many)
            for is_many in (False, True)
        )
        of = partial(Parameters, source.tensors, kind=self.kind, device=self.device)
        # None: the product does it on the way.
        bend = None if shape.activation == "relu" else ACT2FN[shape.activation]
        self._encoder = [
            EncoderLayer(of(f"model.encoder.layers.{n}."), shape.encoder_heads, bend, many)
            for n in range(shape.encoder_layers)
        ]
        self._decoder = [
            DecoderLayer(of(f"model.decoder.layers.{n}."), shape.decoder_heads, bend, few)
            for n in range(shape.decoder_layers)
        ]
        self._encoder_norm = of("model.encoder.").norm("layer_norm")
        self._decoder_norm = of("model.decoder.").norm("layer_norm")
        names = [f"{n}.encoder_attn.{name}_proj" for n in range(shape.decoder_layers) for name in "kv"]
        self._source_memory = of("model.decoder.layers.").linear(many, *names)


def _positions(number: int, shape: Shape) -> Any:
    from transformers.models.m2m_100.modeling_m2m_100 import M2M100SinusoidalPositionalEmbedding

    skipped = shape.pad + 1
    return M2M100SinusoidalPositionalEmbedding.get_embedding(number + skipped, shape.width, shape.pad)[skipped:]
