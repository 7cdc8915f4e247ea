"""Our own decoding against transformers' generate(), token for token, in float32."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from engine.translate.languages import Language
from engine.translate.m2m import beams, greedy
from engine.translate.m2m.graphs import Graphs
from engine.translate.m2m.linear import NotANumberError
from engine.translate.m2m.model import MOST_NEW, Model, Output
from engine.translate.m2m.source import open_source
from engine.translate.m2m.tokenizer import load_tokenizer

MOST = 24
JAPANESE = Language("ja", "Japanese", "jpn_Jpan")
LENGTHS = (3, 7, 19)


@dataclass(frozen=True)
class Both:
    """One network, ours and transformers'."""

    folder: Path
    theirs: Any
    generate: Callable[..., list[int]]
    start: list[int]
    vocabulary: int

    def ours(self, **options: Any) -> Model:
        return Model(open_source(self.folder), "float32", "cpu", **options)

    def sentences(self) -> list[list[int]]:
        made = random.Random(7)
        return [[5, *(made.randrange(8, self.vocabulary) for _ in range(size)), 2] for size in LENGTHS]


@pytest.fixture(scope="module", params=["relu", "gelu", "short"])
def both(random_m2m: ModuleType, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Both:
    """`short`: so few pieces that the end comes soon."""
    folder = tmp_path_factory.mktemp("random-m2m")
    if request.param == "short":
        seed, vocabulary, changes = 24, 14, {"vocab_size": 14, "init_std": 0.5}
    else:
        seed, vocabulary, changes = 3, 120, {"activation": request.param, "safetensors": request.param == "gelu"}
    theirs = random_m2m.make(folder, seed, **changes)
    return Both(folder, theirs, random_m2m.generate, [2, random_m2m.LANGUAGE], vocabulary)


@pytest.mark.parametrize("is_static", [False, True])
def test_greedy_gives_the_same_tokens(both: Both, is_static: bool) -> None:
    model = both.ours(is_static=is_static)
    for ids in both.sentences():
        found = list(greedy.greedy(model, model.encode(ids), both.start, MOST))
        assert found == both.generate(both.theirs, ids, MOST, num_beams=1)


def test_some_end_by_themselves_and_some_at_the_limit(both: Both) -> None:
    model = both.ours()
    found = [list(greedy.greedy(model, model.encode(ids), both.start, MOST)) for ids in both.sentences()]
    assert max(map(len, found)) == MOST
    assert any(ids[-1] == 2 for ids in found) == (both.vocabulary == 14)


@pytest.mark.parametrize("number", [2, 3])
def test_beams_give_the_same_tokens(both: Both, number: int) -> None:
    model = both.ours()
    for ids in both.sentences():
        found = list(beams.search(model, model.encode(ids), both.start, MOST, number))[-1]
        assert found == both.generate(both.theirs, ids, MOST, num_beams=number)


def test_a_run_of_pieces_does_not_come_twice(both: Both) -> None:
    model = both.ours(is_static=True)
    for ids in both.sentences():
        found = list(beams.search(model, model.encode(ids), both.start, MOST, 3, no_repeat=3))[-1]
        runs = [tuple(found[at : at + 3]) for at in range(len(found) - 2)]
        assert len(runs) == len(set(runs))


def test_a_trained_network_gives_the_same_tokens(
    tiny_nllb: tuple[Path, dict[str, str]], random_m2m: ModuleType
) -> None:
    from transformers import AutoModelForSeq2SeqLM

    folder, pairs = tiny_nllb
    theirs = AutoModelForSeq2SeqLM.from_pretrained(folder, weights_only=True)
    tokenizer = load_tokenizer(folder, JAPANESE)
    model = Model(open_source(folder), "float32", "cpu")
    start = [2, tokenizer.language]
    for english in (*pairs, "The parser returns the password.", "I removed nothing from the list."):
        ids = tokenizer.encode(english)
        encoded = model.encode(ids)
        options = {"language": tokenizer.language}
        expected = random_m2m.generate(theirs, ids, MOST, num_beams=1, **options)
        assert list(greedy.greedy(model, encoded, start, MOST)) == expected
        expected = random_m2m.generate(theirs, ids, MOST, num_beams=3, **options)
        assert list(beams.search(model, encoded, start, MOST, 3))[-1] == expected


def test_a_pruned_output_gives_the_same_tokens_where_they_are_kept(both: Both) -> None:
    import torch

    whole = both.ours()
    for ids in both.sentences():
        expected = list(greedy.greedy(whole, whole.encode(ids), both.start, MOST))
        # What the sentence itself is made of need not be kept.
        kept = torch.tensor(sorted({*expected, 2}))
        pruned = both.ours(output=Output(kept, whole._embedding.index_select(0, kept)))
        assert list(greedy.greedy(pruned, pruned.encode(ids), both.start, MOST)) == expected


def test_a_pruned_output_never_gives_what_is_not_kept(both: Both) -> None:
    import torch

    source = open_source(both.folder)
    kept = torch.tensor([2, 9, 11, 12])
    for is_static in (False, True):
        model = both.ours(output=Output(kept, source.embedding.index_select(0, kept)), is_static=is_static)
        for ids in both.sentences():
            encoded = model.encode(ids)
            assert set(greedy.greedy(model, encoded, both.start, MOST)) <= {2, 9, 11, 12}
            assert set(list(beams.search(model, encoded, both.start, MOST, 2))[-1]) <= {2, 9, 11, 12}


def test_recorded_steps_give_the_same_tokens(both: Both) -> None:
    # Nothing is recorded without CUDA: what is replayed here is the step itself, over the buffers that stay.
    recorded: list[Callable[[], None]] = []

    def record(run: Callable[[], None]) -> Callable[[], None]:
        recorded.append(run)
        run()
        return run

    model = both.ours(is_static=True)
    graphs = Graphs(model, record)
    for ids in (*both.sentences(), *both.sentences()):
        encoded = model.encode(ids)
        expected = list(greedy.greedy(model, encoded, both.start, MOST))
        assert list(greedy.on_device(graphs.steps(encoded), model, both.start, MOST)) == expected
    assert len(recorded) == len({model.encode(ids).mask.shape[1] for ids in both.sentences()})


def test_the_most_pieces_that_can_be_asked_for_fit(both: Both) -> None:
    model = both.ours(is_static=True)
    encoded = model.encode(both.sentences()[0])
    kept = list(greedy.greedy(model, encoded, both.start, MOST_NEW))
    assert kept == list(greedy.on_device(Graphs(model, lambda run: run).steps(encoded), model, both.start, MOST_NEW))


@pytest.mark.parametrize("is_static", [False, True])
def test_nan_is_an_error_wherever_it_comes_from(both: Both, is_static: bool) -> None:
    model = both.ours(is_static=is_static)
    encoded = model.encode(both.sentences()[-1])
    model._positions[6:].fill_(float("nan"))
    given: list[int] = []
    with pytest.raises(NotANumberError, match="NaN"):
        given.extend(greedy.greedy(model, encoded, both.start, MOST))
    with pytest.raises(NotANumberError):
        list(beams.search(model, encoded, both.start, MOST, 3))


@pytest.mark.gpu
def test_recorded_steps_on_cuda(both: Both) -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("torch has no cuda here")
    model = Model(open_source(both.folder), "float32", "cuda")
    graphs = Graphs(model)
    for ids in (*both.sentences(), *both.sentences()):
        expected = both.generate(both.theirs, ids, MOST, num_beams=1)
        encoded = model.encode(ids)
        assert list(greedy.greedy(model, encoded, both.start, MOST)) == expected
        assert list(greedy.on_device(graphs.steps(encoded), model, both.start, MOST)) == expected
