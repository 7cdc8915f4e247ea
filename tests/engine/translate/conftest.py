from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _tiny_nllb() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tiny_nllb", Path(__file__).with_name("tiny_nllb.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tiny_nllb"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def tiny_nllb(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with a tiny NLLB that has learnt the pairs given with it."""
    import torch

    # Several threads on such small matrices, beside other work, cost seconds instead of milliseconds.
    torch.set_num_threads(1)
    module = _tiny_nllb()
    return module.make(tmp_path_factory.mktemp("tiny-nllb")), module.PAIRS
