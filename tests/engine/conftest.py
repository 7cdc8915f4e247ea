"""Tiny translation models that have learnt a few sentences, made once for all tests."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import pytest

Tiny = tuple[Path, dict[str, str]]


@pytest.fixture(scope="session")
def tiny_nllb(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """A folder with a tiny NLLB that has learnt the pairs given with it."""
    import torch

    from tests.engine.translate import tiny_nllb as module

    # Several threads on such small matrices, beside other work, cost seconds instead of milliseconds.
    torch.set_num_threads(1)
    return module.make(tmp_path_factory.mktemp("tiny-nllb")), module.PAIRS


@pytest.fixture(scope="session")
def tiny_marian(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """A folder with a tiny Marian, in the files of a real one, that has learnt the pairs given with it."""
    import torch

    from tests.engine.translate import tiny_marian as module

    torch.set_num_threads(1)
    return module.make(tmp_path_factory.mktemp("tiny-marian")), module.PAIRS


@pytest.fixture(scope="session")
def ready_marian(tiny_marian: Tiny, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny Marian as CTranslate2's own converter writes it, with the tokenizers beside it."""
    from ctranslate2.converters import TransformersConverter

    folder = tmp_path_factory.mktemp("ready") / "marian"
    with warnings.catch_warnings(action="ignore"):  # advice about a package for cleaning up punctuation
        TransformersConverter(str(tiny_marian[0])).convert(str(folder), quantization="float16")
    for name in ("source.spm", "target.spm"):
        shutil.copy(tiny_marian[0] / name, folder)
    return folder
