from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

from engine.models import ModelError
from engine.translate.languages import Language, find
from engine.translate.m2m.model import LENGTHS
from engine.translate.m2m.opening import Opening
from engine.translate.m2m.runtime import Search
from engine.translate.m2m.tokenizer import load_tokenizer

Tiny = tuple[Path, dict[str, str]]
TEXT = ["The tests passed.", "I will read the file.", "テストが成功しました。", "ファイルを読みます。"]


def language(code: str) -> Language:
    found = find(code)
    assert found is not None
    return found


def test_a_sentence_has_its_language_and_its_end(tiny_nllb: Tiny) -> None:
    tokenizer = load_tokenizer(tiny_nllb[0], language("ja"))
    ids = tokenizer.encode("  The tests\n passed. ")
    pieces = tokenizer.pieces()
    assert ids[0] == pieces["eng_Latn"]
    assert ids[-1] == pieces["</s>"]
    assert ids == tokenizer.encode("The tests passed.")
    assert tokenizer.language == pieces["jpn_Jpan"]
    assert tokenizer.decode([*ids, tokenizer.language]) == "The tests passed."


def test_more_than_the_encoder_takes_is_cut(tiny_nllb: Tiny) -> None:
    tokenizer = load_tokenizer(tiny_nllb[0], language("ja"))
    ids = tokenizer.encode("tests " * 2000)
    assert len(ids) == LENGTHS[-1]
    assert ids[-1] == tokenizer.pieces()["</s>"]


def test_a_language_that_the_model_lacks_is_named(tiny_nllb: Tiny) -> None:
    with pytest.raises(ModelError, match="xxx_Latn") as caught:
        load_tokenizer(tiny_nllb[0], Language("xx", "Nowhere", "xxx_Latn"))
    assert caught.value.code == "cannot_load"


@pytest.fixture(scope="module")
def m2m100(random_m2m: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as facebook/m2m100_418M's, with a vocabulary of its own and random weights."""
    import sentencepiece
    from transformers import M2M100Tokenizer

    folder = tmp_path_factory.mktemp("m2m100")
    (folder / "text").write_text("\n".join(TEXT * 5), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "text"),
        model_prefix=str(folder / "spm"),
        vocab_size=90,
        character_coverage=1.0,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    read = sentencepiece.SentencePieceProcessor(model_file=str(folder / "spm.model"))
    pieces = [read.id_to_piece(number) for number in range(3, len(read))]
    vocabulary = {piece: number for number, piece in enumerate(["<s>", "<pad>", "</s>", "<unk>", *pieces])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    tokenizer = M2M100Tokenizer(str(folder / "vocab.json"), str(folder / "spm.model"))
    tokenizer.save_pretrained(folder)
    random_m2m.make(folder, 3, vocab_size=300)
    return folder


def test_the_older_models_have_other_codes(m2m100: Path) -> None:
    tokenizer = load_tokenizer(m2m100, language("ja"))
    assert tokenizer.language == tokenizer.raw.get_lang_id("ja")
    ids = tokenizer.encode("The tests passed.")
    assert ids[0] == tokenizer.raw.get_lang_id("en")
    assert tokenizer.decode(ids[1:]) == "The tests passed."


def test_the_older_models_run(m2m100: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    loaded = Opening(m2m100, language("ja"), lambda _: None, lambda _: None).in_format("float32", "cpu")
    assert "".join(loaded.stream("The tests passed.", Search()))
