"""`streamtts bench --translators`: the rungs on a tiny network, and the table."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from engine import models
from engine.cli import main
from engine.commands.bench import climb, ladder, live, speed, timing, torch_rungs
from engine.commands.bench.climb import RANDOM, REAL, Found, Rung
from engine.commands.bench.speed import Speed
from engine.commands.bench.timing import Run
from engine.commands.console import ProgressLine
from engine.settings import Translate
from engine.translate import measured


@pytest.fixture(autouse=True)
def _no_real_nllb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "is_present", lambda _: False)


async def test_every_rung_is_climbed_with_weights_made_at_random(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    settings = Translate(device="cpu", threads=1)
    found = await climb.climb(settings, ProgressLine(io.StringIO()), "tiny", ("tiny", "no such shape"))
    labels = [rung.label for rung in found.rungs]
    assert labels[:2] == ["NLLB, generate(), 3 beams, float32", "NLLB, generate(), greedy, bfloat16"]
    assert sum("own loop" in label for label in labels) == 5
    assert labels[7:] == ["CTranslate2, tiny, int8, 1 thread"]
    for rung in found.rungs:
        assert rung.weights == RANDOM
        assert rung.runs
        assert all(0 < run.first_ms <= run.whole_ms and run.pieces == torch_rungs.PIECES for run in rung.runs)
    assert [note.split(":")[0] for note in found.notes] == [
        f"NLLB, own loop, {name}, pruned" for name in ("float32", "bfloat16", "int8")
    ]
    [failure] = found.failures
    assert "no such shape" in failure


@pytest.fixture
def _measured(monkeypatch: pytest.MonkeyPatch) -> None:
    rungs = [
        Rung("NLLB, generate(), greedy, bfloat16", RANDOM, tuple(Run(400.0, 1000.0 + n, 25) for n in range(3))),
        Rung("NLLB, own loop, int8, pruned", RANDOM, (Run(50.0, 200.2, 25),)),
    ]

    async def made_up(*_: Any) -> Found:
        return Found(list(rungs), ["a note"], ["a failure"])

    def measure(_settings: Any, translator_id: str, _count: int) -> Speed:
        return Speed(translator_id, "cpu", [80.0, 90.0, 100.0], [240.0, 250.0, 260.0])

    monkeypatch.setattr(ladder, "climb", made_up)
    monkeypatch.setattr(speed, "measure", measure)


@pytest.mark.usefixtures("_measured")
def test_ratios_are_those_to_generate_in_bfloat16(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--translators", "--translator", "mock:a", "--json"]) == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    baseline, own, product = report["rungs"]
    assert (baseline["first_phrase_ratio"], baseline["sentence_ratio"], baseline["pieces_per_second"]) == (1, 1, 25.0)
    assert (own["first_phrase_ratio"], own["sentence_ratio"], own["runs"]) == (8.0, 5.0, 1)
    assert (product["weights"], product["first_phrase_p50_ms"], product["sentence_ratio"]) == (REAL, 90.0, 4.0)
    assert product["pieces_per_second"] is None
    assert report["notes"] == ["a note"]
    assert "a failure" in err


@pytest.mark.usefixtures("_measured")
def test_the_table_says_what_the_weights_are_and_save_keeps_what_runs_here(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    assert main(["bench", "--translators", "--translator", "mock:a", "--save"]) == 0
    table = capsys.readouterr().out
    assert "| NLLB, own loop, int8, pruned | random weights, same shape | 1 | 50.0 | 200.2 |" in table
    assert "| real weights | 3 | 90.0 | 250.0 | 260.0 | – |" in table
    assert [(one.id, one.sentence_ms) for one in measured.recall("auto")] == [("mock:a", 250.0)]


def test_runs_are_few_where_they_are_long_and_the_first_one_warms_up() -> None:
    def times(*whole_ms: float) -> list[float]:
        now, runs = [0.0], iter(whole_ms)

        def run() -> Run:
            took = next(runs)
            now[0] += took / 1000
            return Run(took, took, 1)

        return [one.whole_ms for one in timing.repeat(run, lambda: now[0])]

    assert times(900.0, *[5.0] * 20) == [5.0] * timing.MOST_RUNS
    assert times(11_000.0) == [11_000.0]
    assert times(9_000.0, 8_000.0, 7_000.0, 6_000.0) == [8_000.0, 7_000.0]


def test_the_sentences_have_12_to_25_words_and_come_again_when_more_are_asked_for() -> None:
    sentences = live.read_sentences(speed.SENTENCES, 30)
    assert len(sentences) == 30
    assert all(12 <= len(sentence.split()) <= 25 for sentence in sentences)
    assert sentences[24:] == sentences[:6]
