"""Whether the parts of an engine are installed, without importing them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec


def missing_module(modules: Iterable[str], install: str) -> str | None:
    """Return one line saying which module is missing and how to get it; None when all are there."""
    for module in modules:
        if find_spec(module) is None:
            return f"{module} is not installed; run: pip install {install}"
    return None
