"""Phrases of languages that write spaces."""

from __future__ import annotations

import pytest

from engine.text.spaced_phrases import SpacedPhraseSplitter


def split(text: str, size: int) -> list[str]:
    splitter = SpacedPhraseSplitter()
    phrases = [phrase for i in range(0, len(text), size) for phrase in splitter.feed(text[i : i + size])]
    return [*phrases, *splitter.end()]


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        (
            "Les tests passent maintenant, mais la cache rend encore de vieilles valeurs.",
            ["Les tests passent maintenant, ", "mais la cache rend encore de vieilles valeurs."],
        ),
        ("Oui, non, si, tout cela est court.", ["Oui, non, si, tout cela est court."]),
        ("Le fichier config.yml contient 3,5 fois plus de lignes.", None),
        ("Тесты теперь проходят быстро; сборка готова.", ["Тесты теперь проходят быстро; ", "сборка готова."]),
        ("", []),
        ("   ", []),
    ],
)
def test_a_mark_with_a_space_ends_a_phrase_that_is_long_enough(text: str, phrases: list[str] | None, size: int) -> None:
    assert split(text, size) == ([text] if phrases is None else phrases)
