"""Matrix products in the number formats a device is good at."""

from __future__ import annotations

from typing import Any, Protocol


class Linear(Protocol):
    """A product with weights that stay."""

    width: int
    """of the rows that go in"""

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


def make(weight: Any, bias: Any | None, number_format: str, device: str, *, many_rows: bool) -> Linear:
    """The product with `weight` (out, in), plus `bias`. `many_rows`: it will be used for whole sentences at once.

    int8 is for the decoder, which takes one row at a time and so is bound by memory; whole sentences are bound by
    computing, and take bfloat16.
    """
    kind = product_type(number_format)
    bias = None if bias is None else bias.to(device, kind)
    if number_format == "int8" and not many_rows:
        return _Int8(weight, bias)
    weight = weight.to(device, kind)
    if device == "cpu" and _can_pack(kind):
        return _Packed(weight, bias)
    return _Plain(weight.contiguous(), bias)


def _can_pack(kind: Any) -> bool:
    import torch

    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    return bool(kind == torch.float32 or (kind == torch.bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported()))


class _Plain:
    def __init__(self, weight: Any, bias: Any | None) -> None:
        from torch.nn.functional import linear

        self._multiply, self._weight, self._bias, self.width = linear, weight, bias, weight.shape[1]

    def __call__(self, hidden: Any) -> Any:
        return self._multiply(hidden.to(self._weight.dtype), self._weight, self._bias)


class _Packed:
    """Weights laid out once as oneDNN wants them: it would otherwise lay them out anew at every product."""

    def __init__(self, weight: Any, bias: Any | None) -> None:
        import torch

        self._multiply = torch.ops.mkldnn._linear_pointwise.default
        self._weight, self._bias = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), 1), bias
        self._kind, self.width = weight.dtype, weight.shape[1]

    def __call__(self, hidden: Any) -> Any:
        return self._multiply(hidden.to(self._kind), self._weight, self._bias, "none", [], "")


class _Int8:
    """Weights of 8 bits with one scale for each output; sums are taken in float32, hidden states stay bfloat16."""

    def __init__(self, weight: Any, bias: Any | None) -> None:
        import torch

        self._multiply, self._kind = torch.ops.aten._weight_int8pack_mm.default, torch.bfloat16
        # Rounded first, so that the weights make up for the scale's rounding.
        self._scale = (weight.abs().amax(1).float().clamp(min=1e-8) / 127.0).to(torch.bfloat16)
        self._weight = (weight.float() / self._scale.float()[:, None]).round_().clamp_(-127, 127).to(torch.int8)
        self._bias, self.width = bias, weight.shape[1]

    def __call__(self, hidden: Any) -> Any:
        rows = hidden.to(self._kind).view(-1, hidden.shape[-1])
        product = self._multiply(rows, self._weight, self._scale)
        product = product if self._bias is None else product.add_(self._bias)
        return product.view(*hidden.shape[:-1], -1)
