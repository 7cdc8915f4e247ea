from __future__ import annotations

import pytest

from engine import catalog
from engine.catalog import SPEECH_ENGINES, TRANSLATORS


def test_ids_are_unique_and_name_their_runtime() -> None:
    ids = [row.id for row in TRANSLATORS]
    assert len(set(ids)) == len(ids)
    assert all(row.id.split(":")[0] == row.runtime for row in TRANSLATORS)


@pytest.mark.parametrize("row", TRANSLATORS, ids=lambda row: row.id)
def test_weights_that_a_runtime_parses_are_pinned(row: catalog.TranslatorRow) -> None:
    binary = [file for file in row.files if file.name.endswith((".gguf", ".bin", ".safetensors"))]
    assert binary
    assert all(file.sha256 and len(file.sha256) == 64 and file.size_bytes for file in binary)
    assert sum(file.size_bytes or 0 for file in row.files) <= row.size_bytes


@pytest.mark.parametrize("row", TRANSLATORS, ids=lambda row: row.id)
def test_a_hub_repository_is_pinned_to_a_commit(row: catalog.TranslatorRow) -> None:
    assert row.hub is None or (len(row.hub.revision) == 40 and int(row.hub.revision, 16))


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
