from __future__ import annotations

import pytest

from engine.catalog import TRANSLATORS
from engine.models import ModelError
from engine.translate.load import ALWAYS_WORKS, create

LOCAL = [row for row in TRANSLATORS if row.runtime != "http"]


@pytest.mark.parametrize("row", LOCAL, ids=lambda row: row.id)
def test_every_local_row_can_be_made(row: object) -> None:
    made = create(row.id, {"device": "cpu", "threads": 1})  # type: ignore[attr-defined]
    assert made.info.id == row.id  # type: ignore[attr-defined]
    assert made.info.licence == row.licence  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", ["llama:nothing", "torch:nothing", "nonsense", "torch:a/b/code.py"])
def test_an_unknown_translator_is_refused_with_the_known_ones(wrong: str) -> None:
    with pytest.raises(ModelError, match=ALWAYS_WORKS):
        create(wrong)


def test_a_path_is_a_translator() -> None:
    assert create("llama:/models/own.gguf").info.runtime == "llama"
    assert create("torch:~/own").info.runtime == "torch"


@pytest.mark.parametrize(
    "hub_id", ["llama:bartowski/Foo-GGUF", "llama:owner/repo/file.gguf", "torch:owner/repo", "ct2:owner/repo"]
)
def test_a_repository_on_the_hub_is_a_translator(hub_id: str) -> None:
    made = create(hub_id)
    assert made.info.id == hub_id
    assert made.info.runtime == hub_id.partition(":")[0]


def test_a_translator_that_does_not_know_the_language_is_refused() -> None:
    with pytest.raises(ModelError, match="into ja only, not fr") as caught:
        create("llama:lfm2-350m-enjp", {"to": "fr"})
    assert caught.value.code == "no_language"
