"""One tensor of a GGUF file with fewer rows, or fewer bits for each weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.translate import q4_k

_ROWS_AT_ONCE = 256
"""Repacked at once: their floats fit into a processor's cache, which is four times as fast."""


class SmallerTensor:
    """What is written of a tensor that a `GGUFReader` has read."""

    def __init__(self, tensor: Any, numbers: Sequence[int] | None, *, is_repacked: bool) -> None:
        """`numbers` are the rows that stay, all without them; `is_repacked` makes it Q4_K."""
        from gguf import GGMLQuantizationType as Kind

        self.name: str = tensor.name
        self._rows, self._read_kind = tensor.data, tensor.tensor_type
        self._numbers = numbers
        self._is_repacked = is_repacked
        self.kind = Kind.Q4_K if is_repacked else tensor.tensor_type
        self.dtype: np.dtype[Any] = np.dtype(np.uint8) if is_repacked else tensor.data.dtype
        self.shape = self._shape(int(tensor.shape[0]))

    @property
    def n_bytes(self) -> int:
        """Bytes that are written."""
        return int(np.prod(self.shape)) * self.dtype.itemsize

    def content(self) -> Any:
        """The array that is written, of the given shape and dtype. Raises ValueError when it cannot be repacked."""
        rows = self._rows if self._numbers is None else self._rows[list(self._numbers)]
        if not self._is_repacked:
            return rows
        return np.concatenate(
            [self._repacked(rows[start : start + _ROWS_AT_ONCE]) for start in range(0, len(rows), _ROWS_AT_ONCE)]
        )

    def _repacked(self, rows: Any) -> q4_k.Bytes:
        from gguf.quants import dequantize

        return q4_k.quantized(dequantize(rows, self._read_kind))

    def _shape(self, width: int) -> tuple[int, ...]:
        count = len(self._rows) if self._numbers is None else len(self._numbers)
        if self._is_repacked:
            return count, width // q4_k.BLOCK * q4_k.BLOCK_BYTES
        return count, *self._rows.shape[1:]
