from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from engine.models import ModelError
from engine.translate.languages import Language, find
from engine.translate.m2m import pieces, pruned
from engine.translate.m2m.greedy import greedy
from engine.translate.m2m.model import Model, Output
from engine.translate.m2m.pruned import pruned_output
from engine.translate.m2m.source import open_source
from engine.translate.m2m.tokenizer import load_tokenizer

Tiny = tuple[Path, dict[str, str]]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models" / "derived"


@pytest.fixture
def folder(tiny_nllb: Tiny, tmp_path: Path) -> Path:
    return shutil.copytree(tiny_nllb[0], tmp_path / "nllb")


def language(code: str) -> Language:
    found = find(code)
    assert found is not None
    return found


def prune(folder: Path, code: str = "ja") -> tuple[Output | None, list[str]]:
    """The output, and what was said while it was made."""
    said: list[str] = []
    tokenizer = load_tokenizer(folder, language(code))
    return pruned_output(open_source(folder), tokenizer, language(code), lambda step: said.append(step.what)), said


def same(one: Output | None, other: Output | None) -> bool:
    import torch

    assert one is not None
    assert other is not None
    return torch.equal(one.kept, other.kept) and torch.equal(one.rows, other.rows)


def test_it_is_made_once_and_then_read(folder: Path, cache: Path) -> None:
    first, said = prune(folder)
    assert said == ["Picking the words of Japanese"]
    assert len(list(cache.iterdir())) == 1
    second, said = prune(folder)
    assert said == []
    assert same(first, second)


def test_translations_are_those_of_the_whole_vocabulary(folder: Path, cache: Path, tiny_nllb: Tiny) -> None:
    output, _ = prune(folder)
    source, tokenizer = open_source(folder), load_tokenizer(folder, language("ja"))
    whole, small = Model(source, "float32", "cpu"), Model(source, "float32", "cpu", output)
    assert len(small.ids) < len(whole.ids) * 0.8
    start = [2, tokenizer.language]
    # Russian and Korean go in as before, although nothing is written with them.
    for english in (*tiny_nllb[1], "Привет, мир. The tests passed.", "안녕하세요. Nothing was changed."):
        ids = tokenizer.encode(english)
        expected = list(greedy(whole, whole.encode(ids), start, 40))
        found = list(greedy(small, small.encode(ids), start, 40))
        if set(expected) <= set(small.ids):
            assert found == expected
        assert english not in tiny_nllb[1] or tokenizer.decode(found) == tiny_nllb[1][english]


@pytest.mark.parametrize("how", ["cut", "flipped", "rubbish", "empty"])
def test_a_damaged_file_is_made_again(folder: Path, cache: Path, how: str) -> None:
    found, _ = prune(folder)
    assert found is not None
    # Its rows are mapped from the file that is about to be damaged.
    first = Output(found.kept.clone(), found.rows.clone())
    del found
    (path,) = cache.iterdir()
    data = path.read_bytes()
    flipped = data[:-100] + bytes([data[-100] ^ 1]) + data[-99:]
    path.write_bytes({"cut": data[:-50], "flipped": flipped, "rubbish": b"\xff" * 99, "empty": b""}[how])
    second, said = prune(folder)
    assert said
    assert same(first, second)
    assert path.read_bytes() == data


@pytest.mark.parametrize("changed", ["pytorch_model.bin", "tokenizer.json", "config.json"])
def test_a_stale_file_is_made_again_and_the_old_one_removed(folder: Path, cache: Path, changed: str) -> None:
    prune(folder)
    (old,) = cache.iterdir()
    os.utime(folder / changed, ns=(1, 1))
    _, said = prune(folder)
    assert said
    (new,) = cache.iterdir()
    assert new != old


def test_new_rules_make_it_again(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prune(folder)
    monkeypatch.setattr(pieces, "VERSION", pieces.VERSION + 1)
    assert prune(folder)[1]


def test_each_language_has_its_own(folder: Path, cache: Path) -> None:
    japanese, _ = prune(folder, "ja")
    korean, _ = prune(folder, "ko")
    assert japanese is not None
    assert korean is not None
    assert set(japanese.kept.tolist()) != set(korean.kept.tolist())
    assert len(list(cache.iterdir())) == 2


def test_a_language_in_latin_letters_is_not_pruned(folder: Path, cache: Path) -> None:
    assert prune(folder, "fr") == (None, [])
    assert not cache.exists()


@pytest.mark.parametrize("error", [OSError("read-only"), ModelError("disk_full", "full")])
def test_a_cache_that_cannot_be_written_is_no_error(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(pruned, "require_space", refuse)
    output, _ = prune(folder)
    assert output is not None
    assert list(cache.iterdir()) == []


def test_what_is_made_of_a_fetched_model_lies_in_its_folder(tiny_nllb: Tiny, cache: Path) -> None:
    fetched = shutil.copytree(tiny_nllb[0], cache.parent / "torch-nllb-600m")
    first, _ = prune(fetched)
    assert [path.parent for path in cache.parent.rglob("*_Jpan-*.safetensors")] == [fetched / "derived"]
    second, said = prune(fetched)
    assert said == []
    assert same(first, second)
