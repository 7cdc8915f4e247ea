"""Weights without the tokens that Japanese never needs: what is in the file, and when it is made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import models
from engine.protocols import Progress
from engine.translate import q4_k
from engine.translate.llama_narrow import forget, narrowed
from engine.translate.smaller_tensor import SmallerTensor
from tests.support import whole_gguf

gguf = pytest.importorskip("gguf", reason="gguf is not installed: pip install 'streamtts[offline]'")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    return models.models_folder()


@pytest.fixture
def weights(cache: Path) -> Path:
    folder = cache / "llama-tiny"
    folder.mkdir(parents=True)
    return folder / "tiny.gguf"


def _write(path: Path, tensors: whole_gguf.Tensors | None = None, **more: int) -> dict[str, Any]:
    """Tokens: a, b, ab, Cyrillic т and е in both halves and whole, and one that ends a turn."""
    tokens = ["a", "b", "ab", "Ñ", "Ĥ", "µ", "Ð", "ÑĤ", "Ðµ", "ÑĤÐµ", "<|im_end|>"]
    return whole_gguf.write(path, tokens, [1] * 10 + [3], ["a b", "Ñ Ĥ", "Ð µ", "ÑĤ Ðµ"], tensors, **more)


def _write_k(path: Path, *, four_bit_rows: int) -> dict[str, Any]:
    """The same tokens in rows of six bits, and a layer of four bits."""
    random = np.random.default_rng(1)
    six = random.integers(0, 256, (11, 210), dtype=np.uint8)
    six[:, 208:] = np.full((11, 1), 0.001, np.float16).view(np.uint8)
    four = q4_k.quantized(random.normal(size=(four_bit_rows, 256)).astype(np.float32))
    kind = gguf.GGMLQuantizationType
    tensors = {"token_embd.weight": (six, kind.Q6_K), "blk.0.ffn_up.weight": (four, kind.Q4_K)}
    _write(path, tensors=tensors)
    return {name: rows for name, (rows, _) in tensors.items()}


def _kinds(path: Path) -> dict[str, Any]:
    return {tensor.name: tensor.tensor_type for tensor in gguf.GGUFReader(path).tensors}


def _floats(rows: Any, kind: str) -> Any:
    return gguf.quants.dequantize(rows, gguf.GGMLQuantizationType[kind])


def _contents(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    reader = gguf.GGUFReader(path)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    return fields, {tensor.name: np.array(tensor.data) for tensor in reader.tensors}


def test_the_rows_of_tokens_that_go_are_gone_and_all_else_stays(weights: Path) -> None:
    whole = _write(weights)
    narrow = narrowed(weights, lambda _: None)
    assert narrow.parent == weights.parent / "derived"
    fields, tensors = _contents(narrow)
    kept = [0, 1, 2, 3, 4, 5, 6, 10]
    assert fields["tokenizer.ggml.tokens"] == ["a", "b", "ab", "Ñ", "Ĥ", "µ", "Ð", "<|im_end|>"]
    assert fields["tokenizer.ggml.token_type"] == [1] * 7 + [3]
    assert fields["tokenizer.ggml.merges"] == ["a b"]
    assert fields["tokenizer.ggml.eos_token_id"] == 7
    assert fields["qwen2.vocab_size"] == 8
    assert fields["general.name"] == "Tiny"
    for name in ("token_embd.weight", "output.weight"):
        np.testing.assert_array_equal(tensors[name], whole[name][kept])
    np.testing.assert_array_equal(tensors["blk.0.attn_norm.weight"], whole["blk.0.attn_norm.weight"])


def test_it_is_made_once_with_progress_and_again_when_the_weights_change(weights: Path) -> None:
    _write(weights)
    seen: list[Progress] = []
    first = narrowed(weights, seen.append)
    assert seen[-1].done == seen[-1].total
    made_at = first.stat().st_mtime_ns
    seen.clear()
    assert narrowed(weights, seen.append) == first
    assert not seen
    _write(weights, general__file_type=1)
    os.utime(weights, ns=(1, 1))
    assert narrowed(weights, seen.append) == first
    assert seen
    assert first.stat().st_mtime_ns != made_at


def test_a_file_that_changed_or_could_not_be_loaded_is_made_anew(weights: Path) -> None:
    _write(weights)
    narrow = narrowed(weights, lambda _: None)
    good = narrow.read_bytes()
    narrow.write_bytes(good[:100])
    assert narrowed(weights, lambda _: None).read_bytes() == good
    forget(narrow)
    assert list(narrow.parent.iterdir()) == []
    assert narrowed(weights, lambda _: None).read_bytes() == good


def test_six_bits_become_four_where_most_of_the_weights_have_four(weights: Path) -> None:
    _write(weights)
    plain = narrowed(weights, lambda _: None)
    assert _kinds(plain)["token_embd.weight"] == gguf.GGMLQuantizationType.F32
    whole = _write_k(weights, four_bit_rows=64)
    narrow = narrowed(weights, lambda _: None)
    assert set(_kinds(narrow).values()) == {gguf.GGMLQuantizationType.Q4_K}
    _, tensors = _contents(narrow)
    np.testing.assert_array_equal(tensors["blk.0.ffn_up.weight"], whole["blk.0.ffn_up.weight"])
    before = _floats(whole["token_embd.weight"][[0, 1, 2, 3, 4, 5, 6, 10]], "Q6_K")
    after = _floats(tensors["token_embd.weight"], "Q4_K")
    assert np.sqrt(((after - before) ** 2).mean() / (before**2).mean()) < 0.1


def test_six_bits_stay_where_somebody_chose_them(weights: Path) -> None:
    whole = _write_k(weights, four_bit_rows=1)
    narrow = narrowed(weights, lambda _: None)
    assert _kinds(narrow)["token_embd.weight"] == gguf.GGMLQuantizationType.Q6_K
    np.testing.assert_array_equal(
        _contents(narrow)[1]["token_embd.weight"], whole["token_embd.weight"][[0, 1, 2, 3, 4, 5, 6, 10]]
    )


def test_your_own_files_folder_is_left_alone(tmp_path: Path, cache: Path) -> None:
    own = tmp_path / "mine.gguf"
    _write(own)
    assert narrowed(own, lambda _: None).parent == cache / "derived"
    assert {file.name for file in tmp_path.iterdir()} == {"mine.gguf", "cache"}


@pytest.mark.parametrize("content", [b"", b"no weights", b"GGUF\x03\0\0\0"])
def test_what_cannot_be_read_is_used_as_it_is(weights: Path, content: bytes) -> None:
    weights.write_bytes(content)
    assert narrowed(weights, lambda _: None) == weights


def test_a_part_of_a_file_and_a_vocabulary_that_is_needed_are_used_as_they_are(weights: Path) -> None:
    _write(weights, split__count=2)
    assert narrowed(weights, lambda _: None) == weights
    whole_gguf.write(weights, ["a", "b", "ab"], [1, 1, 1], ["a b"])
    assert narrowed(weights, lambda _: None) == weights


def test_without_room_on_the_disk_the_whole_file_is_used(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(weights)
    full = shutil.disk_usage("/")._replace(free=0)
    monkeypatch.setattr("engine.models.folder.shutil.disk_usage", lambda _: full)
    assert narrowed(weights, lambda _: None) == weights
    assert not list(weights.parent.glob("derived/*"))


def test_a_write_that_fails_leaves_nothing(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(weights)

    def fail(*_: object) -> Iterator[None]:
        raise OSError("disk full")

    monkeypatch.setattr(SmallerTensor, "content", fail)
    assert narrowed(weights, lambda _: None) == weights
    assert not list(weights.parent.glob("derived/*"))
