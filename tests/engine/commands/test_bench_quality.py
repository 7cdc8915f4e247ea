"""`streamtts bench --quality` and `--save`, with a translator whose faults are known."""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main
from engine.commands.bench import live, quality, scores, speed
from engine.commands.bench.pairs import read_pairs
from engine.commands.bench.speed import Speed
from engine.pipeline import Engine, translator_hosts
from engine.pipeline.parts import Parts
from engine.settings import Translate
from engine.translate import measured
from engine.translate.measured import Measured
from engine.worker import WorkerSpec
from tests.support.chat_server import events, serving
from tests.support.mock_translator import japanese_for, make_spec

GOOD = "I read the file `src/app.py` again and found 3 faults in it."
ROWS = [
    ("prose", GOOD, "".join(japanese_for(GOOD))),
    ("prose", "There was some garbage in the output of the second command.", "出力に余計なものがありました。"),
    ("heading", "This is a hopeless case, and no try of it can succeed.", "見込みのない例"),
]


@pytest.fixture(autouse=True)
def _mock_translator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translator_hosts, "translator_spec", make_spec(tmp_path))


@pytest.fixture
def pairs(tmp_path: Path) -> str:
    path = tmp_path / "pairs.tsv"
    path.write_text("kind\ten\tja\n" + "".join("\t".join(row) + "\n" for row in ROWS), encoding="utf-8")
    return str(path)


def test_scores_verdicts_and_reasons_are_told(pairs: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--quality", pairs, "--translator", "mock:echo", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert "nc:6" in report["chrf_signature"]
    assert "tok:char" in report["bleu_signature"]
    [figures] = report["translators"]
    good, retried, english = figures["outputs"]
    assert (good["guard"], good["ja"], good["reasons"]) == ("ok", ROWS[0][2], [])
    assert (retried["guard"], retried["reasons"]) == ("retried", ["loop"])
    assert retried["ja"].startswith("これは、")
    assert (english["guard"], english["ja"], english["reasons"]) == ("english", ROWS[2][1], ["loop", "loop"])
    assert (figures["retried"], figures["english"], figures["rejections"]) == (1, 1, {"loop": 3})
    # Only the first sentence has names or numbers, and they are all there.
    assert figures["names_kept"] == 1.0
    assert figures["chrf_by_kind"]["prose"] > figures["chrf_by_kind"]["heading"] == 0.0
    assert 0 < figures["chrf"] < 100


def test_several_translators_make_a_table(pairs: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--quality", pairs, "--translator", "mock:a, mock:b"]) == 0
    table = capsys.readouterr().out
    assert "| mock:a (cpu) |" in table
    assert "| mock:b (cpu) |" in table
    assert "loop 3" in table


def test_a_translator_that_cannot_start_is_told_and_the_others_are_measured(
    pairs: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mock = make_spec(tmp_path)
    broken = WorkerSpec("broken", "tests.support.mock_translator:no_such_thing")
    monkeypatch.setattr(
        translator_hosts, "translator_spec", lambda name, settings: broken if name == "x:y" else mock(name, settings)
    )
    assert main(["bench", "--quality", pairs, "--translator", "x:y,mock:a", "--json"]) == 0
    out, err = capsys.readouterr()
    assert [one["translator"] for one in json.loads(out)["translators"]] == ["mock:a"]
    assert "x:y failed" in err
    assert main(["bench", "--quality", pairs, "--translator", "x:y"]) == 3


def test_a_bad_file_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text("only one column\n")
    assert main(["bench", "--quality", str(path)]) == 2
    assert f"{path}:1:" in capsys.readouterr().err


def test_without_sacrebleu_it_is_said_what_to_install(
    pairs: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    assert main(["bench", "--quality", pairs]) == 3
    assert "pip install 'streamtts[bench]'" in capsys.readouterr().err


def test_a_perfect_translation_scores_100_however_code_is_marked() -> None:
    best = scores.score(["`make test`を実行します。"], ["make testを実行します。"])
    assert (best.chrf, best.bleu) == (100.0, 100.0)
    worse = scores.score(["`make`を走らせます。"], ["make testを実行します。"])
    assert 0 < worse.chrf < best.chrf


def test_save_keeps_speed_and_quality_for_auto(
    pairs: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def measure(_settings: Any, translator_id: str, _count: int) -> Speed:
        return Speed(translator_id, "cpu", [100.0, 300.0, 200.0], [900.0, 700.0, 800.0])

    monkeypatch.setattr(speed, "measure", measure)
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    flags = ["bench", "--quality", pairs, "--translator", "mock:echo", "--device", "cpu", "--save"]
    assert main([*flags, "--json"]) == 0
    out, err = capsys.readouterr()
    chrf = json.loads(out)["translators"][0]["chrf"]
    assert measured.recall("cpu") == [Measured("mock:echo", 200.0, 800.0, chrf)]
    assert "now takes mock:echo" in err


def test_save_alone_measures_speed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    parts = Parts(make_translator_spec=make_spec(tmp_path), log_folder=tmp_path)
    monkeypatch.setattr(live, "Engine", functools.partial(Engine, parts=parts))
    assert main(["bench", "--translator", "mock:echo", "--save", "--sentences", "2", "--json"]) == 0
    [kept] = measured.recall("auto")
    assert (kept.id, kept.chrf) == ("mock:echo", None)
    assert 0 < kept.first_phrase_ms <= kept.sentence_ms


async def test_a_server_is_measured_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("The tests pass.\tテストが通ります。\n", encoding="utf-8")
    async with serving() as server:
        server.chat = events("テストが", "通ります。")
        settings = Translate(translator="http:openai", http_url=server.url)
        [figures], failures = await quality.measure_all(settings, read_pairs(path, None))
    assert failures == []
    assert (figures.translator, figures.device, figures.chrf) == ("http:openai", "remote", 100.0)
