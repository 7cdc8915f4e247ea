from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from engine.models import ModelError
from engine.translate.m2m.model import Model
from engine.translate.m2m.source import fingerprint, open_source


@pytest.fixture(scope="module")
def made(random_m2m: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    random_m2m.make(folder, 1)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "copy")


def change_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_weights_in_parts_are_the_same(folder: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    whole = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    names = sorted(whole)
    parts = {"model-1.safetensors": names[::2], "model-2.safetensors": names[1::2]}
    for part, inside in parts.items():
        save_file({name: whole[name] for name in inside}, folder / part)
    places = {name: part for part, inside in parts.items() for name in inside}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))
    found = open_source(folder)
    assert found.tensors.keys() == whole.keys()
    assert all(torch.equal(found.tensors[name], whole[name]) for name in whole)


def test_a_list_of_parts_cannot_name_files_elsewhere(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder.parent / "outside.safetensors")
    index = {"weight_map": {"model.shared.weight": "../outside.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match="outside the folder"):
        open_source(folder)


@pytest.mark.parametrize("is_archive", [True, False])
def test_pickled_weights_old_and_new(folder: Path, is_archive: bool) -> None:
    import torch
    from safetensors.torch import load_file

    whole = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(whole, folder / "pytorch_model.bin", _use_new_zipfile_serialization=is_archive)
    found = open_source(folder)
    assert all(torch.equal(found.tensors[name], whole[name]) for name in whole)


def test_safetensors_come_before_pickles(folder: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"not read")
    assert open_source(folder).shape.vocabulary == 120


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_type": "nllb-moe"}, "nllb-moe"),
        ({"tie_word_embeddings": False}, "output layer"),
        ({"vocab_size": 121}, "config.json says otherwise"),
        ({"d_model": None}, "config.json says otherwise"),
    ],
)
def test_another_kind_of_model_is_refused(folder: Path, changes: dict[str, object], words: str) -> None:
    change_config(folder, **changes)
    with pytest.raises(ModelError, match=words) as caught:
        open_source(folder)
    assert caught.value.code == "cannot_load"
    assert "another translator" in str(caught.value)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_safetensors_are_a_model_error(folder: Path, seed: int) -> None:
    path = folder / "model.safetensors"
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] if seed == 0 else random.Random(seed).randbytes(500))
    with pytest.raises(ModelError):
        open_source(folder)


def test_more_layers_than_there_are_weights_is_an_error(folder: Path) -> None:
    change_config(folder, decoder_layers=4)
    with pytest.raises(KeyError, match="decoder"):
        Model(open_source(folder), "float32", "cpu")


def test_the_fingerprint_changes_with_what_is_read(folder: Path) -> None:
    first = fingerprint(folder)
    assert fingerprint(folder) == first
    (folder / "notes.txt").write_text("not read")
    assert fingerprint(folder) == first
    for name in ("model.safetensors", "config.json"):
        before = fingerprint(folder)
        os.utime(folder / name, ns=(1, 1))
        assert fingerprint(folder) != before
    before = fingerprint(folder)
    (folder / "tokenizer.json").write_text("{}")
    assert fingerprint(folder) != before
