from __future__ import annotations

import importlib.util
import shutil
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def random_m2m() -> ModuleType:
    """The module that makes networks of NLLB's kind with random weights."""
    import torch

    torch.set_num_threads(1)
    return _module("random_m2m")


@pytest.fixture(scope="session")
def tiny_nllb(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with a tiny NLLB that has learnt the pairs given with it."""
    import torch

    # Several threads on such small matrices, beside other work, cost seconds instead of milliseconds.
    torch.set_num_threads(1)
    module = _module("tiny_nllb")
    return module.make(tmp_path_factory.mktemp("tiny-nllb")), module.PAIRS


@pytest.fixture(scope="session")
def tiny_marian(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with a tiny Marian, in the files of a real one, that has learnt the pairs given with it."""
    import torch

    torch.set_num_threads(1)
    module = _module("tiny_marian")
    return module.make(tmp_path_factory.mktemp("tiny-marian")), module.PAIRS


@pytest.fixture(scope="session")
def ready_marian(tiny_marian: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny Marian as CTranslate2's own converter writes it, with the tokenizers beside it."""
    from ctranslate2.converters import TransformersConverter

    folder = tmp_path_factory.mktemp("ready") / "marian"
    with warnings.catch_warnings(action="ignore"):  # advice about a package for cleaning up punctuation
        TransformersConverter(str(tiny_marian[0])).convert(str(folder), quantization="float16")
    for name in ("source.spm", "target.spm"):
        shutil.copy(tiny_marian[0] / name, folder)
    return folder
