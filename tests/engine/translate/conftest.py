from __future__ import annotations

from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def random_m2m() -> ModuleType:
    """The module that makes networks of NLLB's kind with random weights."""
    import torch

    from tests.engine.translate import random_m2m as module

    torch.set_num_threads(1)
    return module
