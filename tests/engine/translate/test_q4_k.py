"""Weights of four bits, read back by the package that knows the format."""

from __future__ import annotations

import numpy as np
import pytest

from engine.translate import q4_k
from engine.translate.q4_k import BLOCK, Floats

gguf = pytest.importorskip("gguf", reason="gguf is not installed: pip install 'streamtts[offline]'")


def _read_back(rows: Floats) -> Floats:
    packed = q4_k.quantized(rows)
    assert packed.dtype == np.uint8
    assert packed.shape == (len(rows), rows.shape[1] // BLOCK * q4_k.BLOCK_BYTES)
    floats: Floats = gguf.quants.dequantize(packed, gguf.GGMLQuantizationType.Q4_K)
    return floats


def _error(rows: Floats, back: Floats) -> float:
    return float(np.sqrt(((back - rows) ** 2).mean() / (rows**2).mean()))


def _normal(count: int, width: int) -> Floats:
    return np.random.default_rng(7).normal(size=(count, width)).astype(np.float32)


def test_weights_come_back_better_than_from_the_simple_format_of_the_same_size() -> None:
    rows = _normal(16, 3 * BLOCK) * np.float32(0.02)
    kind = gguf.GGMLQuantizationType.Q4_0
    simple = gguf.quants.dequantize(gguf.quants.quantize(rows, kind), kind)
    assert _error(rows, _read_back(rows)) < 0.08 < _error(rows, simple)


@pytest.mark.parametrize("group", range(8))
def test_each_group_of_a_block_has_a_scale_and_a_minimum_of_its_own(group: int) -> None:
    rows = np.zeros((1, BLOCK), np.float32)
    part = slice(32 * group, 32 * group + 32)
    rows[0, part] = np.linspace(-0.5, 1.0, 32)
    back = _read_back(rows)
    assert np.abs(back - rows).max() < 0.06
    back[0, part] = 0
    assert not back.any()


def test_sixteen_steps_come_back_as_they_were() -> None:
    rows = np.tile(np.arange(16, dtype=np.float32), (2, BLOCK // 16))
    np.testing.assert_allclose(_read_back(rows), rows, rtol=1e-3)


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 1e-9])
def test_weights_that_are_all_the_same(value: float) -> None:
    rows = np.full((2, BLOCK), value, np.float32)
    np.testing.assert_allclose(_read_back(rows), rows, rtol=0.01, atol=1e-6)


def test_rows_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="rows of 100 weights cannot be packed by 256"):
        q4_k.quantized(np.zeros((1, 100), np.float32))
