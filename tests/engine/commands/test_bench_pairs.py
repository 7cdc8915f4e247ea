"""The files that `streamtts bench --quality` reads, and the set that is kept with the tests."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from engine.commands.bench.errors import BenchError
from engine.commands.bench.pairs import read_pairs
from engine.sentence import Kind
from engine.translate import guard

ASSISTANT = Path(__file__).parents[2] / "data" / "quality" / "assistant.tsv"


def write(folder: Path, text: str) -> Path:
    path = folder / "pairs.tsv"
    path.write_bytes(text.encode())
    return path


def test_two_columns_are_english_and_japanese(tmp_path: Path) -> None:
    pairs = read_pairs(write(tmp_path, "Run `make`.\t`make`を実行します。\r\n\r\nDone.\t完了です。\r\n"), None)
    assert [(pair.en, pair.ja, pair.kind) for pair in pairs] == [
        ("Run make.", "makeを実行します。", Kind.PROSE),
        ("Done.", "完了です。", Kind.PROSE),
    ]


def test_a_header_names_the_columns_in_any_order(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeffja\tkind\ten\n概要\theading\tOverview ##\n")
    [pair] = read_pairs(path, None)
    assert (pair.en, pair.ja, pair.kind) == ("Overview", "概要", Kind.HEADING)


@pytest.mark.parametrize(("part", "chosen"), [(None, ["B."]), ("dev", ["A."]), ("test", ["B."]), ("all", ["A.", "B."])])
def test_a_part_is_chosen(tmp_path: Path, part: str | None, chosen: list[str]) -> None:
    path = write(tmp_path, "part\ten\tja\ndev\tA.\tあ。\ntest\tB.\tい。\n")
    assert [pair.en for pair in read_pairs(path, part)] == chosen


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("One.\t一つ。\nTwo.\n", ":2: 2 columns are expected (en, ja), tabs between; there are 1"),
        ("part\ten\tja\ndev\tOne.\t一つ。\textra\n", ":2: 3 columns are expected (part, en, ja)"),
        ("One.\t\n", ":1: the column ja is empty"),
        ("kind\ten\tja\npoem\tOne.\t一つ。\n", ":2: 'poem' is no kind of sentence"),
        ("en\tja\tnote\nOne.\t一つ。\tx\n", ":1: unknown column 'note'"),
        ("\n\n", ": there are no sentences in it"),
        ("part\ten\tja\ndev\tOne.\t一つ。\n", ": no row has the part 'test'; there are: dev"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path, text: str, complaint: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(BenchError) as caught:
        read_pairs(path, None)
    assert str(caught.value).startswith(f"{path}{complaint}")
    assert caught.value.status == 2


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"missing\.tsv"):
        read_pairs(tmp_path / "missing.tsv", None)
    latin = tmp_path / "latin.tsv"
    latin.write_bytes(b"caf\xe9\tx\n")
    with pytest.raises(BenchError, match=r"latin\.tsv"):
        read_pairs(latin, None)


def test_the_kept_set_has_enough_of_each_kind_and_nothing_twice() -> None:
    pairs = read_pairs(ASSISTANT, "all")
    counts = Counter(pair.part for pair in pairs)
    assert counts["test"] >= 160
    assert counts["dev"] >= 24
    assert len({pair.en for pair in pairs}) == len(pairs)
    assert {Kind.PROSE, Kind.HEADING, Kind.LIST, Kind.QUOTE} == {pair.kind for pair in pairs}


def test_the_guard_accepts_every_reference_of_the_kept_set() -> None:
    # These are good translations: a guard that rejects one of them is too strict.
    pairs = read_pairs(ASSISTANT, "all")
    rejected = {pair.en: reason for pair in pairs if (reason := guard.judge(pair.en, pair.ja))}
    assert rejected == {}
