"""The tokens that stay when a vocabulary is cut down to English and Japanese."""

from __future__ import annotations

import pytest

from engine.translate.byte_pairs import NORMAL, UNUSED, Vocabulary, kept_merges, kept_tokens


def _sign(byte: int) -> str:
    """As such a vocabulary writes a byte: those that cannot be printed are moved up."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    moved = [byte for byte in range(256) if byte not in plain]
    return chr(byte) if byte in plain else chr(256 + moved.index(byte))


def _spelt(text: str) -> str:
    return "".join(map(_sign, text.encode()))


def _vocabulary(*words: str, control: tuple[str, ...] = ()) -> Vocabulary:
    """Single bytes, then each word with the parts that it is merged from, byte by byte."""
    tokens = [_sign(byte) for byte in range(256)]
    merges: list[str] = []
    for word in map(_spelt, words):
        for end in range(2, len(word) + 1):
            if word[:end] not in tokens:
                merges.append(f"{word[: end - 1]} {word[end - 1]}")
                tokens.append(word[:end])
    kinds = [NORMAL] * len(tokens) + [3] * len(control) + [UNUSED]
    return Vocabulary([*tokens, *control, "<unused>"], kinds, merges)


def _kept(vocabulary: Vocabulary) -> set[str]:
    return {vocabulary.tokens[number] for number in kept_tokens(vocabulary)}


def test_english_and_japanese_stay_and_other_scripts_go() -> None:
    kept = _kept(_vocabulary("the", "です", "移行", "。\n", "тест", "迁移", "한글"))
    assert {_spelt(word) for word in ("the", "です", "移行", "。\n")} <= kept
    assert not {_spelt(word) for word in ("тест", "迁移", "한글")} & kept


def test_every_byte_and_what_steers_the_model_stays() -> None:
    vocabulary = _vocabulary("тест", control=("<|im_end|>",))
    kept = _kept(vocabulary)
    assert set(vocabulary.tokens[:256]) <= kept
    assert "<|im_end|>" in kept
    assert "<unused>" not in kept


def test_rare_words_in_ascii_go_and_can_still_be_spelt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.translate.byte_pairs._MOST_ASCII", 300)
    words = [f"x{number:05d}" for number in range(100)]
    vocabulary = _vocabulary(*words)
    kept = _kept(vocabulary)
    assert words[0] in kept
    assert words[-1] not in kept
    assert set(words[-1]) <= kept


def test_what_stays_is_merged_as_before() -> None:
    vocabulary = _vocabulary("です", "тест")
    kept = _kept(vocabulary)
    merges = kept_merges(vocabulary.merges, kept)
    made = {merge.replace(" ", "") for merge in merges}
    assert {token for token in kept if len(token) > 1 and not token.startswith("<")} == made
    assert all(part in kept for merge in merges for part in merge.split(" "))
    # A space inside a token is spelt otherwise: a merge has one.
    assert kept_merges(["Ġ a"], ["Ġ", "a", "Ġa"]) == ["Ġ a"]


def test_a_part_of_a_token_that_stays_is_kept_even_where_it_would_go_by_itself() -> None:
    vocabulary = Vocabulary(["a", "б", "aб", *map(_spelt, "です")], [NORMAL] * 5, ["a б"])
    assert len(kept_tokens(vocabulary)) == 5  # not spelt in bytes: left alone
