"""What others may build on."""

from __future__ import annotations

import pytest


def test_the_public_names_are_there() -> None:
    import engine

    for name in engine.__all__:
        assert getattr(engine, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = engine.Nothing  # type: ignore[attr-defined]
