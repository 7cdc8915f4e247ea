from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from engine.protocols import Progress
from engine.translate import ct2_convert, ct2_decoding, ct2_families, ct2_narrow, ct2_opening
from engine.translate.ct2 import Ct2Translator
from engine.translate.ct2_decoding import Loaded
from engine.translate.languages import Language
from engine.translate.load import create

Tiny = tuple[Path, dict[str, str]]
JAPANESE, KOREAN, FRENCH = (
    Language(code, code, nllb) for code, nllb in (("ja", "jpn_Jpan"), ("ko", "kor_Hang"), ("fr", "fra_Latn"))
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


@pytest.fixture
def model(tiny_nllb: Tiny) -> Path:
    return ct2_convert.converted(tiny_nllb[0], "int8", lambda _: None)


def _narrow(model: Path, target: Path, language: Language = JAPANESE) -> tuple[Path, list[Progress]]:
    seen: list[Progress] = []
    made = ct2_narrow.narrowed(model, target, ct2_families.vocabulary(model, "target"), language, seen.append)
    return made, seen


def _translator(folder: Path, **settings: Any) -> Ct2Translator:
    made = create(f"ct2:{folder}", {"device": "cpu", "threads": 1} | settings)
    assert isinstance(made, Ct2Translator)
    made.load(lambda _: None)
    return made


def test_the_choice_is_the_same_wherever_it_is_in_the_map(tiny_nllb: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = _translator(tiny_nllb[0])
    assert narrow._loaded is not None
    assert narrow._loaded.is_narrowed
    monkeypatch.setattr(ct2_narrow, "narrowed", lambda model, *_: model)
    wide = _translator(tiny_nllb[0])
    assert wide._loaded is not None
    assert not wide._loaded.is_narrowed
    for english in tiny_nllb[1]:
        assert list(narrow.translate(english, ())) == list(wide.translate(english, ()))
        assert list(narrow.translate_again(english, ())) == list(wide.translate_again(english, ()))


def test_nothing_outside_the_map_is_ever_chosen(model: Path, tmp_path: Path) -> None:
    import ctranslate2

    folder, _ = _narrow(model, tmp_path / "narrow")
    kept = (folder / "vmap.txt").read_text().removeprefix("\t").split()
    assert {"jpn_Jpan", "</s>", "テ", "a"} <= set(kept)
    assert "fra_Latn" not in kept
    (folder / "vmap.txt").write_text("\tjpn_Jpan </s> テ ス\n")
    engine = ctranslate2.Translator(str(folder), compute_type="int8", intra_threads=1)
    result = engine.translate_batch(
        [["eng_Latn", "▁", "T", "h", "</s>"]], target_prefix=[["jpn_Jpan"]], use_vmap=True, beam_size=1
    )
    assert set(result[0].hypotheses[0]) <= {"jpn_Jpan", "テ", "ス"}


def test_a_map_is_made_once(model: Path, tmp_path: Path) -> None:
    _, first = _narrow(model, tmp_path / "narrow")
    _, second = _narrow(model, tmp_path / "narrow")
    assert [step.what for step in first] == ["Picking the words of ja"]
    assert second == []


@pytest.mark.parametrize("name", ["vmap.txt", "narrowed.json"])
def test_a_damaged_map_is_made_anew(model: Path, tmp_path: Path, name: str) -> None:
    folder, _ = _narrow(model, tmp_path / "narrow")
    good = (folder / "vmap.txt").read_bytes()
    (folder / name).write_text("{nonsense")
    again, seen = _narrow(model, tmp_path / "narrow")
    assert seen
    assert (again / "vmap.txt").read_bytes() == good


def test_another_model_or_other_rules_make_another_map(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = _narrow(model, tmp_path / "narrow")
    words = json.loads((model / "shared_vocabulary.json").read_text())
    assert ct2_narrow.narrowed(model, folder, [*words, "テテ"], JAPANESE, lambda _: None) == folder
    assert "テテ" in (folder / "vmap.txt").read_text()
    monkeypatch.setattr("engine.translate.m2m.pieces.VERSION", -1)
    assert _narrow(model, folder)[1]


def test_a_language_that_needs_every_piece_has_no_map(model: Path, tmp_path: Path) -> None:
    assert _narrow(model, tmp_path / "narrow", FRENCH)[0] == model
    assert not (tmp_path / "narrow").exists()


def test_each_language_has_its_own(model: Path, tmp_path: Path) -> None:
    korean, _ = _narrow(model, tmp_path / "ko", KOREAN)
    assert "テ" not in (korean / "vmap.txt").read_text().split()


def test_a_folder_that_cannot_be_written_only_costs_the_speed(model: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert _narrow(model, tmp_path / "file" / "narrow")[0] == model


def test_what_was_made_goes_when_the_weights_are_repaired(tiny_nllb: Tiny, cache: Path) -> None:
    _translator(tiny_nllb[0])
    assert len([path for path in cache.glob("derived/*") if path.is_dir()]) == 2
    ct2_convert.discard(tiny_nllb[0])
    assert not [path for path in cache.glob("derived/*") if path.is_dir()]
    assert (tiny_nllb[0] / "tokenizer.json").is_file()


def test_a_runtime_that_names_the_pieces_rightly_is_believed(tiny_nllb: Tiny) -> None:
    loaded = _translator(tiny_nllb[0])._loaded
    assert loaded is not None
    assert ct2_opening._checked(loaded) == loaded
    wrong = dataclasses.replace(loaded, choices=loaded.choices[::-1])
    assert not ct2_opening._checked(wrong).is_narrowed
    assert _join_all(ct2_opening._checked(wrong), tiny_nllb) == _join_all(loaded, tiny_nllb)


def _join_all(loaded: Loaded, tiny_nllb: Tiny) -> list[str]:
    return ["".join(loaded.stream(english, ct2_decoding.GREEDY)) for english in tiny_nllb[1]]
