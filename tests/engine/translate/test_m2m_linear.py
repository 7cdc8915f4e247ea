from __future__ import annotations

import pytest

from engine.translate.m2m import linear


@pytest.mark.parametrize(("number_format", "farthest"), [("float32", 1e-5), ("bfloat16", 0.01), ("int8", 0.03)])
@pytest.mark.parametrize("many_rows", [False, True])
@pytest.mark.parametrize("rows", [1, 2, 17])
@pytest.mark.parametrize("has_bias", [False, True])
@pytest.mark.parametrize("then_relu", [False, True])
def test_a_product_is_what_torch_says(
    number_format: str, farthest: float, many_rows: bool, rows: int, has_bias: bool, then_relu: bool
) -> None:
    import torch

    torch.manual_seed(1)
    weight, bias, hidden = torch.randn(96, 64), torch.randn(96) if has_bias else None, torch.randn(1, rows, 64)
    product = linear.make(weight, bias, number_format, "cpu", many_rows=many_rows, then_relu=then_relu)
    expected = torch.nn.functional.linear(hidden, weight, bias)
    if then_relu:
        expected.relu_()
    found = product(hidden)
    assert found.shape == expected.shape
    assert (found.float() - expected).norm() <= farthest * expected.norm()
    assert product.width == 64


@pytest.mark.parametrize("lacking", ["_has_fbgemm", "_can_pack"])
@pytest.mark.parametrize("number_format", ["float32", "bfloat16", "int8"])
def test_it_works_where_a_library_is_lacking(monkeypatch: pytest.MonkeyPatch, lacking: str, number_format: str) -> None:
    monkeypatch.setattr(linear, lacking, lambda *_: False)
    for then_relu in (False, True):
        test_a_product_is_what_torch_says(number_format, 0.03, False, 2, True, then_relu)


def test_rows_of_zeros_have_a_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    weight = torch.randn(8, 64)
    weight[3] = 0
    for has_fbgemm in (True, False):
        if not has_fbgemm:
            monkeypatch.setattr(linear, "_has_fbgemm", lambda: False)
        found = linear.make(weight, None, "int8", "cpu", many_rows=False)(torch.randn(1, 1, 64))
        assert found[0, 0, 3] == 0
        assert torch.isfinite(found).all()


def test_nan_in_int8_is_told_apart_from_other_failures() -> None:
    import torch

    product = linear.make(torch.randn(8, 64), None, "int8", "cpu", many_rows=False)
    if linear._has_fbgemm():
        with pytest.raises(linear.NotANumberError):
            product(torch.full((1, 1, 64), float("nan")))
    with pytest.raises(RuntimeError) as caught:
        product(torch.randn(1, 1, 63))
    assert not isinstance(caught.value, linear.NotANumberError)
