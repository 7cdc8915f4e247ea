"""`streamtts bench --first-sound` and `--all`: the ways on a tiny network, the table, the picture, and every part."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from engine import models
from engine.cli import build_parser, main
from engine.commands.bench import all_parts, first_sound, whole_engine
from engine.commands.bench.climb import RANDOM, REAL
from engine.commands.bench.errors import BenchError
from engine.commands.bench.plot import Bar, Chart, svg
from engine.commands.bench.timed import Measured, Timed
from engine.settings import Settings
from engine.worker import WorkerDied

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _no_real_nllb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "is_present", lambda _: False)


def made_up(*totals: float) -> Measured:
    return Measured("the whole engine: a <b> & c", REAL, "openjtalk:mei", [Timed(ms - 60, 40, 20) for ms in totals])


def test_every_way_is_timed_from_the_sentence_to_its_first_sound(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path))
    monkeypatch.setattr(whole_engine, "measure", lambda *_: made_up(100.0))
    monkeypatch.setattr(first_sound, "MOST_RUNS", 2)
    settings = Settings().replace("translate", device="cpu", threads=1).replace("speech", voice="edge:ja-JP-X")
    found, failures = first_sound.measure(settings, 1, size="tiny")
    assert failures == []
    *ways, engine = found
    assert [way.label for way in ways] == [way.label for way in first_sound.WAYS]
    assert [way.weights for way in ways] == [f"{RANDOM}, {name}" for name in ("float32", "bfloat16", "int8")]
    for way in ways:
        # A voice of the network would measure the network.
        assert way.voice == "openjtalk:mei"
        assert len(way.runs) == 2
        assert all(run.translate_ms > 0 and run.synthesize_ms > 0 for run in way.runs)
    assert engine.weights == REAL


def test_what_cannot_be_measured_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks_down(self: Any, _: Any) -> None:
        self._found.append(made_up(100.0))
        raise WorkerDied("no memory")

    monkeypatch.setattr(first_sound._Ways, "measure", breaks_down)
    monkeypatch.setattr(whole_engine, "measure", lambda *_: made_up(200.0))
    found, failures = first_sound.measure(Settings(), 1)
    assert [one.runs[0].first_sound_ms for one in found] == [100.0, 200.0]
    assert failures == ["NLLB: no memory"]

    def cannot(*_: Any) -> Measured:
        raise BenchError("no voice")

    monkeypatch.setattr(whole_engine, "measure", cannot)
    assert first_sound.measure(Settings(), 1)[1] == ["NLLB: no memory", "the whole engine: no voice"]


@pytest.fixture
def _measured(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Measured("slow", RANDOM, "openjtalk:mei", [Timed(ms, 100.0) for ms in (900.0, 1400.0, 1900.0)], 877.0)
    fair = Measured("fair", RANDOM, "openjtalk:mei", [Timed(400.0, 100.0)] * 3, 346.0, 258.0)
    silent = Measured("silent", RANDOM, "openjtalk:mei")

    def measure(*_: Any) -> tuple[list[Measured], list[str]]:
        return [slow, fair, silent, made_up(150.0, 200.0, 250.0)], ["a failure"]

    monkeypatch.setattr(first_sound, "measure", measure)


@pytest.mark.usefixtures("_measured")
def test_ratios_are_those_to_the_slowest_way(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--first-sound", "--json"]) == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    slow, fair, engine = report["ways"]
    assert (slow["first_sound_p50_ms"], slow["sooner"], slow["elsewhere_ms"]) == (1500.0, 1.0, 877.0)
    assert (fair["translate_p50_ms"], fair["synthesize_p50_ms"], fair["sooner"]) == (400.0, 100.0, 3.0)
    assert (fair["n"], fair["elsewhere_best_ms"]) == (3, 258.0)
    assert (engine["first_sound_best_ms"], engine["rest_p50_ms"], engine["elsewhere_ms"]) == (150.0, 20.0, None)
    assert report["failures"] == ["a failure", "silent: not one sentence was spoken"]
    assert "a failure" in err


@pytest.mark.usefixtures("_measured")
def test_the_table_says_what_was_measured_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--first-sound"]) == 0
    table = capsys.readouterr().out
    figures = "3 | 400 | 100 | 0 | 500 | 500 | 500 | 3.0 | 346, best 258"
    assert f"| fair | random weights, same shape; openjtalk:mei | {figures} |" in table


@pytest.mark.usefixtures("_measured")
def test_the_picture_is_xml_with_a_bar_for_each_stage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plot.svg"
    assert main(["bench", "--first-sound", "--plot", str(path)]) == 0
    root = ElementTree.parse(path).getroot()
    assert root.tag == f"{SVG}svg"
    texts = [element.text or "" for element in root.iter(f"{SVG}text")]
    assert {"slow", "fair", "the whole engine: a <b> & c", "1500 ms", "500 ms", "200 ms", "150", "346", "877"} <= {
        *texts
    }
    assert not any("silent" in text for text in texts)
    bars = [rect for rect in root.iter(f"{SVG}rect") if rect.find(f"{SVG}title") is not None]
    assert len(bars) == 3 * 3
    slow, _, _, fair, *_ = (float(bar.get("width", 0)) for bar in bars)
    assert slow / fair == pytest.approx(1400 / 400, rel=0.01)
    assert len(list(root.iter(f"{SVG}path"))) == 3


def test_a_bar_that_is_much_longer_than_the_others_is_broken_off() -> None:
    bars = [Bar("long", "", (9_000.0, 100.0), 9_100.0, 9_900.0), Bar("short", "", (200.0, 100.0), 300.0, 9_000.0)]
    root = ElementTree.fromstring(svg(Chart("t", "s", ("a", "b"), bars, {877.0: "877"})))
    paths = [path.get("class") for path in root.iter(f"{SVG}path")]
    assert sorted(filter(None, paths)) == ["break", "whisker"]
    assert "9100 ms" in [text.text for text in root.iter(f"{SVG}text")]
    long, _, short, _ = (rect for rect in root.iter(f"{SVG}rect") if rect.find(f"{SVG}title") is not None)
    assert float(short.get("width", 0)) > float(long.get("width", 0)) / 15


@pytest.mark.parametrize("most", [0.4, 7.0, 99.0, 950.0, 12_345.0])
def test_nothing_is_drawn_outside_the_picture(most: float) -> None:
    chart = Chart("t", "s", ("a", "b"), [Bar("x", "y", (most / 2, most / 4), most * 0.75, most)], {most / 2: "half"})
    root = ElementTree.fromstring(svg(chart))
    width = float(root.get("viewBox", "").split()[2])
    for element in root.iter():
        for name in ("x", "x1", "x2"):
            assert 0 <= float(element.get(name, 0)) <= width
    ticks = [text for text in root.iter(f"{SVG}text") if re.fullmatch(r"\d+", text.text or "")]
    assert 2 <= len(ticks) <= 8


@pytest.mark.usefixtures("_measured")
def test_a_picture_that_cannot_be_written_or_makes_no_sense_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--first-sound", "--plot", "/no/such/folder/plot.svg"]) == 2
    assert main(["bench", "--plot", "plot.svg"]) == 2
    assert "--plot goes with" in capsys.readouterr().err


def arguments(*words: str) -> argparse.Namespace:
    return build_parser().parse_args(["bench", *words])


def test_every_part_gets_the_flags_that_were_given() -> None:
    given = arguments("--all", "--json", "--plot", "a.svg", "--voice", "openjtalk:mei", "--sentences", "3", "--mute")
    for name in all_parts.PARTS:
        words = all_parts.command(name, given)
        own = words[words.index("bench") + 1 :]
        assert {"--json", "--voice", "openjtalk:mei", "--sentences", "3", "--mute"} <= {*own}
        assert ("--plot" in own) is (name == "first_sound")
        parsed = arguments(*own)
        assert [part for part in all_parts.PARTS if vars(parsed).get(part)] == ([] if name == "stages" else [name])


@pytest.fixture
def _parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts that print figures, but one that cannot run."""

    def command(name: str, given: argparse.Namespace) -> list[str]:
        figures = json.dumps({"name": name}) if given.json else f"| figures of {name} |"
        script = f"print({figures!r})"
        if name == "voices":
            complaint = "Measuring …\nstreamtts: no voice"
            script = f"import sys; print('half of'); print({complaint!r}, file=sys.stderr); sys.exit(3)"
        return [sys.executable, "-c", script]

    monkeypatch.setattr(all_parts, "command", command)


