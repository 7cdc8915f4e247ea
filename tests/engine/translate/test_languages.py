from __future__ import annotations

import re

import pytest

from engine.translate.languages import LANGUAGES, find


@pytest.mark.parametrize(
    ("code", "name", "nllb"),
    [("ja", "Japanese", "jpn_Jpan"), ("fr", "French", "fra_Latn"), ("zh", "Simplified Chinese", "zho_Hans")],
)
def test_a_language_is_found_by_its_code(code: str, name: str, nllb: str) -> None:
    language = find(code)
    assert language is not None
    assert (language.name, language.nllb) == (name, nllb)


def test_an_unknown_code_is_none() -> None:
    assert find("xx") is None
    assert find("") is None


def test_codes_are_unique_and_well_formed() -> None:
    codes = [language.code for language in LANGUAGES]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch("[a-z]{2}", code) for code in codes)
    assert all(re.fullmatch("[a-z]{3}_[A-Z][a-z]{3}", language.nllb) for language in LANGUAGES)
