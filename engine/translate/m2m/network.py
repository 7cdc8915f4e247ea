"""The layers of NLLB (M2M100) over one's own caches, without what training and batches of sentences need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.translate.m2m.linear import Linear

Maker = Callable[[Any, Any | None], Linear]
"""(weight, bias) -> product"""

_FLOAT16_LIMIT = 64504.0
"""As in training: what overflows float16 is cut off in the encoder."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a decoder layer has seen of the sentence it writes: keys and values, (beams, heads, capacity, head)."""

    keys: Any
    values: Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the memory the rows of a step belong, and how much of it they see."""

    slot: Any
    """first row and number of rows, or on a device the rows' indices as a tensor"""
    window: int
    """rows of memory to look at"""
    mask: Any | None
    """(rows, window), added to the scores; None when every row sees the whole window"""


class Parameters:
    """The weights of one layer by their short names, in the type of the hidden states, on the device."""

    def __init__(self, tensors: Mapping[str, Any], prefix: str, kind: Any, device: str) -> None:
        self._tensors, self._prefix, self._kind, self._device = tensors, prefix, kind, device

    def norm(self, name: str) -> Callable[[Any], Any]:
        """The layer norm called `name`."""
        from torch.nn.functional import layer_norm

        weight, bias = (self._tensors[f"{self._prefix}{name}.{part}"] for part in ("weight", "bias"))
        weight, bias = weight.to(self._device, self._kind), bias.to(self._device, self._kind)
        size = tuple(weight.shape)
        return lambda hidden: layer_norm(hidden, size, weight, bias)

    def linear(self, maker: Maker, *names: str) -> Linear:
        """The products called `names`, as one, their outputs side by side."""
        import torch

        weights = [self._tensors[f"{self._prefix}{name}.weight"] for name in names]
        biases = [self._tensors[f"{self._prefix}{name}.bias"] for name in names]
        return maker(torch.cat(weights), torch.cat(biases))


class EncoderLayer:
    """Self-attention over the whole sentence, then the feed-forward network."""

    def __init__(self, parameters: Parameters, heads: int, activation: Callable[[Any], Any], maker: Maker) -> None:
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
        queries, keys, values = split_heads(joined, 3, self._heads)
        hidden = hidden + self._attention_out(attend(queries, keys, values, mask))
        hidden = self._feed(hidden)
        if hidden.dtype == torch.float16:
            hidden = hidden.clamp(-_FLOAT16_LIMIT, _FLOAT16_LIMIT)
        return hidden


class DecoderLayer:
    """Self-attention over what was written, attention to the source, then the feed-forward network."""

    def __init__(self, parameters: Parameters, heads: int, activation: Callable[[Any], Any], maker: Maker) -> None:
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

    def __call__(self, hidden: Any, memory: Memory, place: Place, source: Memory, source_mask: Any | None) -> Any:
        """`hidden` is (beams, rows, width), the rows that `place` adds to `memory`."""
        joined = self._attention_in(self._before_attention(hidden)).to(hidden.dtype)
        queries, keys, values = split_heads(joined, 3, self._heads)
        keys, values = remember(memory.keys, keys, place), remember(memory.values, values, place)
        hidden = hidden + self._attention_out(attend(queries, keys, values, place.mask))
        joined = self._source_in(self._before_source(hidden)).to(hidden.dtype)
        (queries,) = split_heads(joined, 1, self._heads)
        hidden = hidden + self._source_out(attend(queries, source.keys, source.values, source_mask))
        return self._feed(hidden)


class FeedForward:
    """Norm, widen, bend, narrow, add."""

    def __init__(self, parameters: Parameters, activation: Callable[[Any], Any], maker: Maker) -> None:
        self._before = parameters.norm("final_layer_norm")
        self._widen = parameters.linear(maker, "fc1")
        self._activation = activation
        self._narrow = parameters.linear(maker, "fc2")
        self.products = (self._widen, self._narrow)

    def __call__(self, hidden: Any) -> Any:
        """(beams, rows, width) in and out."""
        return hidden + self._narrow(self._activation(self._widen(self._before(hidden))))


def split_heads(joined: Any, parts: int, heads: int) -> Any:
    """(beams, rows, parts * width) -> `parts` tensors (beams, heads, rows, head)."""
    beams, rows, width = joined.shape
    return joined.view(beams, rows, parts, heads, width // (parts * heads)).permute(2, 0, 3, 1, 4).unbind(0)


def attend(queries: Any, keys: Any, values: Any, mask: Any | None) -> Any:
    """Scaled dot-product attention; the heads are joined again: (beams, rows, width)."""
    from torch.nn.functional import scaled_dot_product_attention

    seen = scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
    return seen.transpose(1, 2).flatten(2)


def remember(store: Any, rows: Any, place: Place) -> Any:
    """Write `rows` to their place and return the window that may be looked at."""
    if isinstance(place.slot, tuple):
        store.narrow(2, *place.slot).copy_(rows)
    else:
        store.index_copy_(2, place.slot, rows)
    return store.narrow(2, 0, place.window)
