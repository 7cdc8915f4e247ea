from __future__ import annotations

from pathlib import Path

import pytest

from engine.translate import ct2_random
from engine.translate.ct2_random import make_random, open_run
from engine.translate.ct2_tuning import Setup
from engine.translate.m2m.random_weights import MARK

ONE = Setup("int8", 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_random(tmp_path_factory.mktemp("random"), "tiny", seed=3)


def test_random_weights_say_so(folder: Path, ready_marian: Path) -> None:
    assert ct2_random.is_random(folder)
    assert not ct2_random.is_random(ready_marian)
    assert "random" in (folder / MARK).read_text()


def test_the_same_seed_makes_the_same_weights(folder: Path, tmp_path: Path) -> None:
    again, other = make_random(tmp_path / "again", "tiny", seed=3), make_random(tmp_path / "other", "tiny", seed=4)
    weights = (folder / "model.bin").read_bytes()
    assert (again / "model.bin").read_bytes() == weights
    assert (other / "model.bin").read_bytes() != weights


@pytest.mark.parametrize("pieces", [1, 25])
def test_every_run_writes_the_same_pieces_and_as_many_as_asked(folder: Path, pieces: int) -> None:
    run = open_run(folder, "tiny", ONE, pieces=pieces)
    first, second = list(run()), list(run())
    assert len(first) == pieces
    assert first == second


def test_with_a_map_it_chooses_among_its_pieces(tmp_path: Path) -> None:
    narrow = make_random(tmp_path / "narrow", "tiny", kept=10)
    assert len((narrow / "vmap.txt").read_text().split()) == 10
    # The runtime counts within the map, and adds its three marks.
    assert max(open_run(narrow, "tiny", ONE)()) < 13
    pieces = [set(open_run(narrow, "tiny", ONE, is_narrowed=narrowed)()) for narrowed in (None, False)]
    assert pieces[0] != pieces[1]


def test_a_model_that_cannot_be_read_is_an_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        open_run(tmp_path, "tiny", ONE)


@pytest.mark.parametrize("name", [name for name in ct2_random.SHAPES if name != "tiny"])
def test_the_shapes_are_those_of_real_models(name: str) -> None:
    shape = ct2_random.SHAPES[name]
    assert shape.width % shape.heads == 0
    assert shape.vocabulary > 10_000
