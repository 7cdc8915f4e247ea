from __future__ import annotations

import pytest

from engine import catalog
from engine.catalog import SPEECH_ENGINES, TRANSLATORS, VOICES


def test_ids_are_unique_and_name_their_runtime() -> None:
    ids = [row.id for row in TRANSLATORS]
    assert len(set(ids)) == len(ids)
    assert all(row.id.split(":")[0] == row.runtime for row in TRANSLATORS)


LOCAL = [row for row in TRANSLATORS if row.runtime != "http"]


@pytest.mark.parametrize("row", LOCAL, ids=lambda row: row.id)
def test_a_digest_is_a_sha256_and_sizes_add_up(row: catalog.TranslatorRow) -> None:
    assert all(file.sha256 is None or (len(file.sha256) == 64 and int(file.sha256, 16)) for file in row.files)
    assert 0 < sum(file.size_bytes or 0 for file in row.files) <= row.size_bytes or not row.is_pinned


@pytest.mark.parametrize("row", LOCAL, ids=lambda row: row.id)
def test_what_cannot_be_pinned_here_is_pinned_at_the_first_fetch(row: catalog.TranslatorRow) -> None:
    weights = [file for file in row.files if file.name.endswith((".gguf", ".bin", ".safetensors"))]
    assert row.takes_more or all(file.is_pinned for file in weights)
    assert row.takes_more or weights


@pytest.mark.parametrize("row", LOCAL, ids=lambda row: row.id)
def test_a_hub_repository_is_pinned_to_a_commit(row: catalog.TranslatorRow) -> None:
    assert row.hub is not None
    assert len(row.hub.revision) == 40
    assert int(row.hub.revision, 16)


def test_the_rows_of_the_product_are_there() -> None:
    assert {row.id for row in TRANSLATORS} == {
        "torch:nllb-600m",
        "torch:nllb-1.3b",
        "torch:nllb-3.3b",
        "ct2:nllb-600m",
        "ct2:quickmt",
        "ct2:fugumt",
        "llama:qwen2.5-coder-1.5b",
        "llama:lfm2-350m-enjp",
        "llama:cat-translate-0.8b",
        "llama:cat-translate-1.4b",
        "http:openai",
    }


def test_pickled_weights_are_only_taken_for_rows_that_say_so() -> None:
    assert {row.id for row in TRANSLATORS if row.takes_pickle} == {
        "torch:nllb-600m",
        "torch:nllb-1.3b",
        "torch:nllb-3.3b",
    }


@pytest.mark.parametrize(
    ("translator_id", "repository", "file"),
    [
        ("llama:bartowski/Foo-GGUF", "bartowski/Foo-GGUF", None),
        ("llama:owner/repo/file.gguf", "owner/repo", "file.gguf"),
        ("llama:owner/repo/sub/file.Q4_K_M.gguf", "owner/repo", "sub/file.Q4_K_M.gguf"),
        ("torch:Helsinki-NLP/opus", "Helsinki-NLP/opus", None),
        ("ct2:owner/repo", "owner/repo", None),
    ],
)
def test_a_repository_on_the_hub_is_a_model(translator_id: str, repository: str, file: str | None) -> None:
    row = catalog.find_translator(translator_id)
    assert row is not None
    assert row.id == translator_id
    assert row.hub == catalog.Hub(repository)
    assert [wanted.name for wanted in row.files] == ([file] if file else [])
    assert not row.takes_pickle


@pytest.mark.parametrize(
    "wrong",
    [
        "llama:a/../b",
        "llama:../b",
        "torch:a/b/code.py",
        "ct2:a/b/model.bin",
        "llama:a/b/",
        "http:a/b",
        "llama:a",
        "llama:a/b/../c.gguf",
        "llama:a/.b",
        "torch:a/b c",
    ],
)
def test_what_is_neither_a_row_nor_a_repository_is_nothing(wrong: str) -> None:
    assert catalog.find_translator(wrong) is None


@pytest.mark.parametrize(
    ("asked", "row_id"),
    [
        ("torch:facebook/nllb-200-3.3B", "torch:nllb-3.3b"),
        ("ct2:quickmt/quickmt-en-ja", "ct2:quickmt"),
        ("llama:liquidai/lfm2-350m-enjp-mt-gguf", "llama:lfm2-350m-enjp"),
    ],
)
def test_a_repository_of_the_table_is_that_row(asked: str, row_id: str) -> None:
    row = catalog.find_translator(asked)
    assert row is not None
    assert row.id == row_id


def test_another_file_of_a_repository_of_the_table_is_another_model() -> None:
    asked = "llama:LiquidAI/LFM2-350M-ENJP-MT-GGUF/LFM2-350M-ENJP-MT-Q8_0.gguf"
    row = catalog.find_translator(asked)
    assert row is not None
    assert row.id == asked
    assert not row.is_pinned


def test_non_commercial_licences_are_marked() -> None:
    assert all(row.is_non_commercial == ("-NC" in row.licence) for row in TRANSLATORS)


def test_what_is_asked_for_is_found() -> None:
    llama = catalog.find_translator("llama:qwen2.5-coder-1.5b")
    assert llama is not None
    assert llama.size_bytes == 1_117_320_768
    assert catalog.find_translator("torch:nothing") is None
    assert catalog.find_speech_engine("nothing") is None


def test_cloud_voices_say_that_text_leaves_the_machine() -> None:
    online = [row for row in SPEECH_ENGINES if not row.is_offline]
    assert {row.id for row in online} == {"edge", "gtts", "openai"}
    assert all("sends" in row.note for row in online)


@pytest.mark.parametrize("row", VOICES, ids=lambda row: row.id)
def test_a_voice_is_of_an_engine_and_its_weights_are_pinned(row: catalog.VoiceRow) -> None:
    assert row.id.split(":")[0] == row.runtime
    assert catalog.find_speech_engine(row.runtime) is not None
    assert catalog.find_voice_row(row.id) is row
    assert catalog.find_translator(row.id) is None
    assert row.hub is not None
    assert len(row.hub.revision) == 40
    (weights,) = [file for file in row.files if file.name.endswith(".onnx")]
    assert weights.sha256 is not None
    assert len(weights.sha256) == 64
    assert row.licence


def test_a_voice_that_wants_credit_says_whom_to_name() -> None:
    assert all(row.credit for row in VOICES if "credit" in row.licence)
