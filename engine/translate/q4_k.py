"""Weights as Q4_K, llama.cpp's format of 4.5 bits for each: a processor reads fewer bytes for every token than of Q6_K.

The format is ggml's `block_q4_K`: 256 weights, of which every 32 have a scale and a minimum of 6 bits, in multiples of
two float16 for the whole block. The gguf package reads it, but writes only simpler ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

VERSION = 1
"""Changes with what comes out."""
BLOCK = 256
"""Weights that are packed together; a row's length must be a multiple."""
BLOCK_BYTES = 144

_GROUP = 32
_GROUPS = BLOCK // _GROUP
_HIGHEST = 15
_HIGHEST_SCALE = 63
_REFITS = 3
"""More of them, or several scales to start from, bring the weights back less than 2 % better."""

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


def quantized(rows: Floats) -> Bytes:
    """Weights (rows, n) as bytes (rows, n / 256 * 144). Raises ValueError where n is no multiple of 256."""
    count, width = rows.shape
    if width % BLOCK:
        raise ValueError(f"rows of {width} weights cannot be packed by {BLOCK}")
    weights = rows.reshape(-1, _GROUPS, _GROUP)
    scales, minima = _fitted(weights)
    whole_scale, small_scales = _in_six_bits(scales)
    whole_minimum, small_minima = _in_six_bits(minima)
    steps = _steps(weights, whole_scale.astype(np.float32) * small_scales, whole_minimum * small_minima)
    packed = np.concatenate(
        [
            whole_scale.view(np.uint8),
            whole_minimum.view(np.uint8),
            _packed_scales(small_scales, small_minima),
            _packed_steps(steps),
        ],
        axis=1,
    )
    return packed.reshape(count, width // BLOCK * BLOCK_BYTES)


def _fitted(weights: Floats) -> tuple[Floats, Floats]:
    """Scale and minimum of each group, so that a weight is about `scale * step - minimum`, step being 0 to 15."""
    lowest = np.minimum(weights.min(-1), 0)
    scales, minima = (np.maximum(weights.max(-1), 0) - lowest) / _HIGHEST, -lowest
    for _ in range(_REFITS):
        scales, minima = _refitted(weights, _steps(weights, scales, minima))
    return scales, minima


def _refitted(weights: Floats, steps: Floats) -> tuple[Floats, Floats]:
    """Least squares for steps that are chosen. No minimum is below zero: the format has no sign for it."""
    step_sums, weight_sums = steps.sum(-1), weights.sum(-1)
    squares = np.einsum("bgn,bgn->bg", steps, steps)
    products = np.einsum("bgn,bgn->bg", steps, weights)
    scales = _divided(_GROUP * products - step_sums * weight_sums, _GROUP * squares - step_sums**2)
    minima = (scales * step_sums - weight_sums) / _GROUP
    is_below = minima < 0
    scales = np.where(is_below, _divided(products, squares), scales)
    return np.maximum(scales, 0), np.where(is_below, np.float32(0), minima)


def _steps(weights: Floats, scales: Floats, minima: Floats) -> Floats:
    """The whole numbers from 0 to 15 that come closest."""
    steps = (weights + minima[..., None]) * _divided(np.ones_like(scales), scales)[..., None]
    return np.clip(np.rint(steps, out=steps), 0, _HIGHEST, out=steps)


def _in_six_bits(of_groups: Floats) -> tuple[NDArray[np.float16], Bytes]:
    """A float16 for the block (blocks, 1) and whole numbers to 63 (blocks, 8) whose products come closest."""
    whole = (of_groups.max(-1, keepdims=True) / _HIGHEST_SCALE).astype(np.float16)
    as_float = np.broadcast_to(whole.astype(np.float32), of_groups.shape)
    small = np.rint(_divided(of_groups, as_float))
    return whole, np.clip(small, 0, _HIGHEST_SCALE).astype(np.uint8)


def _packed_scales(scales: Bytes, minima: Bytes) -> Bytes:
    """Eight pairs of 6 bits in 12 bytes: four whole ones, with the upper bits of the other four above them."""
    first_scales, last_scales = np.split(scales, 2, axis=1)
    first_minima, last_minima = np.split(minima, 2, axis=1)
    lower_bits = last_scales % 16 + last_minima % 16 * 16
    return np.concatenate(
        [first_scales + last_scales // 16 * 64, first_minima + last_minima // 16 * 64, lower_bits], axis=1
    )


def _packed_steps(steps: Floats) -> Bytes:
    """Two steps to a byte: one group's below the next one's."""
    pairs = steps.astype(np.uint8).reshape(-1, _GROUPS // 2, 2, _GROUP)
    return (pairs[:, :, 0] + pairs[:, :, 1] * 16).reshape(len(pairs), BLOCK // 2)


def _divided(above: Floats, below: Floats) -> Floats:
    """`above / below`, and 0 where `below` is 0."""
    return np.divide(above, below, out=np.zeros_like(above), where=below != 0)
