from __future__ import annotations

import pytest

from engine.translate.languages import LANGUAGES
from engine.translate.m2m import pieces
from engine.translate.m2m.pieces import kept_pieces

VOCABULARY = [
    *("<s>", "<pad>", "</s>", "<unk>", "▁", "▁the", "tion", "▁src", "a", "12", "...", "▁(", "->", "_x"),
    *("は", "ます。", "カー", "ｶ", "東京", "々", "「", "、", "。", "％", "①", "→", "…", "—", "▁サーバー"),
    *("привет", "на", "안녕", "你们", "这", "γράμμα", "مرحبا", "हिन्दी", "é", "▁été", "ß"),
    *("eng_Latn", "jpn_Jpan", "rus_Cyrl", "__ja__"),
]
IDS = {piece: number for number, piece in enumerate(VOCABULARY)}


def kept(target: str, always: tuple[int, ...] = ()) -> set[str]:
    found = kept_pieces(IDS, target, always)
    assert found is not None
    assert found == sorted(set(found))
    return {VOCABULARY[number] for number in found}


def test_japanese_keeps_its_scripts_english_and_signs() -> None:
    found = kept("jpn_Jpan")
    assert found >= {"は", "ます。", "カー", "ｶ", "東京", "々", "「", "、", "。", "％", "①", "→", "…", "—", "▁サーバー"}
    assert found >= {"▁", "▁the", "tion", "▁src", "a", "12", "...", "▁(", "->", "_x", "</s>"}


def test_japanese_drops_other_scripts_and_languages() -> None:
    # 这 and 们 are simplified characters that Japanese does not have.
    dropped = {"привет", "на", "안녕", "你们", "这", "γράμμα", "مرحبا", "हिन्दी", "é", "▁été", "ß"}
    assert not kept("jpn_Jpan") & (dropped | {"eng_Latn", "jpn_Jpan", "rus_Cyrl", "__ja__"})


def test_what_is_always_needed_is_kept() -> None:
    assert "jpn_Jpan" in kept("jpn_Jpan", (IDS["jpn_Jpan"],))


@pytest.mark.parametrize(
    ("target", "own", "foreign"),
    [
        ("rus_Cyrl", "привет", "は"),
        ("kor_Hang", "안녕", "привет"),
        ("zho_Hans", "这", "は"),
        ("ell_Grek", "γράμμα", "на"),
        ("arb_Arab", "مرحبا", "안녕"),
        ("hin_Deva", "हिन्दी", "这"),
    ],
)
def test_other_languages_keep_their_script(target: str, own: str, foreign: str) -> None:
    assert own in kept(target)
    assert foreign not in kept(target)
    assert "▁the" in kept(target)


def test_languages_in_latin_letters_keep_everything() -> None:
    assert kept_pieces(IDS, "fra_Latn", ()) is None
    assert kept_pieces(IDS, "xxx_Unknown", ()) is None


def test_every_language_has_letters_of_its_own_or_keeps_everything() -> None:
    for language in LANGUAGES:
        script = language.nllb.partition("_")[2]
        assert (kept_pieces(IDS, language.nllb, ()) is None) == (script == "Latn"), language


def test_the_most_frequent_latin_pieces_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_MOST_LATIN", 1)
    found = kept("jpn_Jpan")
    # Shorter ones and signs remain, so that every word can be written.
    assert found >= {"▁the", "a", "12", "_x"}
    assert not found & {"tion", "▁src"}
