"""Which files of a repository are fetched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.catalog import TranslatorRow, WeightFile, find_translator
from engine.models import ModelError, kinds


def row(runtime: str, **changes: object) -> TranslatorRow:
    made = find_translator(f"{runtime}:owner/repo")
    assert made is not None
    return replace(made, **changes)  # type: ignore[arg-type]


def chosen(wanted: TranslatorRow, *names: str) -> list[str]:
    listed = [WeightFile(name, 1, "0" * 64) for name in names]
    return sorted(file.name for file in kinds.choose(wanted, listed))


@pytest.mark.parametrize(
    ("names", "best"),
    [
        (("a-F16.gguf", "a-Q4_0.gguf", "a-Q4_K_M.gguf", "a-Q8_0.gguf"), "a-Q4_K_M.gguf"),
        (("a.q8_0.gguf", "a.f16.gguf"), "a.q8_0.gguf"),
        (("LFM-Q4_K_M-hip-optimized.gguf", "LFM-Q4_K_M.gguf"), "LFM-Q4_K_M.gguf"),
        (("mmproj-a-Q4_K_M.gguf", "a-imatrix.gguf", "a-Q8_0.gguf"), "a-Q8_0.gguf"),
        (("a-Q4_K_M-00001-of-00002.gguf", "a-Q4_K_M-00002-of-00002.gguf", "a-Q2_K.gguf"), "a-Q2_K.gguf"),
        (("plain.gguf",), "plain.gguf"),
    ],
)
def test_one_gguf_that_is_fast_and_good(names: tuple[str, ...], best: str) -> None:
    assert chosen(row("llama"), *names, "README.md", "config.json") == [best]


def test_safetensors_of_several_parts_are_taken_and_pickle_is_not() -> None:
    parts = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json")
    plain = ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json")
    others = ("pytorch_model.bin", "modeling_own.py", "training_args.bin", "flax_model.msgpack", "onnx/model.onnx")
    assert chosen(row("torch"), *parts, *plain, *others) == sorted((*parts, *plain))


def test_a_row_that_says_so_takes_pickle_where_there_is_nothing_else() -> None:
    pickled = ("pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin", "pytorch_model.bin.index.json")
    wanted = row("torch", takes_pickle=True)
    assert chosen(wanted, *pickled, "config.json") == sorted((*pickled, "config.json"))
    assert chosen(wanted, *pickled, "model.safetensors") == ["model.safetensors"]


def test_pickle_is_refused_otherwise() -> None:
    with pytest.raises(ModelError, match="pickle") as caught:
        chosen(row("torch"), "pytorch_model.bin", "config.json")
    assert caught.value.code == "unsafe"


def test_ctranslate2s_own_format_goes_before_weights_to_be_converted() -> None:
    names = ("model.bin", "model.safetensors", "config.json", "shared_vocabulary.json", "source.spm", "target.spm")
    assert chosen(row("ct2"), *names) == sorted(set(names) - {"model.safetensors"})
    assert "model.safetensors" in chosen(row("ct2"), *(name for name in names if name != "model.bin"))


@pytest.mark.parametrize("runtime", ["llama", "torch", "ct2"])
def test_a_repository_without_weights_is_refused(runtime: str) -> None:
    with pytest.raises(ModelError) as caught:
        chosen(row(runtime), "README.md", "config.json")
    assert caught.value.code == "missing"


@pytest.mark.parametrize(
    "name", ["../out.gguf", "/etc/out.gguf", "a/../../out.gguf", ".hidden.gguf", "a\\..\\out.gguf"]
)
def test_names_that_lead_out_of_the_folder_are_never_taken(name: str) -> None:
    with pytest.raises(ModelError):
        chosen(row("llama"), name)
    with pytest.raises(ModelError):
        chosen(row("llama", files=(WeightFile(name),), takes_more=False), name)


def test_a_file_in_a_folder_is_taken_when_it_was_named() -> None:
    wanted = row("llama", files=(WeightFile("sub/a.gguf"),), takes_more=False)
    assert chosen(wanted, "sub/a.gguf", "b-Q4_K_M.gguf") == ["sub/a.gguf"]
    with pytest.raises(ModelError, match=r"has no sub/a\.gguf"):
        chosen(wanted, "b-Q4_K_M.gguf")


def test_a_size_that_the_catalog_does_not_know_is_the_hubs() -> None:
    pinned = WeightFile("model.bin", None, "1" * 64)
    (file,) = kinds.choose(row("ct2", files=(pinned,), takes_more=False), [WeightFile("model.bin", 9, "2" * 64)])
    assert file == WeightFile("model.bin", 9, "1" * 64)


def test_the_catalogs_digest_stays() -> None:
    pinned = WeightFile("model.bin", 7, "1" * 64)
    files = kinds.choose(row("ct2", files=(pinned,)), [WeightFile("model.bin", 9, "2" * 64), WeightFile("config.json")])
    assert pinned in files
    assert {file.name for file in files} == {"model.bin", "config.json"}
