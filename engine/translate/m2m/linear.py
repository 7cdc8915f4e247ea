"""Matrix products in the number formats a device is good at."""

from __future__ import annotations

import warnings
from typing import Any, Protocol


class NotANumberError(RuntimeError):
    """The device computed NaN."""


class Linear(Protocol):
    """A product with weights that stay."""

    width: int
    """of the rows that go in"""
    kind: Any
    """the torch type that it computes with, of rows that need no conversion"""

    def __call__(self, hidden: Any) -> Any:
        """(…, width) -> (…, out); takes any float type, gives the type of its format."""
        ...


def product_type(number_format: str) -> Any:
    """The torch type that goes into the products and comes out of them."""
    import torch

    return torch.bfloat16 if number_format == "int8" else getattr(torch, number_format)


def hidden_type(number_format: str, device: str) -> Any:
    """The torch type of what lies between the products.

    float32 on a CPU, where attention over a few rows takes several times longer in bfloat16.
    """
    import torch

    return torch.float32 if device == "cpu" else product_type(number_format)


def make(
    weight: Any, bias: Any | None, number_format: str, device: str, *, many_rows: bool, then_relu: bool = False
) -> Linear:
    """The product with `weight` (out, in), plus `bias`. `many_rows`: it will be used for whole sentences at once.

    int8 is for the decoder, which takes one row at a time and so is bound by memory; whole sentences are bound by
    computing, and take bfloat16.
    """
    if number_format == "int8" and not many_rows:
        return (_Int8 if _has_fbgemm() else _Int8Weights)(weight, bias, then_relu)
    kind = product_type(number_format)
    weight, bias = weight.to(device, kind), None if bias is None else bias.to(device, kind)
    if device == "cpu" and _can_pack(kind):
        return _Packed(weight, bias, then_relu)
    return _Plain(weight.contiguous(), bias, then_relu)


def _has_fbgemm() -> bool:
    import torch

    # Without quantised tensors, which torch is about to drop, the other product of 8 bits has to do.
    return "fbgemm" in torch.backends.quantized.supported_engines and hasattr(torch, "quantize_per_channel")


def _can_pack(kind: Any) -> bool:
    import torch

    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    return bool(kind == torch.float32 or (kind == torch.bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported()))


class _Plain:
    def __init__(self, weight: Any, bias: Any | None, then_relu: bool) -> None:
        from torch.nn.functional import linear

        self._multiply, self._weight, self._bias, self._then_relu = linear, weight, bias, then_relu
        self.width, self.kind = weight.shape[1], weight.dtype

    def __call__(self, hidden: Any) -> Any:
        product = self._multiply(hidden.to(self.kind), self._weight, self._bias)
        return product.relu_() if self._then_relu else product


class _Packed:
    """Weights laid out once as oneDNN wants them: it would otherwise lay them out anew at every product."""

    def __init__(self, weight: Any, bias: Any | None, then_relu: bool) -> None:
        import torch

        self._multiply = torch.ops.mkldnn._linear_pointwise.default
        self._weight, self._bias = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), 1), bias
        self.width, self.kind, self._then = weight.shape[1], weight.dtype, "relu" if then_relu else "none"

    def __call__(self, hidden: Any) -> Any:
        return self._multiply(hidden.to(self.kind), self._weight, self._bias, self._then, [], "")


class _Int8:
    """Weights of 8 bits with one scale for each output, rows rounded to 8 bits on their way in: FBGEMM, on x86."""

    def __init__(self, weight: Any, bias: Any | None, then_relu: bool) -> None:
        import torch

        plain, bent = torch.ops.quantized.linear_dynamic, torch.ops.quantized.linear_relu_dynamic
        self._multiply = (bent if then_relu else plain).default
        # Without these instructions the sums of two products of 8 bits do not fit: the rows get 7.
        self._reduces_range = not torch.cpu.get_capabilities().get("avx512_vnni", False)
        weight = weight.float()
        scale = weight.abs().amax(1).double().clamp(min=1e-8) / 127.0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            zeros = torch.zeros(len(scale), dtype=torch.int64)
            rounded = torch.quantize_per_channel(weight, scale, zeros, 0, torch.qint8)
        before = torch.backends.quantized.engine
        torch.backends.quantized.engine = "fbgemm"
        try:
            self._packed = torch.ops.quantized.linear_prepack(rounded, None if bias is None else bias.float())
        finally:
            torch.backends.quantized.engine = before
        self.width, self.kind = weight.shape[1], torch.float32

    def __call__(self, hidden: Any) -> Any:
        try:
            return self._multiply(hidden, self._packed, self._reduces_range)
        except RuntimeError as error:
            if hidden.isfinite().all():
                raise
            # There is no scale for such rows.
            raise NotANumberError("the CPU computed NaN in int8") from error


class _Int8Weights:
    """Weights of 8 bits with one scale for each output; rows stay bfloat16, sums are taken in float32."""

    def __init__(self, weight: Any, bias: Any | None, then_relu: bool) -> None:
        import torch

        self._multiply, self.kind = torch.ops.aten._weight_int8pack_mm.default, torch.bfloat16
        # Rounded first, so that the weights make up for the scale's rounding.
        self._scale = (weight.abs().amax(1).float().clamp(min=1e-8) / 127.0).to(torch.bfloat16)
        self._weight = (weight.float() / self._scale.float()[:, None]).round_().clamp_(-127, 127).to(torch.int8)
        self._bias, self._then_relu = None if bias is None else bias.to(self.kind), then_relu
        self.width = weight.shape[1]

    def __call__(self, hidden: Any) -> Any:
        rows = hidden.to(self.kind).view(-1, hidden.shape[-1])
        product = self._multiply(rows, self._weight, self._scale)
        product = product if self._bias is None else product.add_(self._bias)
        product = product.relu_() if self._then_relu else product
        return product.view(*hidden.shape[:-1], -1)
