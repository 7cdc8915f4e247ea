"""The layers of NLLB (M2M100) over one's own caches, without what training and batches of sentences need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.translate.m2m.linear import Linear

Maker = Callable[..., Linear]
"""(weight, bias) -> product, with `then_relu` for one that cuts off what is below zero"""

Bend = Callable[[Any], Any]

_FLOAT16_LIMIT = 64504.0
"""As in training: what overflows float16 is cut off in the encoder."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the memory the rows of a step belong, and how much of it they see."""

    slot: Any
    """first row and number of rows, or on a device the rows' indices as a tensor"""
    window: int
    """rows of memory to look at"""
    mask: Any | None
    """(rows, window), added to the scores; None when every row sees the whole window"""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the decoder's layers have seen: keys and values, (layers, 2, beams, heads, capacity, head), in one piece."""

    store: Any

    def at(self, place: Place) -> list[LayerMemory]:
        """What each layer sees and writes at `place`; for all at once, as every view costs as much as a small sum."""
        windows = self.store.narrow(4, 0, place.window).flatten(0, 1).unbind(0)
        is_narrow = isinstance(place.slot, tuple)
        slots = (self.store.narrow(4, *place.slot) if is_narrow else self.store).unbind(0)
        index = None if is_narrow else place.slot
        return [
            LayerMemory(keys, values, slot, index, place.mask)
            for keys, values, slot in zip(windows[::2], windows[1::2], slots, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class LayerMemory:
    """One layer's keys and values, (beams, heads, window, head), and where new ones go, (2, beams, heads, …, head)."""

    keys: Any
    values: Any
    slot: Any
    index: Any | None
    """rows within `slot`; None for all of them"""
    mask: Any | None

    def write(self, rows: Any) -> None:
        """Write keys and values, (2, beams, heads, rows, head)."""
        if self.index is None:
            self.slot.copy_(rows)
        else:
            self.slot.index_copy_(3, self.index, rows)


class Parameters:
    """The weights of one layer by their short names, in the type of the hidden states, on the device."""

    def __init__(self, tensors: Mapping[str, Any], prefix: str, kind: Any, device: str) -> None:
        self._tensors, self._prefix, self._kind, self._device = tensors, prefix, kind, device

    def norm(self, name: str) -> Callable[[Any], Any]:
        """The layer norm called `name`."""
        from torch import layer_norm

        weight, bias = (self._tensors[f"{self._prefix}{name}.{part}"] for part in ("weight", "bias"))
        weight, bias = weight.to(self._device, self._kind), bias.to(self._device, self._kind)
        size = tuple(weight.shape)
        return lambda hidden: layer_norm(hidden, size, weight, bias, 1e-5, False)

    def linear(self, maker: Maker, *names: str) -> Linear:
        """The products called `names`, as one, their outputs side by side."""
        import torch

        weights = [self._tensors[f"{self._prefix}{name}.weight"] for name in names]
        biases = [self._tensors[f"{self._prefix}{name}.bias"] for name in names]
        return maker(torch.cat(weights), torch.cat(biases))


class EncoderLayer:
    """Self-attention over the whole sentence, then the feed-forward network."""

    def __init__(self, parameters: Parameters, heads: int, activation: Bend | None, maker: Maker) -> None:
        self._heads = heads
        self._before_attention = parameters.norm("self_attn_layer_norm")
        self._attention_in = parameters.linear(maker, *(f"self_attn.{name}_proj" for name in "qkv"))
        self._attention_out = parameters.linear(maker, "self_attn.out_proj")
        self._feed = FeedForward(parameters, activation, maker)
        self.products = (self._attention_in, self._attention_out, *self._feed.products)

    def __call__(self, hidden: Any, mask: Any | None) -> Any:
        """`hidden` is (1, length, width); `mask` (1, length) is added to the scores."""
        import torch

        joined = self._attention_in(self._before_attention(hidden)).to(hidden.dtype)
        queries, keys, values = split_heads(joined, 3, self._heads).unbind(0)
        hidden = hidden.add_(self._attention_out(attend(queries, keys, values, mask)))
        hidden = self._feed(hidden)
        if hidden.dtype == torch.float16:
            hidden = hidden.clamp(-_FLOAT16_LIMIT, _FLOAT16_LIMIT)
        return hidden


class DecoderLayer:
    """Self-attention over what was written, attention to the source, then the feed-forward network."""

    def __init__(self, parameters: Parameters, heads: int, activation: Bend | None, maker: Maker) -> None:
        self._heads = heads
        self._before_attention = parameters.norm("self_attn_layer_norm")
        self._attention_in = parameters.linear(maker, *(f"self_attn.{name}_proj" for name in "qkv"))
        self._attention_out = parameters.linear(maker, "self_attn.out_proj")
        self._before_source = parameters.norm("encoder_attn_layer_norm")
        self._source_in = parameters.linear(maker, "encoder_attn.q_proj")
        self._source_out = parameters.linear(maker, "encoder_attn.out_proj")
        self._feed = FeedForward(parameters, activation, maker)
        attention = (self._attention_in, self._attention_out, self._source_in, self._source_out)
        self.products = (*attention, *self._feed.products)

    def __call__(self, hidden: Any, memory: LayerMemory, source: LayerMemory) -> Any:
        """`hidden` is (beams, rows, width); it is written over."""
        joined = self._attention_in(self._before_attention(hidden)).to(hidden.dtype)
        parts = split_heads(joined, 3, self._heads)
        memory.write(parts.narrow(0, 1, 2))
        seen = attend(parts.select(0, 0), memory.keys, memory.values, memory.mask)
        hidden = hidden.add_(self._attention_out(seen))
        joined = self._source_in(self._before_source(hidden)).to(hidden.dtype)
        beams, rows, width = joined.shape
        queries = joined.view(beams, rows, self._heads, width // self._heads).transpose(1, 2)
        seen = attend(queries, source.keys, source.values, source.mask)
        hidden = hidden.add_(self._source_out(seen))
        return self._feed(hidden)


class FeedForward:
    """Norm, widen, bend, narrow, add. `activation`: how to bend, None for a ReLU."""

    def __init__(self, parameters: Parameters, activation: Bend | None, maker: Maker) -> None:
        self._before = parameters.norm("final_layer_norm")
        self._widen = parameters.linear(partial(maker, then_relu=activation is None), "fc1")
        self._activation = activation
        self._narrow = parameters.linear(maker, "fc2")
        self.products = (self._widen, self._narrow)

    def __call__(self, hidden: Any) -> Any:
        """(beams, rows, width) in and out; what comes in is written over."""
        wide = self._widen(self._before(hidden))
        return hidden.add_(self._narrow(wide if self._activation is None else self._activation(wide)))


def split_heads(joined: Any, parts: int, heads: int) -> Any:
    """(beams, rows, parts * width) -> (parts, beams, heads, rows, head)."""
    beams, rows, width = joined.shape
    if rows == 1:
        # The same numbers in the same order: one view instead of two.
        return joined.view(beams, parts, heads, 1, width // (parts * heads)).transpose(0, 1)
    return joined.view(beams, rows, parts, heads, width // (parts * heads)).permute(2, 0, 3, 1, 4)


def attend(queries: Any, keys: Any, values: Any, mask: Any | None) -> Any:
    """Scaled dot-product attention; the heads are joined again: (beams, rows, width)."""
    from torch.nn.functional import scaled_dot_product_attention

    seen = scaled_dot_product_attention(queries, keys, values, mask)
    beams, _, rows, _ = queries.shape
    return seen.reshape(beams, 1, -1) if rows == 1 else seen.transpose(1, 2).flatten(2)
