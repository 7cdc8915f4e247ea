from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine.translate.m2m import ladder, linear
from engine.translate.m2m.model import Model
from engine.translate.m2m.random_weights import MARK, make_random
from engine.translate.m2m.source import open_source

PIECES = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    torch.set_num_threads(1)
    return make_random(tmp_path_factory.mktemp("random"), "tiny", seed=3)


def test_random_weights_say_so(folder: Path, tiny_nllb: tuple[Path, dict[str, str]]) -> None:
    assert ladder.is_random(folder)
    assert not ladder.is_random(tiny_nllb[0])
    assert "random" in (folder / MARK).read_text()


def test_the_same_seed_makes_the_same_weights(folder: Path, tmp_path: Path) -> None:
    again, other = make_random(tmp_path / "again", "tiny", seed=3), make_random(tmp_path / "other", "tiny", seed=4)
    weights = (folder / "model.safetensors").read_bytes()
    assert (again / "model.safetensors").read_bytes() == weights
    assert (other / "model.safetensors").read_bytes() != weights


def test_every_rung_writes_as_many_pieces(folder: Path) -> None:
    what = ladder.task(folder, PIECES)
    for name, make in ladder.rungs(folder, what).items():
        run = make()
        assert [len(list(run())) for _ in range(2)] == [PIECES, PIECES], name


def test_pruned_rungs_write_kept_pieces_only(folder: Path) -> None:
    what = ladder.task(folder, PIECES)
    assert what.kept is not None
    kept = set(what.kept.kept.tolist())
    for name, make in ladder.rungs(folder, what).items():
        if "pruned" in name:
            assert set(make()()) <= kept


def test_a_real_folder_takes_its_own_sentence(
    tiny_nllb: tuple[Path, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    what = ladder.task(tiny_nllb[0], PIECES)
    rungs = ladder.rungs(tiny_nllb[0], what)
    whole, pruned = (list(rungs[name]()()) for name in ("own loop, float32", "own loop, float32, pruned"))
    assert whole == pruned
    assert whole


def test_the_products_alone_are_those_of_the_loop(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many of each shape, on as many rows."""
    what = ladder.task(folder, PIECES)
    counted: Counter[tuple[int, int, int]] = Counter()
    make = linear.make

    class Counted:
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self._product = make(*arguments, **options)
            self.width, self.kind = self._product.width, self._product.kind

        def __call__(self, hidden: Any) -> Any:
            counted[id(self), self.width, hidden.numel() // self.width] += 1
            return self._product(hidden)

    monkeypatch.setattr(linear, "make", Counted)
    model = Model(open_source(folder), "bfloat16", "cpu", what.kept)
    list(ladder._run_own(model, what))
    by_loop = counted.copy()
    counted.clear()
    ladder._products_alone(model, what)()
    assert sum(by_loop.values()) > PIECES
    assert counted - by_loop == by_loop - counted == Counter()


def test_first_and_last() -> None:
    now = 0.0

    def clock() -> float:
        return now

    def run() -> Any:
        nonlocal now
        for number in range(5):
            now += 1.0
            yield number

    assert ladder.first_and_last(run, 3, clock) == (3.0, 5.0)
    assert ladder.first_and_last(run, 9, clock) == (5.0, 5.0)