@pytest.mark.usefixtures("_parts")
def test_a_part_that_cannot_run_says_why_and_the_rest_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--all", "--json"]) == 0
    out, err = capsys.readouterr()
    parts = json.loads(out)["parts"]
    assert list(parts) == list(all_parts.PARTS)
    assert parts.pop("voices") == {"error": "no voice (exit status 3)"}
    assert all(figures == {"name": name} for name, figures in parts.items())
    assert "Measuring …" in err


@pytest.mark.usefixtures("_parts")
def test_each_part_has_a_heading(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--all"]) == 0
    out = capsys.readouterr().out
    assert "## Translators\n\n| figures of translators |\n" in out
    assert "## Voices\n\nNot measured: no voice (exit status 3)\n" in out
    assert out.index("## Stages") < out.index("## Translators") < out.index("## Sound") < out.index("## The terminal")


def test_when_nothing_runs_the_status_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_parts, "command", lambda *_: [sys.executable, "-c", "raise SystemExit(3)"])
    assert main(["bench", "--all", "--json"]) == 3


def test_wrong_settings_are_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--all", "--rate", "99"]) == 2
    assert capsys.readouterr().err.count("--rate") == 1


def test_a_part_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    words = all_parts.command("stages", arguments("--all", "--json", "--translator", "llama:/no/such/file"))
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 3
    assert "/no/such/file does not exist" in done.stderr
